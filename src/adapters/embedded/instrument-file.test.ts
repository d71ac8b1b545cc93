import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { temporaryDirectory } from '../../../test/contracts/temporary-directory.ts'
import { BadInstruments, instrumentsBySymbol, readInstruments, settleInstruments } from './instrument-file.ts'

const A = { symbol: 'A', base: 'A', quote: 'USD', tickSize: '0.01', lotSize: '1' }
const B = { ...A, symbol: 'B' }
const FALLBACK = [{ ...A, symbol: 'DEMO' }]

describe('a data directory trades', () => {
  test('the fallback, when nothing was asked for', () => {
    const directory = temporaryDirectory()
    expect(settleInstruments(directory, undefined, FALLBACK)).toEqual(FALLBACK)
    expect(readInstruments(join(directory, 'instruments.json'))).toEqual(FALLBACK)
  })

  test('what it traded before, and what is added', () => {
    const directory = temporaryDirectory()
    expect(settleInstruments(directory, [A], FALLBACK)).toEqual([A])
    expect(settleInstruments(directory, undefined, FALLBACK)).toEqual([A])
    expect(settleInstruments(directory, [B], FALLBACK)).toEqual([A, B])
    expect(settleInstruments(directory, [{ ...A, tickSize: '0.010' }], FALLBACK)).toEqual([A, B])
  })

  test.each([{ tickSize: '0.1' }, { lotSize: '2' }])('never in other steps: %j', (change) => {
    const directory = temporaryDirectory()
    settleInstruments(directory, [A], FALLBACK)
    const before = readFileSync(join(directory, 'instruments.json'), 'utf8')
    expect(() => settleInstruments(directory, [{ ...A, ...change }], FALLBACK)).toThrow(BadInstruments)
    expect(readFileSync(join(directory, 'instruments.json'), 'utf8')).toBe(before)
  })
})

test.each(['', '{}', '[]', '[null]', '[{"symbol":"A"}]', '[1]'])('%j is no list of instruments', (text) => {
  const path = join(temporaryDirectory(), 'file.json')
  writeFileSync(path, text)
  expect(() => readInstruments(path)).toThrow(BadInstruments)
})

test.each([[[A, A]], [[{ ...A, symbol: 'a b' }]], [[{ ...A, tickSize: '-1' }]]])(
  '%j is refused with its reason',
  (rows) => {
    expect(() => instrumentsBySymbol(rows)).toThrow(BadInstruments)
  },
)
