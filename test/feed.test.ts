/**
 * Records are folds of events: the bytes of the feed, decoded somewhere else, give the same trades and the same closed
 * orders as the exchange has. Every value that matching reads from an event is in the feed.
 */

import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { ExchangeMatcher } from '../src/matcher/exchange-matcher.ts'
import type { Command } from '../src/protocol/command/commands.ts'
import type { EventCursor } from '../src/protocol/event/event-cursor.ts'
import { EventFeedReader } from '../src/protocol/event/event-feed-reader.ts'
import { EventFeedWriter } from '../src/protocol/event/event-feed-writer.ts'
import { EVENT_KINDS } from '../src/protocol/event/event-kinds.ts'
import { eventOf } from '../src/protocol/event/event-of.ts'
import type { Event, EventKind } from '../src/protocol/event/events.ts'
import { NotAFeed } from '../src/protocol/event/feed-faults.ts'
import { UnknownVersion } from '../src/protocol/versions.ts'
import { ExchangeState } from '../src/recovery/exchange-state.ts'
import { FeedFold } from './contracts/feed-fold.ts'
import { randomHistory } from './contracts/random-history.ts'
import { feedOf } from './contracts/sample-feed.ts'
import { SYMBOL, TEST_TERMS, timedCommands } from './model/command-arbitrary.ts'

/** The fold of a reader that has the events and nothing else. */
function foldElsewhere(batches: readonly Uint8Array[]): { records: FeedFold; events: Event[] } {
  const records = new FeedFold()
  const events: Event[] = []
  for (const batch of batches) {
    // A batch arrives in memory of its own, at any offset.
    const moved = new Uint8Array(batch.length + 3).fill(7)
    moved.set(batch, 3)
    const event = new EventFeedReader(moved.subarray(3))
    while (event.next()) {
      records.take(event)
      events.push(eventOf(event))
    }
  }
  return { records, events }
}

test('the bytes of the feed give the same events and records as matching', () => {
  fc.assert(
    fc.property(randomHistory, fc.integer({ min: 1, max: 9 }), (history, flushEvery) => {
      const state = new ExchangeState()
      const writer = new EventFeedWriter()
      const live: Event[] = []
      const batches: Uint8Array[] = []
      const watcher = {
        take(event: EventCursor) {
          writer.take(event)
          live.push(eventOf(event))
        },
      }
      for (const [i, record] of history.entries()) {
        state.apply(record, watcher)
        if (i % flushEvery === 0) batches.push(writer.flush() ?? new EventFeedWriter().batch())
      }
      batches.push(writer.batch())
      const { records, events } = foldElsewhere(batches)
      expect(events).toStrictEqual(live)
      const commit = state.takeCommit()
      expect(records.orders).toStrictEqual(commit?.orders)
      expect(records.trades).toStrictEqual(commit?.trades)
    }),
    { numRuns: 200 },
  )
})

const ALL = EVENT_KINDS
const ORDER = ALL.slice(0, 7)
const SYMBOL_KINDS = ALL.slice(7)
const ENTERING: readonly EventKind[] = ['OrderAccepted', 'OrderRejected']
const TRADE: readonly EventKind[] = ['TradeExecuted']
const VALUED: readonly EventKind[] = [
  'OrderAccepted',
  'OrderRejected',
  'TradeExecuted',
  'OrderCanceled',
  'OrderAmended',
]
const REASONED: readonly EventKind[] = [
  'OrderRejected',
  'OrderCanceled',
  'CancelRejected',
  'AmendRejected',
  'ControlRejected',
]

/** Every value of a cursor but the cause: the kinds of events that have it. */
const APPLIES: Readonly<Record<Exclude<keyof EventCursor, 'cause'>, readonly EventKind[]>> = {
  kind: ALL,
  symbol: ALL,
  number: ALL,
  timestampMs: ALL,
  requestId: ALL,
  reason: REASONED,
  concernsSymbol: SYMBOL_KINDS,
  handle: ORDER,
  account: ORDER,
  orderId: ORDER,
  sells: ['OrderAccepted', 'OrderRejected', 'OrderCanceled', 'OrderAmended'],
  options: ENTERING,
  extras: ENTERING,
  echo: ORDER,
  price: VALUED,
  quantity: VALUED,
  priorityKept: ['OrderAmended'],
  priceBefore: ['OrderAmended'],
  openBefore: ['OrderAmended'],
  open: ['OrderAmended'],
  tradeNumber: TRADE,
  takerHandle: TRADE,
  takerAccount: TRADE,
  takerOrderId: TRADE,
  takerEcho: TRADE,
  takerSells: TRADE,
  makerFilled: TRADE,
  takerFilled: TRADE,
  operatorNote: SYMBOL_KINDS,
  phase: ['PhaseChanged'],
  bandLow: ['PriceBandSet'],
  bandHigh: ['PriceBandSet'],
  instrument: SYMBOL_KINDS,
  rules: SYMBOL_KINDS,
}
const VALUES = Object.keys(APPLIES) as (keyof typeof APPLIES)[]
const NOTHING: readonly unknown[] = ['', 0, false, undefined]

