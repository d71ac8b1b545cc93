/** The public view of a book, as the matcher last wrote it, with fewer levels on request. */

import type { BookState } from '../../protocol/book-state.ts'

/** A symbol without commands has an empty book. */
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
