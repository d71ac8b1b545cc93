import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { PRICE_TICKS_MAX, QUANTITY_LOTS_MAX } from '../protocol/limits.ts'
import { addNumber, addProduct, addSum, readSum, SUM_NUMBERS, writeSum } from './wide-sums.ts'

const price = fc.oneof(
  fc.integer({ min: 1, max: PRICE_TICKS_MAX }),
  fc.constantFrom(1, PRICE_TICKS_MAX, 65_535, 65_536),
)
const quantity = fc.oneof(
  fc.integer({ min: 1, max: QUANTITY_LOTS_MAX }),
  fc.constantFrom(1, QUANTITY_LOTS_MAX, 2 ** 52 - 1, 2 ** 52, 2 ** 26, 2 ** 26 - 1),
)
const trades = fc.array(fc.tuple(price, quantity), { maxLength: 200, size: 'max' })

test('sums of quantities and of products equal those of big integers', () => {
  fc.assert(
    fc.property(trades, (trades) => {
      const sums = new Float64Array(2 * SUM_NUMBERS)
      let volume = 0n
      let quoteVolume = 0n
      for (const [price, quantity] of trades) {
        addNumber(sums, 0, quantity)
        addProduct(sums, SUM_NUMBERS, price, quantity)
        volume += BigInt(quantity)
        quoteVolume += BigInt(price) * BigInt(quantity)
        expect(readSum(sums, 0)).toBe(volume)
        expect(readSum(sums, SUM_NUMBERS)).toBe(quoteVolume)
      }
    }),
  )
})

const big = fc.bigInt({ min: 0n, max: (1n << 150n) - 1n })

test('a sum is written and read again, and sums are added', () => {
  fc.assert(
    fc.property(big, big, (a, b) => {
      const sums = new Float64Array(2 * SUM_NUMBERS)
      writeSum(sums, 0, a)
      writeSum(sums, SUM_NUMBERS, b)
      expect(readSum(sums, 0)).toBe(a)
      addSum(sums, 0, sums, SUM_NUMBERS)
      expect(readSum(sums, 0)).toBe(a + b)
    }),
  )
})