const valuesOf = (event: EventCursor) => Object.fromEntries(VALUES.map((name) => [name, event[name]]))

test('every value of an event is in the feed, and a value that does not apply is empty', () => {
  const given = new Map(VALUES.map((name) => [name, new Set<EventKind>()]))
  const history = timedCommands({ minLength: 100, maxLength: 200 })
  const define: Command = { kind: 'DefineInstrument', symbol: SYMBOL, ...TEST_TERMS, operator: 'ops' }
  fc.assert(
    fc.property(history, (commands) => {
      const matcher = new ExchangeMatcher()
      const writer = new EventFeedWriter()
      const live: Record<string, unknown>[] = []
      const watcher = {
        take(event: EventCursor) {
          writer.take(event)
          live.push(valuesOf(event))
        },
      }
      const steps = [{ command: define, timestampMs: 0 }, ...commands]
      for (const [i, { command, timestampMs }] of steps.entries()) {
        matcher.apply({ position: String(i).padStart(16, '0'), timestampMs, commands: [command] }, watcher)
      }
      const event = new EventFeedReader(writer.batch())
      for (const values of live) {
        expect(event.next()).toBe(true)
        expect(valuesOf(event)).toStrictEqual(values)
        for (const name of VALUES) {
          const isEmpty = NOTHING.includes(values[name])
          if (!isEmpty) given.get(name)?.add(event.kind)
          if (!APPLIES[name].includes(event.kind)) expect(isEmpty, `${name} of ${event.kind}`).toBe(true)
        }
      }
      expect(event.next()).toBe(false)
    }),
    { numRuns: 50 },
  )
  // The runs must contain every kind, and every value at least once.
  expect([...(given.get('kind') ?? [])].sort()).toEqual([...EVENT_KINDS].sort())
  for (const [name, kinds] of given) expect(kinds.size, name).toBeGreaterThan(0)
})

test('events are numbered from 1 without gaps, in each symbol', () => {
  fc.assert(
    fc.property(randomHistory, (history) => {
      const state = new ExchangeState()
      const next = new Map<string, number>()
      for (const record of history) {
        state.apply(record, {
          take({ symbol, number }) {
            expect(number).toBe((next.get(symbol) ?? 0) + 1)
            next.set(symbol, number)
          },
        })
      }
    }),
    { numRuns: 50 },
  )
})

const sample = () =>
  feedOf([
    { kind: 'CancelRejected', symbol: 'BTCUSD', number: 1, account: 'a', orderId: 'x', reason: 'order_not_open' },
    { kind: 'PhaseChanged', symbol: 'BTCUSD', number: 2, phase: 'HALTED', rules: 1 },
  ]) as Uint8Array

function readAll(batch: Uint8Array): EventKind[] {
  const kinds: EventKind[] = []
  const event = new EventFeedReader(batch)
  while (event.next()) kinds.push(event.kind)
  return kinds
}

test('a batch that is cut anywhere is refused, also between two events', () => {
  const batch = sample()
  expect(readAll(batch)).toEqual(['CancelRejected', 'PhaseChanged'])
  for (let length = 0; length < batch.length; length++) {
    expect(() => readAll(batch.slice(0, length)), `${length} bytes`).toThrow(NotAFeed)
  }
  const longer = new Uint8Array(batch.length + 1)
  longer.set(batch)
  expect(() => readAll(longer)).toThrow(NotAFeed)
})

test.each([
  ['fewer', 1],
  ['more', 3],
])('a batch with %s events than its header says is refused', (_, count) => {
  const batch = sample()
  batch[8] = count
  expect(() => readAll(batch)).toThrow(NotAFeed)
})

test.each(['2', '4'])('a batch of version %s is refused by name', (digit) => {
  const batch = sample()
  batch[3] = digit.charCodeAt(0)
  const unknown = `the batch of events has version ${digit}; this program supports version 3.`
  expect(() => readAll(batch)).toThrow(
    expect.objectContaining({ name: 'UnknownVersion', message: expect.stringContaining(unknown) }),
  )
})

const FIRST_ENTRY = 12

test.each([
  ['kind', FIRST_ENTRY + 4, 'an event of kind 200'],
  ['reason', FIRST_ENTRY + 6, 'an event with reason 200'],
])('an event with an unknown %s is one of a newer program', (_, at, what) => {
  const batch = sample()
  batch[at] = 200
  expect(() => readAll(batch)).toThrow(UnknownVersion)
  expect(() => readAll(batch)).toThrow(`the batch has ${what}, which this program does not know`)
})

test('whatever a byte of a batch becomes, the reader ends, and throws nothing but a refusal', () => {
  const batch = sample()
  for (let at = 0; at < batch.length; at++) {
    for (const value of [0, 1, 0x7b, 200, 255]) {
      const spoiled = batch.slice()
      spoiled[at] = value
      try {
        readAll(spoiled)
      } catch (cause) {
        expect(cause instanceof NotAFeed || cause instanceof UnknownVersion, `byte ${at} is ${value}`).toBe(true)
      }
    }
  }
})
