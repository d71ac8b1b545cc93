import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { LevelText } from '../../../src/marketdata/book-level.ts'
import { formatSteps, formatStepsShort, parseStep } from '../../../src/protocol/units.ts'
import { averageText, estimate, lotsForValue, slippage, type VisibleBook } from './estimate.ts'

const steps = { tick: parseStep('0.01'), lot: parseStep('0.00000001') }
const level = (price: string, quantity: string): LevelText => [price, quantity, 1]
const book: VisibleBook = {
  bids: [level('50000.00', '1'), level('49999.00', '2')],
  asks: [level('50001.00', '0.5'), level('50003.00', '1.5')],
}
const ONE = 100_000_000

describe('an estimate', () => {
  it('trades with the best levels first and says what rests', () => {
    const result = estimate('BUY', 3 * ONE, undefined, book, steps)
    expect(result.filled).toBe(BigInt(2 * ONE))
    expect(result.rest).toBe(BigInt(ONE))
    expect(result.levels).toBe(2)
    expect([result.best, result.worst, result.twiceMid]).toEqual([5_000_100, 5_000_300, 10_000_100])
    expect(averageText(result, steps)).toBe('50002.50')
    expect(slippage('BUY', result)).toEqual({ best: '0.003', mid: '0.004' })
  })

  it('stops at the limit', () => {
    const result = estimate('SELL', 3 * ONE, 5_000_000, book, steps)
    expect([result.filled, result.rest, result.levels]).toEqual([BigInt(ONE), BigInt(2 * ONE), 1])
    expect(slippage('SELL', result)).toEqual({ best: '0.000', mid: '0.001' })
  })

  it('of a limit that does not reach the book has no average', () => {
    const result = estimate('BUY', ONE, 4_990_000, book, steps)
    expect([result.filled, result.rest]).toEqual([0n, BigInt(ONE)])
    expect(averageText(result, steps)).toBeUndefined()
    expect(slippage('BUY', result)).toEqual({ best: undefined, mid: undefined })
  })

  it('of an empty book has no best price', () => {
    expect(estimate('BUY', 1, undefined, { bids: [], asks: [] }, steps)).toMatchObject({
      filled: 0n,
      best: undefined,
      twiceMid: undefined,
    })
  })

  it('rounds an average half up two decimals beyond the tick', () => {
    const thirds = { bids: [], asks: [level('1.00', '1'), level('1.01', '2')] }
    expect(averageText(estimate('BUY', 3 * ONE, undefined, thirds, steps), steps)).toBe('1.0067')
  })
})

const tick = fc.constantFrom('1', '0.01', '0.25', '0.00005').map(parseStep)
const lot = fc.constantFrom('1', '0.001', '0.00000001', '5').map(parseStep)
const side = fc.constantFrom('BUY' as const, 'SELL' as const)
const sizes = fc.array(
  fc.record({
    gap: fc.integer({ min: 1, max: 40 }),
    lots: fc.oneof(fc.integer({ min: 1, max: 50 }), fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER })),
  }),
  { maxLength: 12 },
)
const setups = fc.record({ tick, lot, side, bids: sizes, asks: sizes, mid: fc.integer({ min: 1_000, max: 2 ** 30 }) })

interface Counted {
  readonly ticks: number
  readonly lots: number
}

const countedOf = (start: number, direction: number, rows: readonly { gap: number; lots: number }[]): Counted[] => {
  let ticks = start
  return rows.map(({ gap, lots }) => {
    ticks += direction * gap
    return { ticks, lots }
  })
}

describe('generated books', () => {
  it('give the estimate of a walk lot by lot', () => {
    fc.assert(
      fc.property(
        setups,
        fc.integer({ min: 1, max: 300 }),
        fc.option(fc.integer({ min: -60, max: 60 }), { nil: undefined }),
        (setup, lots, offset) => {
          const { visible, opposite, set } = bookOf(setup)
          const limit = offset === undefined ? undefined : setup.mid + offset
          const queue = opposite
            .filter(({ ticks }) => limit === undefined || (setup.side === 'BUY' ? ticks <= limit : ticks >= limit))
            .flatMap((each) => Array<number>(Math.min(each.lots, 300)).fill(each.ticks))
            .slice(0, lots)
          const result = estimate(setup.side, lots, limit, visible, set)
          expect(result.filled).toBe(BigInt(queue.length))
          expect(result.filled + result.rest).toBe(BigInt(lots))
          expect(result.value).toBe(queue.reduce((sum, ticks) => sum + BigInt(ticks), 0n))
          expect(result.worst).toBe(queue.at(-1))
          expect(result.levels).toBe(new Set(queue).size)
        },
      ),
      { numRuns: 150 },
    )
  })

  it('give the largest quantity that a value can pay for', () => {
    fc.assert(
      fc.property(setups, fc.bigInt({ min: 0n, max: 2n ** 60n }), (setup, value) => {
        const { visible, opposite, set } = bookOf(setup)
        const lots = lotsForValue(setup.side, value, visible, set)
        const costOf = (wanted: bigint): bigint | undefined => {
          let left = wanted
          let cost = 0n
          for (const each of opposite) {
            const taken = left < BigInt(each.lots) ? left : BigInt(each.lots)
            cost += taken * BigInt(each.ticks)
            left -= taken
          }
          return left === 0n ? cost : undefined
        }
        expect(costOf(lots) ?? -1n).toBeLessThanOrEqual(value)
        expect(costOf(lots)).toBeDefined()
        const more = costOf(lots + 1n)
        if (more !== undefined) expect(more).toBeGreaterThan(value)
      }),
      { numRuns: 150 },
    )
  })
})

function bookOf(setup: typeof setups extends fc.Arbitrary<infer S> ? S : never) {
  const asks = countedOf(setup.mid, 1, setup.asks)
  const bids = countedOf(setup.mid, -1, setup.bids)
  const textOf = ({ ticks, lots }: Counted): LevelText => [
    formatSteps(ticks, setup.tick),
    formatStepsShort(lots, setup.lot),
    1,
  ]
  const visible: VisibleBook = { bids: bids.map(textOf), asks: asks.map(textOf) }
  return { visible, opposite: setup.side === 'BUY' ? asks : bids, set: { tick: setup.tick, lot: setup.lot } }
}
