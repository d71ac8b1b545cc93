import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { BookRow } from './book-rows.ts'
import {
  type DepthCurve,
  depthCorners,
  depthPointAt,
  depthView,
  marksOf,
  roundStep,
  ticksAt,
  xOf,
} from './depth-curve.ts'

const rowsOf = (pairs: readonly (readonly [price: number, lots: number])[]): BookRow[] => {
  let total = 0n
  return pairs.map(([price, lots]) => {
    total += BigInt(lots)
    return { price, quantity: BigInt(lots), total }
  })
}

const curve: DepthCurve = {
  bids: rowsOf([
    [99, 10],
    [95, 20],
  ]),
  asks: rowsOf([
    [101, 5],
    [105, 5],
  ]),
}
const box = { width: 100, height: 50 }

describe('depthView', () => {
  it('is symmetric around the middle, and empty without orders', () => {
    const view = depthView(curve, 1)
    expect(view).toEqual({ from: 100 - 5 * 1.02, to: 100 + 5 * 1.02, totalMax: 30n })
    expect(depthView(curve, 3)?.totalMax).toBe(10n)
    expect(depthView({ bids: [], asks: [] }, 1)).toBeUndefined()
  })

  it('ignores a few orders far away', () => {
    const near = Array.from({ length: 40 }, (_, i) => [100 + i, 1] as const)
    const view = depthView({ bids: [], asks: rowsOf([...near, [1_000_000, 1]]) }, 1)
    expect(view?.to).toBeLessThan(200)
    const few = rowsOf([...near.slice(0, 9), [1_000_000, 1], [1_000_001, 1]])
    expect(depthView({ bids: [], asks: few }, 1)?.to).toBeLessThan(200)
  })
})

describe('depthCorners', () => {
  it('goes in steps from the best price to the edge', () => {
    const view = { from: 90, to: 110, totalMax: 30n }
    const corners = (side: 'bids' | 'asks') =>
      depthCorners(curve[side], side, view, box).map((place) => Math.round(place * 10) / 10)
    expect(corners('bids')).toEqual([45, 50, 45, 35, 25, 35, 25, 5, 0, 5])
    expect(corners('asks')).toEqual([55, 50, 55, 42.5, 75, 42.5, 75, 35, 100, 35])
  })

  it('never goes down, away from the best price', () => {
    const levels = fc.uniqueArray(fc.tuple(fc.integer({ min: 1, max: 500 }), fc.integer({ min: 1, max: 99 })), {
      minLength: 1,
      selector: ([price]) => price,
    })
    fc.assert(
      fc.property(levels, fc.double({ min: 1, max: 50, noNaN: true }), (pairs, zoom) => {
        const asks = rowsOf([...pairs].sort(([a], [b]) => a - b))
        const view = depthView({ bids: [], asks }, zoom)
        if (view === undefined) throw new Error('no view')
        const corners = depthCorners(asks, 'asks', view, box)
        for (let i = 2; i < corners.length; i += 2) {
          expect(corners[i]).toBeGreaterThanOrEqual(corners[i - 2])
          expect(corners[i + 1]).toBeLessThanOrEqual(corners[i - 1])
        }
        expect(corners.at(-2)).toBe(box.width)
      }),
    )
  })
})

describe('depthPointAt', () => {
  it('gives what trades up to a price, and its cost', () => {
    expect(depthPointAt(curve, 96)).toMatchObject({ side: 'bids', price: 99, total: 10n, cost: 990n })
    expect(depthPointAt(curve, 95)).toMatchObject({ side: 'bids', price: 95, total: 30n, cost: 2_890n })
    expect(depthPointAt(curve, 107)).toMatchObject({ side: 'asks', price: 105, total: 10n, cost: 1_030n })
    expect(depthPointAt(curve, 100)).toBeUndefined()
  })
})

describe('places', () => {
  it('turns prices into pixels and back', () => {
    const view = { from: 90, to: 110, totalMax: 30n }
    expect(xOf(95, view, box)).toBe(25)
    expect(ticksAt(25, view, box)).toBe(95)
  })

  it('has marks at round numbers', () => {
    expect([7, 90, 1_200, 3].map((range) => roundStep(range, 4))).toEqual([2, 50, 500, 1])
    expect(marksOf(91, 121, 10)).toEqual([100, 110, 120])
  })
})
