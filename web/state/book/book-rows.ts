/**
 * The rows of the ladder: levels of one side, grouped by price, with cumulative quantities. Everything is an exact
 * integer. A group of bids has the lowest price in it and a group of asks the highest, so a row never shows a better
 * price than its orders have. The order of the levels, best first, is kept.
 */

import type { LevelText } from '../../../src/marketdata/book-level.ts'
import { countSteps, type Step } from '../../../src/protocol/units.ts'
import { floorSteps, type Steps } from '../text/steps.ts'

export type BookSide = 'bids' | 'asks'

export interface BookRow {
  /** Ticks; 0 for bids below the first group. */
  readonly price: number
  /** Lots of this row, and of this and all better rows. */
  readonly quantity: bigint
  readonly total: bigint
}

export interface RowOptions {
  readonly side: BookSide
  readonly steps: Steps
  /** Ticks of a row; 1 shows each level. */
  readonly grouping: number
  /** The first rows only. */
  readonly count: number
  /** Whether the exchange may have levels behind these. The last group could then be larger than what is known of it. */
  readonly isCut: boolean
}

/** A group that may be incomplete is left out, unless it is the only one. */
export function bookRows(levels: readonly LevelText[], options: RowOptions): BookRow[] {
  const { side, steps, grouping, count } = options
  const rows: BookRow[] = []
  let price = -1
  let quantity = 0n
  let total = 0n
  for (const level of levels) {
    const at = groupPrice(stepsOf(level[0], steps.tick), grouping, side)
    if (at !== price && price >= 0) {
      rows.push({ price, quantity, total })
      if (rows.length === count) return rows
      quantity = 0n
    }
    price = at
    const lots = lotsOf(level[1], steps.lot)
    quantity += lots
    total += lots
  }
  const isComplete = !options.isCut || grouping === 1 || rows.length === 0
  if (price >= 0 && isComplete && rows.length < count) rows.push({ price, quantity, total })
  return rows
}

/** Bids round down, asks up. */
export function groupPrice(ticks: number, grouping: number, side: BookSide): number {
  const below = ticks - (ticks % grouping)
  return side === 'bids' || below === ticks ? below : below + grouping
}

/** Text that the exchange sent; 0 if it is not a count of steps, which a change of the instrument could cause. */
export function stepsOf(text: string, step: Step): number {
  const count = countSteps(text, step)
  return typeof count === 'number' ? count : 0
}

/** The same for a sum of quantities, which may be more than the largest order. */
export function lotsOf(text: string, lot: Step): bigint {
  const count = countSteps(text, lot)
  return typeof count === 'number' ? BigInt(count) : (floorSteps(text, lot)?.steps ?? 0n)
}

/** What a trader may choose as ticks of a row: up to a fiftieth of the price, so that the ladder keeps its shape. */
export function groupings(priceTicks: number): number[] {
  const choices = [1]
  for (let tens = 1; tens <= 1_000_000; tens *= 10) choices.push(5 * tens, 10 * tens)
  return choices.filter((ticks) => ticks === 1 || ticks <= priceTicks / 50)
}
