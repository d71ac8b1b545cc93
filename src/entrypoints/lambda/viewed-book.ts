/** The book that the world sees, as the matcher left it: fewer levels if fewer are asked for. */

import type { BookState } from '../../protocol/book-state.ts'

/** A symbol without any command yet has an empty book. */
export function viewedBook(symbol: string, view: BookState | undefined, levels: number): BookState {
  if (view !== undefined) return { ...view, bids: view.bids.slice(0, levels), asks: view.asks.slice(0, levels) }
  return {
    symbol,
    eventNumber: 0,
    timestampMs: 0,
    bids: [],
    asks: [],
    lastTradePrice: null,
    phase: 'CONTINUOUS',
    bandLow: null,
    bandHigh: null,
  }
}
