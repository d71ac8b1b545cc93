import { describe, expect, it } from 'vitest'
import { parseStep } from '../../../src/protocol/units.ts'
import type { BookRow } from './book-rows.ts'
import { type LadderRow, LadderSide, ownRows, type SideInput } from './ladder.ts'

const steps = { tick: parseStep('0.01'), lot: parseStep('0.0001') }
const rowsOf = (pairs: readonly (readonly [price: number, lots: number])[]): BookRow[] => {
  let total = 0n
  return pairs.map(([price, lots]) => {
    total += BigInt(lots)
    return { price, quantity: BigInt(lots), total }
  })
}
const input = (rows: BookRow[], more: Partial<SideInput> = {}): SideInput => ({
  rows,
  steps,
  view: 'A',
  totalMax: rows.at(-1)?.total ?? 0n,
  own: new Map(),
  ...more,
})
const textOf = ({ price, size, sizeZeros, totalText, totalZeros }: LadderRow): string =>
  `${price.value} ${size.value}|${sizeZeros.value} ${totalText.value}|${totalZeros.value}`

function bidsOf(count: number): LadderSide {
  const side = new LadderSide('bids')
  side.resize(count)
  return side
}

describe('LadderSide', () => {
  it('shows prices, quantities and totals with all digits, zeros at the end apart', () => {
    const side = bidsOf(3)
    side.show(
      input(
        rowsOf([
          [5_002_183, 15_000],
          [5_002_182, 12_345_678],
        ]),
      ),
      0,
    )
    expect(side.rows.value.map(textOf)).toEqual([
      '50,021.83 1.5|000 1.5|000',
      '50,021.82 1,234.5678| 1,236.0678|',
      ' | |',
    ])
    expect(side.lengths().price).toBeCloseTo(7 + 2 * 0.55)
    expect(side.lengths().size).toBeCloseTo(8 + 2 * 0.55)
    expect(side.rows.value[1].bar.value).toBe('transform:scaleX(1)')
    expect(side.rows.value.map(({ ticks }) => ticks)).toEqual([5_002_183, 5_002_182, 0])
  })

  it('keeps its rows, and flashes those whose level changed for a short time', () => {
    const side = bidsOf(2)
    const flashes = () => side.rows.value.map(({ flash }) => flash.value)
    const [first] = side.rows.value
    const show = (pairs: Parameters<typeof rowsOf>[0], nowMs: number) => side.show(input(rowsOf(pairs)), nowMs)
    show([[10, 1]], 0)
    show([[10, 2]], 100)
    expect(flashes()).toEqual([true, false])
    // The level of before is in the second row now, and has not changed.
    const two = [
      [11, 1],
      [10, 2],
    ] as const
    show(two, 120)
    expect(flashes()).toEqual([true, false])
    expect(side.endFlashes(269)).toBe(true)
    expect(side.endFlashes(270)).toBe(false)
    expect(flashes()).toEqual([false, false])
    show([[11, 5], two[1]], 300)
    show([[10, 2]], 310)
    expect(flashes()).toEqual([false, false])
    expect(side.rows.value[0]).toBe(first)
  })

  it('marks own orders', () => {
    const side = bidsOf(1)
    side.show(input(rowsOf([[10, 1]]), { own: new Map([[10, '0.5']]) }), 0)
    expect(side.rows.value[0].own.value).toBe('0.5')
  })
})

describe('ownRows', () => {
  it('adds the own orders of a group, bids at its lower and asks at its upper price', () => {
    const own = new Map([
      ['100.01', '0.5'],
      ['100.09', '1'],
    ])
    expect(ownRows(own, 'bids', steps, 10)).toEqual(new Map([[10_000, '1.5']]))
    expect(ownRows(own, 'asks', steps, 10)).toEqual(new Map([[10_010, '1.5']]))
  })
})
