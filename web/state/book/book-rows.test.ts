import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { LevelText } from '../../../src/marketdata/book-level.ts'
import { formatSteps, parseStep } from '../../../src/protocol/units.ts'
import { type BookSide, bookRows, groupings, groupPrice } from './book-rows.ts'

const steps = { tick: parseStep('0.05'), lot: parseStep('0.001') }
const every = { steps, grouping: 1, count: 1_000, isCut: false }

/** Levels of a side, best first. */
const levelsOf = (side: BookSide, pairs: readonly (readonly [ticks: number, lots: number])[]): LevelText[] =>
  [...new Map(pairs)]
    .sort(([a], [b]) => (side === 'bids' ? b - a : a - b))
    .map(([ticks, lots]) => [formatSteps(ticks, steps.tick), formatSteps(lots, steps.lot), 1])

const anySide = fc.constantFrom<BookSide>('bids', 'asks')
const anyLevels = fc.array(
  fc.tuple(fc.integer({ min: 1, max: 2 ** 31 - 1 }), fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER })),
  { minLength: 1, maxLength: 60 },
)
const nearLevels = fc.array(fc.tuple(fc.integer({ min: 1, max: 400 }), fc.integer({ min: 1, max: 9 })), {
  minLength: 1,
  maxLength: 60,
})

describe('bookRows', () => {
  it('shows each level with the sum of it and all better ones', () => {
    const bids = levelsOf('bids', [
      [100, 5],
      [99, 7],
      [90, 1],
    ])
    expect(bookRows(bids, { ...every, side: 'bids' })).toEqual([
      { price: 100, quantity: 5n, total: 5n },
      { price: 99, quantity: 7n, total: 12n },
      { price: 90, quantity: 1n, total: 13n },
    ])
  })

  it('shows a level of more lots than one order may have', () => {
    const level: LevelText = ['5.00', '18014398509481.982', 2]
    const quantity = 18_014_398_509_481_982n
    expect(bookRows([level], { ...every, side: 'bids' })).toEqual([{ price: 100, quantity, total: quantity }])
  })

  it('rounds bids down and asks up', () => {
    const pairs = [
      [100, 1],
      [101, 2],
      [109, 4],
      [110, 8],
      [111, 16],
    ] as const
    const prices = (side: BookSide) =>
      bookRows(levelsOf(side, pairs), { ...every, grouping: 10, side }).map(({ price, quantity }) => [price, quantity])
    expect(prices('bids')).toEqual([
      [110, 24n],
      [100, 7n],
    ])
    expect(prices('asks')).toEqual([
      [100, 1n],
      [110, 14n],
      [120, 16n],
    ])
  })

  it('leaves out a last group that may be incomplete, but not a single level', () => {
    const asks = levelsOf('asks', [
      [1, 1],
      [11, 1],
      [12, 1],
    ])
    const cut = { ...every, isCut: true, side: 'asks' as const }
    expect(bookRows(asks, { ...cut, grouping: 10 }).map(({ price }) => price)).toEqual([10])
    expect(bookRows(asks, { ...cut, grouping: 100 }).map(({ price }) => price)).toEqual([100])
    expect(bookRows(asks, cut)).toHaveLength(3)
  })

  it('gives the first rows only', () => {
    const asks = levelsOf('asks', [
      [1, 1],
      [2, 1],
      [3, 1],
    ])
    expect(bookRows(asks, { ...every, side: 'asks', count: 2 }).map(({ total }) => total)).toEqual([1n, 2n])
    expect(bookRows(asks, { ...every, side: 'asks', count: 3 })).toHaveLength(3)
    expect(bookRows([], { ...every, side: 'asks' })).toEqual([])
  })

  it('sums exactly, keeps the order, and shows no better price than its orders have', () => {
    fc.assert(
      fc.property(anySide, fc.oneof(anyLevels, nearLevels), fc.constantFrom(1, 5, 10, 500), (side, pairs, grouping) => {
        const levels = levelsOf(side, pairs)
        const rows = bookRows(levels, { ...every, grouping, side })
        const lots = [...new Map(pairs).values()].reduce((sum, count) => sum + BigInt(count), 0n)
        expect(rows.reduce((sum, { quantity }) => sum + quantity, 0n)).toBe(lots)
        expect(rows[rows.length - 1].total).toBe(lots)
        const sign = side === 'bids' ? -1 : 1
        for (let i = 1; i < rows.length; i++) {
          expect(Math.sign(rows[i].price - rows[i - 1].price)).toBe(sign)
          expect(rows[i].total - rows[i - 1].total).toBe(rows[i].quantity)
        }
        for (const { price } of rows) expect(price % grouping).toBe(0)
        for (const [ticks] of pairs) {
          expect(sign * (groupPrice(ticks, grouping, side) - ticks)).toBeGreaterThanOrEqual(0)
        }
      }),
    )
  })
})

describe('groupings', () => {
  it('offers one tick always, and at most a fiftieth of the price', () => {
    expect(groupings(5_002_183)).toEqual([1, 5, 10, 50, 100, 500, 1_000, 5_000, 10_000, 50_000, 100_000])
    expect(groupings(800)).toEqual([1, 5, 10])
    expect(groupings(0)).toEqual([1])
  })
})
