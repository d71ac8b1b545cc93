/**
 * The directory of instruments is a fold of events. It must always equal the list that the matcher makes of its own
 * state, whether the events come from the matcher or as bytes of the feed.
 */

import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { listInstruments } from '../src/matcher/book-view.ts'
import type { Command } from '../src/protocol/command/commands.ts'
import type { DefineInstrument } from '../src/protocol/command/operator-commands.ts'
import { EventFeedReader } from '../src/protocol/event/event-feed-reader.ts'
import { EventFeedWriter } from '../src/protocol/event/event-feed-writer.ts'
import { InstrumentDirectory } from '../src/protocol/instrument/instrument-directory.ts'
import { ticks } from '../src/protocol/units.ts'
import { ExchangeState } from '../src/recovery/exchange-state.ts'
import { anyOperatorCommand, TEST_TERMS } from './model/command-arbitrary.ts'

const SYMBOLS = ['TEST', 'OTHER']
const define = (symbol: string): DefineInstrument => ({ kind: 'DefineInstrument', symbol, ...TEST_TERMS })

/** An exchange with three directories: of the matcher's state, of its events, and of the bytes of the feed. */
class Directories {
  readonly state = new ExchangeState()
  readonly folded = new InstrumentDirectory()
  readonly elsewhere = new InstrumentDirectory()
  private readonly feed = new EventFeedWriter()
  private applied = 0

  get listed(): InstrumentDirectory {
    return listInstruments(this.state.matcher)
  }

  apply(command: Command): void {
    const position = String(++this.applied).padStart(16, '0')
    const watcher = {
      take: (event: Parameters<InstrumentDirectory['take']>[0]) => {
        this.folded.take(event)
        this.feed.take(event)
      },
    }
    this.state.apply({ position, timestampMs: this.applied, commands: [command] }, watcher)
    const batch = this.feed.flush()
    if (batch === undefined) return
    const event = new EventFeedReader(batch)
    while (event.next()) this.elsewhere.take(event)
  }

  expectEqual(after: Command): void {
    const listed = [...this.listed]
    expect([...this.folded], JSON.stringify(after)).toStrictEqual(listed)
    expect([...this.elsewhere], JSON.stringify(after)).toStrictEqual(listed)
  }
}

/** The records of a symbol begin with its definition. Rules may be adopted before. */
const history = fc.tuple(
  fc.boolean(),
  fc.array(fc.tuple(anyOperatorCommand, fc.constantFrom(...SYMBOLS)), { minLength: 1, maxLength: 60, size: 'max' }),
)

test('the fold of the events equals the list of the matcher after each operator command', () => {
  const seen = new Set<string>()
  const property = fc.property(history, ([adoptFirst, commands]) => {
    const directories = new Directories()
    if (adoptFirst) directories.apply({ kind: 'AdoptRules', rules: 2 })
    for (const symbol of SYMBOLS) directories.apply(define(symbol))
    for (const [command, symbol] of commands) {
      const addressed = (command.symbol === undefined ? command : { ...command, symbol }) as Command
      directories.apply(addressed)
      directories.expectEqual(addressed)
    }
    for (const { closed, phase, bandLow, rules } of directories.folded.values()) {
      seen.add(`${closed} ${phase} ${bandLow !== null} ${rules}`)
    }
  })
  fc.assert(property, { numRuns: 300 })
  // The commands reach closed and open instruments with and without a band, in each phase, under both rules.
  expect(seen.size).toBeGreaterThan(8)
})

test('an instrument that is defined again keeps its band and its rules, and is in CONTINUOUS', () => {
  const directories = new Directories()
  const band = { low: ticks(90), high: ticks(110) }
  const close: Command = { kind: 'CloseInstrument', symbol: 'TEST' }
  const commands: Command[] = [define('TEST'), { kind: 'SetPriceBand', symbol: 'TEST', ...band }, close, define('TEST')]
  for (const command of commands) directories.apply(command)
  directories.expectEqual(define('TEST'))
  const reopened = { bandLow: 90, bandHigh: 110, phase: 'CONTINUOUS', closed: false, rules: 1 }
  expect(directories.folded.get('TEST')).toMatchObject(reopened)
})

test('an instrument that is defined again loses the quantity bounds that its definition does not have', () => {
  const directories = new Directories()
  const bounded = { ...define('TEST'), minQuantity: '1', maxQuantity: '5' }
  for (const command of [bounded, { kind: 'CloseInstrument', symbol: 'TEST' } as const, define('TEST')]) {
    directories.apply(command)
  }
  directories.expectEqual(define('TEST'))
  const { minQuantity, maxQuantity } = directories.folded.get('TEST') ?? {}
  expect([minQuantity, maxQuantity]).toEqual([undefined, undefined])
})
