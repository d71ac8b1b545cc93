/**
 * The fast exchange against the naive one: after every generated command the events, the book order
 * by order, and at the end every order's record are equal. A failure is shrunk by fast-check and
 * printed as a scenario file with the seed; put it under test/scenarios and it is kept for ever.
 *
 * `DIFFERENTIAL_COMMANDS=1000000 npx vitest run test/differential.test.ts` soaks for longer;
 * `DIFFERENTIAL_SEED=…` repeats a run.
 */

import { isDeepStrictEqual } from 'node:util'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { decodeCommand, encodeCommand } from '../src/protocol/command/codec.ts'
import type { PlaceOrder } from '../src/protocol/command/commands.ts'
import type { Event } from '../src/protocol/event/events.ts'
import { OPTIONAL_FIELDS } from '../src/protocol/order/order-fields.ts'
import { ORDER_TYPES, TIMES_IN_FORCE } from '../src/protocol/order/order-words.ts'
import { isOpen } from '../src/protocol/records.ts'
import {
  anyCommand,
  type Market,
  market,
  SYMBOL,
  TEST_TERMS,
  type TimedCommand,
  timedCommands,
} from './model/command-arbitrary.ts'
import { MatchedExchange } from './model/matched-exchange.ts'
import { MatchedSymbol } from './model/matched-symbol.ts'
import { ReferenceExchange } from './model/reference-exchange.ts'
import { runScenario, scenarioOf, TEST_INSTRUMENT } from './scenarios/scenario.ts'
import { printScenario } from './scenarios/scenario-printer.ts'

const commandsWanted = Number(process.env.DIFFERENTIAL_COMMANDS ?? 20_000)
const seed = Number(process.env.DIFFERENTIAL_SEED ?? Date.now() % 1_000_000_000)
const timeLimitMs = process.env.DIFFERENTIAL_COMMANDS === undefined ? 300_000 : 86_400_000
/** Shrinking a failure stops here, with the smallest one found. */
const plugins = [fc.interruptAfterTimeLimit(timeLimitMs / 2)]
/** The first command of a run whose symbol is not defined. */
const DEFINE: TimedCommand = {
  command: { kind: 'DefineInstrument', symbol: SYMBOL, ...TEST_TERMS },
  timestampMs: 0,
}
const RUN = { minLength: 1, maxLength: 300 }

/** The commands of a failed run as a scenario file, with what the naive exchange makes of them. */
function asScenario(market: Market, commands: readonly TimedCommand[]): string {
  const { symbol, ordersMax, rules } = market
  const scenario = scenarioOf(commands, ordersMax, rules)
  return printScenario(scenario, runScenario(scenario, new ReferenceExchange(symbol, ordersMax, rules, TEST_TERMS)))
}

/** Throws at the first command after which the two differ. */
function compare(fast: MatchedExchange, naive: ReferenceExchange, commands: readonly TimedCommand[]): void {
  for (const { command, timestampMs } of commands) {
    const actual = fast.apply(command, timestampMs)
    const expected = naive.apply(command, timestampMs)
    if (!isDeepStrictEqual(actual, expected)) expect(actual, command.kind).toStrictEqual(expected)
    const [book, expectedBook] = [fast.book(), naive.book()]
    if (!isDeepStrictEqual(book, expectedBook)) expect(book, command.kind).toStrictEqual(expectedBook)
  }
}

/** Every record keeps what records promise, and both exchanges agree on all of them. */
function compareRecords(fast: MatchedExchange, naive: ReferenceExchange): void {
  const records = fast.records()
  const resting = [...fast.book().bids, ...fast.book().asks].flatMap((level) => level.orders)
  for (const { account, orderId, remaining } of resting) {
    const record = fast.matched.find(account, orderId)
    expect(record && record.filled + remaining).toBe(record?.quantity)
  }
  expect(records.filter((record) => isOpen(record.status)).length).toBe(resting.length)
  for (const record of records) {
    expect(record.filled === record.quantity).toBe(record.status === 'FILLED')
    expect(record.filled > 0).toBe(record.fills.length > 0)
    expect(record.reason !== null).toBe(!isOpen(record.status) && record.status !== 'FILLED')
  }
  expect(records).toStrictEqual(naive.records())
}

