/** The naive book of a follower: a map from price to level for each side. It knows nothing of a depth. */

import type { BookLevel, BookSides } from '../../src/marketdata/book-level.ts'

export class MapBook {
  private readonly bids = new Map<number, BookLevel>()
  private readonly asks = new Map<number, BookLevel>()

  apply({ bids, asks }: BookSides): void {
    change(this.bids, bids)
    change(this.asks, asks)
  }

  sides(): BookSides {
    return {
      bids: [...this.bids.values()].sort((a, b) => b.price - a.price),
      asks: [...this.asks.values()].sort((a, b) => a.price - b.price),
    }
  }
}

function change(levels: Map<number, BookLevel>, changes: readonly BookLevel[]): void {
  for (const level of changes) {
    if (level.quantity === 0) levels.delete(level.price)
    else levels.set(level.price, level)
  }
}
