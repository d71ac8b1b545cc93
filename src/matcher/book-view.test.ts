import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { SYMBOL, TEST_TERMS, timedCommands } from '../../test/model/command-arbitrary.ts'
import type { Command } from '../protocol/command/commands.ts'
import { InstrumentDirectory } from '../protocol/instrument/instrument-directory.ts'
import { ticks } from '../protocol/units.ts'
import { listInstruments } from './book-view.ts'
import { ExchangeMatcher } from './exchange-matcher.ts'

const DEFINE = { kind: 'DefineInstrument', symbol: SYMBOL, ...TEST_TERMS } as const

/** The list of the matcher, and the directory that follows its events. Both must be equal after each command. */
function bothAfter(commands: readonly { readonly command: Command; readonly timestampMs: number }[]) {
  const matcher = new ExchangeMatcher()
  const directory = new InstrumentDirectory()
  for (const [i, { command, timestampMs }] of commands.entries()) {
    matcher.apply({ position: String(i).padStart(16, '0'), timestampMs, commands: [command] }, directory)
    expect(directory).toEqual(listInstruments(matcher))
  }
  return directory
}

test('a directory that follows the events equals the list of the matcher', () => {
  fc.assert(
    fc.property(timedCommands({ minLength: 20, maxLength: 60 }), (commands) => {
      bothAfter([{ command: DEFINE, timestampMs: 0 }, ...commands])
    }),
    { numRuns: 50 },
  )
})

test('a reopened instrument keeps its price band, but not its quantity bounds', () => {
  const commands: Command[] = [
    { ...DEFINE, minQuantity: '1', maxQuantity: '5' },
    { kind: 'SetPriceBand', symbol: SYMBOL, low: ticks(900) },
    { kind: 'CloseInstrument', symbol: SYMBOL },
    DEFINE,
  ]
  const listed = bothAfter(commands.map((command) => ({ command, timestampMs: 1 }))).get(SYMBOL)
  expect(listed).toMatchObject({ phase: 'CONTINUOUS', closed: false, bandLow: 900, bandHigh: null })
  expect(listed).not.toHaveProperty('minQuantity')
  expect(listed?.text).not.toHaveProperty('maxQuantity')
})
