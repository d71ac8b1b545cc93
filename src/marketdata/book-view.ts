/**
 * What followers of the best levels need to know: the levels that have changed since the last update. A level that
 * leaves the best ones is removed, although the book still has it; a level that enters them is sent. So a follower
 * has exactly the best levels of the exchange and nothing else.
 */

import type { Lots } from '../protocol/units.ts'
import type { BookLevel, BookSides } from './book-level.ts'
import type { DepthBook } from './depth-book.ts'

const GONE = { quantity: 0 as Lots, orders: 0 }

export class BookView {
  /** Levels of each side. */
  readonly depth: number
  /** The best levels at the last update. */
  sides: BookSides = { bids: [], asks: [] }

  constructor(depth: number) {
    this.depth = depth
  }

  /** The levels that have changed since the last call. Quantity 0: the level is gone. Cost O(depth). */
  update(book: DepthBook): BookSides {
    const { bids, asks } = this.sides
    this.sides = book.top(this.depth)
    return { bids: changes(bids, this.sides.bids, -1), asks: changes(asks, this.sides.asks, 1) }
  }
}

/** Compares two lists of levels, best first. `sign` as in book-side.ts. */
function changes(before: readonly BookLevel[], now: readonly BookLevel[], sign: 1 | -1): BookLevel[] {
  const changed: BookLevel[] = []
  let i = 0
  for (const level of now) {
    while (i < before.length && sign * before[i].price < sign * level.price) changed.push({ ...before[i++], ...GONE })
    const old = before[i]
    if (old === undefined || old.price !== level.price) changed.push(level)
    else {
      i++
      if (old.quantity !== level.quantity || old.orders !== level.orders) changed.push(level)
    }
  }
  while (i < before.length) changed.push({ ...before[i++], ...GONE })
  return changed
}
