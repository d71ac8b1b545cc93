import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { temporaryDirectory } from '../../../test/contracts/temporary-directory.ts'
import { BadInstruments, readInstruments, seedInstruments } from './instrument-file.ts'

const A = { symbol: 'A', base: 'A', quote: 'USD', tickSize: '0.01', lotSize: '1' }

test('sizes are converted to their shortest form', () => {
  expect(seedInstruments([{ ...A, tickSize: '0.010', maxQuantity: '50' }])).toEqual([{ ...A, maxQuantity: '50' }])
})

test.each(['', '{}', '[]', '[null]', '[{"symbol":"A"}]', '[1]', JSON.stringify([{ ...A, minQuantity: 5 }])])(
  '%j is not a list of instruments',
  (text) => {
    const path = join(temporaryDirectory(), 'file.json')
    writeFileSync(path, text)
    expect(() => readInstruments(path)).toThrow(BadInstruments)
  },
)

test.each([
  [[A, A]],
  [[{ ...A, symbol: 'a b' }]],
  [[{ ...A, base: '' }]],
  [[{ ...A, quote: 'US DOLLAR' }]],
  [[{ ...A, tickSize: '-1' }]],
  [[{ ...A, maxQuantity: '0.5' }]],
  [[{ ...A, minQuantity: '2', maxQuantity: '1' }]],
])('%j is refused with its reason', (rows) => {
  expect(() => seedInstruments(rows)).toThrow(BadInstruments)
})