test('generated orders have every word and every optional field, so a new one cannot be left out', () => {
  const orders = fc.sample(anyCommand, { seed: 1, numRuns: 2_000 }).filter((command) => command.kind === 'PlaceOrder')
  const found = (name: keyof PlaceOrder): unknown[] => [...new Set(orders.map((order) => order[name]))]
  expect(found('type')).toEqual(expect.arrayContaining([...ORDER_TYPES]))
  expect(found('timeInForce')).toEqual(expect.arrayContaining([...TIMES_IN_FORCE]))
  for (const field of OPTIONAL_FIELDS) {
    const values = found(field.name).filter((value) => value !== undefined)
    if (field.kind === 'word') expect(values, field.name).toEqual(expect.arrayContaining([...field.words]))
    else expect(values, field.name).not.toEqual([])
  }
})

test(`equals the naive exchange on generated commands (seed ${seed})`, { timeout: timeLimitMs }, () => {
  const property = fc.property(market, timedCommands(RUN), (market, commands) => {
    const { symbol, ordersMax, rules } = market
    const fast = new MatchedExchange(symbol, ordersMax, rules, TEST_TERMS)
    const naive = new ReferenceExchange(symbol, ordersMax, rules, TEST_TERMS)
    try {
      compare(fast, naive, commands)
      compareRecords(fast, naive)
    } catch (cause) {
      throw new Error(`${asScenario(market, commands)}\n${cause instanceof Error ? cause.message : cause}`, { cause })
    }
  })
  fc.assert(property, { seed, plugins, numRuns: Math.ceil(commandsWanted / RUN.maxLength) })
})

test(`equals the naive exchange in one long life (seed ${seed})`, { timeout: timeLimitMs }, () => {
  const fast = new MatchedExchange(SYMBOL)
  const naive = new ReferenceExchange(SYMBOL)
  compare(fast, naive, [DEFINE])
  const chunk = Math.min(2_000, Math.ceil(commandsWanted / 2))
  let startMs = 0
  for (let done = 0; done < commandsWanted / 2; done += chunk) {
    const arbitrary = timedCommands({ minLength: chunk, maxLength: chunk }, startMs)
    const [commands] = fc.sample(arbitrary, { seed: seed + done, numRuns: 1 })
    compare(fast, naive, commands)
    startMs = commands[commands.length - 1].timestampMs
  }
  compareRecords(fast, naive)
})

test(`the same commands give the same bytes, replayed from the stream in any batches (seed ${seed})`, () => {
  const instruments = new Map([[SYMBOL, TEST_INSTRUMENT]])
  const property = fc.property(timedCommands(RUN), fc.array(fc.integer({ min: 1, max: 40 })), (commands, sizes) => {
    const replayed = commands.map(({ command, timestampMs }) => ({
      command: decodeCommand(encodeCommand(command, TEST_INSTRUMENT), instruments),
      timestampMs,
    }))
    expect(bytesOf(replayed, sizes)).toBe(bytesOf(commands, []))
  })
  fc.assert(property, { seed, numRuns: 40 })
})

/** Events, and records as a store would keep them, in JSON, of a matcher that took batches of these sizes. */
function bytesOf(commands: readonly TimedCommand[], sizes: readonly number[]): string {
  const matched = new MatchedSymbol(SYMBOL)
  const events: Event[] = []
  const stored = new Map<string, string>()
  const rest = [DEFINE, ...commands]
  for (const size of [...sizes, rest.length]) {
    for (const { command, timestampMs } of rest.splice(0, size)) events.push(...matched.apply(command, timestampMs))
    for (const record of matched.takeChanged()) {
      stored.set(`${record.account}/${record.orderId}`, JSON.stringify(record))
    }
  }
  return JSON.stringify([events, [...stored].sort(([a], [b]) => (a < b ? -1 : 1))])
}
