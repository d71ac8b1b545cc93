/**
 * What followers of the best levels need to know: the levels that have changed since the last update. A level that
 * leaves the best ones is removed, although the book still has it; a level that enters them is sent. So a follower
 * has exactly the best levels of the exchange and nothing else.
 *
 * An update compares the ends of its range only: a level that changed and changed back is not in it. So a snapshot for
 * a follower that joins must be of the last update, which {@link BookView.sides} is, and not of a moment between two.
 */

import type { TradingPhase } from '../protocol/command/trading-phases.ts'
import type { Lots } from '../protocol/units.ts'
import type { BookLevel, BookSides } from './book-level.ts'
import { LEVEL_NUMBERS, levelAt } from './level-block.ts'

/** The levels of one side, as a view reads them. */
export interface ShownSide {
  /** 1: a higher price is worse (asks). −1: a lower price is worse (bids). */
  readonly sign: 1 | -1
  /** Writes the numbers of up to `depth` levels, best first. Returns how many levels there are. */
  read(depth: number, into: Float64Array): number
}

/** A book of which the best levels are shown: the fold of all events, or a view that was read (viewed-book.ts). */
export interface ShownBook {
  /** The number of the last event that it contains; 0 before the first. */
  readonly eventNumber: number
  /** The time of that event. */
  readonly timestampMs: number
  readonly phase: TradingPhase
  side(sells: boolean): ShownSide
  /** The best `depth` levels of each side. */
  top(depth: number): BookSides
}

const GONE = { quantity: 0 as Lots, orders: 0 }

export class BookView {
  /** Levels of each side. */
  readonly depth: number
  private readonly bids: SideView
  private readonly asks: SideView

  constructor(depth: number) {
    this.depth = depth
    this.bids = new SideView(depth)
    this.asks = new SideView(depth)
  }

  /** The best levels at the last update. A snapshot of these continues with the next update. */
  get sides(): BookSides {
    return this.top(this.depth)
  }

  /** The best of them. */
  top(depth: number): BookSides {
    return { bids: this.bids.top(depth), asks: this.asks.top(depth) }
  }

  /** The levels that have changed since the last call. Quantity 0: the level is gone. Cost O(depth). */
  update(book: Pick<ShownBook, 'side'>): BookSides {
    return { bids: this.bids.update(book.side(false)), asks: this.asks.update(book.side(true)) }
  }
}

class SideView {
  private readonly depth: number
  /** The numbers of the levels at the last update, and room for those of the next. */
  private numbers: Float64Array
  private next: Float64Array
  private count = 0

  constructor(depth: number) {
    this.depth = depth
    this.numbers = new Float64Array(depth * LEVEL_NUMBERS)
    this.next = new Float64Array(depth * LEVEL_NUMBERS)
  }

  top(depth: number): BookLevel[] {
    return Array.from({ length: Math.min(depth, this.count) }, (_, i) => levelAt(this.numbers, i))
  }

  update(side: ShownSide): BookLevel[] {
    const before = this.numbers
    const now = this.next
    const end = this.count * LEVEL_NUMBERS
    this.count = side.read(this.depth, now)
    this.numbers = now
    this.next = before
    const { sign } = side
    const changed: BookLevel[] = []
    let old = 0
    for (let at = 0; at < this.count * LEVEL_NUMBERS; at += LEVEL_NUMBERS) {
      const price = now[at]
      for (; old < end && sign * before[old] < sign * price; old += LEVEL_NUMBERS) changed.push(goneAt(before, old))
      if (old < end && before[old] === price) {
        const same = before[old + 1] === now[at + 1] && before[old + 2] === now[at + 2]
        old += LEVEL_NUMBERS
        if (same) continue
      }
      changed.push(levelAt(now, at / LEVEL_NUMBERS))
    }
    for (; old < end; old += LEVEL_NUMBERS) changed.push(goneAt(before, old))
    return changed
  }
}

const goneAt = (numbers: Float64Array, at: number): BookLevel => ({ ...levelAt(numbers, at / LEVEL_NUMBERS), ...GONE })
