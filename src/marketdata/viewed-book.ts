/**
 * A book that is known from its public view only: the best levels, as they were read last. Views replace each other, so
 * the events between two of them are not seen one by one.
 */

import type { BookState, DepthLevel } from '../protocol/book-state.ts'
import type { TradingPhase } from '../protocol/command/trading-phases.ts'
import type { BookLevel, BookSides } from './book-level.ts'
import type { ShownBook, ShownSide } from './book-view.ts'
import { LEVEL_NUMBERS } from './level-block.ts'

export class ViewedBook implements ShownBook {
  eventNumber = 0
  timestampMs = 0
  phase: TradingPhase = 'CONTINUOUS'
  private readonly bids = new ViewedSide(-1)
  private readonly asks = new ViewedSide(1)

  constructor(view: BookState) {
    this.replace(view)
  }

  /** Takes a newer view. One that is older is ignored: a cache that was restored may have it. */
  replace({ eventNumber, timestampMs, phase, bids, asks }: BookState): void {
    if (eventNumber < this.eventNumber) return
    this.eventNumber = eventNumber
    this.timestampMs = timestampMs
    this.phase = phase
    this.bids.levels = bids.map(levelOf)
    this.asks.levels = asks.map(levelOf)
  }

  side(sells: boolean): ShownSide {
    return sells ? this.asks : this.bids
  }

  top(depth: number): BookSides {
    return { bids: this.bids.levels.slice(0, depth), asks: this.asks.levels.slice(0, depth) }
  }
}

class ViewedSide implements ShownSide {
  readonly sign: 1 | -1
  levels: readonly BookLevel[] = []

  constructor(sign: 1 | -1) {
    this.sign = sign
  }

  read(depth: number, into: Float64Array): number {
    const count = Math.min(depth, this.levels.length)
    for (let i = 0; i < count; i++) {
      const { price, quantity, orders } = this.levels[i]
      into.set([price, quantity, orders], i * LEVEL_NUMBERS)
    }
    return count
  }
}

/** A view that an earlier program has written has no numbers of orders. */
const levelOf = ({ price, quantity, orders }: DepthLevel): BookLevel => ({ price, quantity, orders: orders ?? 0 })
