/**
 * Reads the public view of a book, as the matcher last wrote it, with fewer levels on request. A symbol without
 * commands has an empty book. A symbol with a mark had commands: if the cache has lost its view, its book is not empty
 * but is being rebuilt.
 */

import type { BookCache } from '../../ports/book-cache.ts'
import type { BookReader } from '../../ports/book-reader.ts'
import type { Publisher } from '../../ports/publisher.ts'
import type { BookState } from '../../protocol/book-state.ts'
import { OperationalFailure } from '../../protocol/failure.ts'

export function viewedBooks(cache: Pick<BookCache, 'view'>, marks: Pick<Publisher, 'mark'>): BookReader {
  return {
    async book(symbol, levels) {
      const view = await cache.view(symbol)
      if (view !== undefined) return { ...view, bids: view.bids.slice(0, levels), asks: view.asks.slice(0, levels) }
      if ((await marks.mark(symbol)) === undefined) return emptyBook(symbol)
      const message = `the book of ${symbol} is being rebuilt`
      throw new OperationalFailure('unavailable', message, { retryable: true, fault: 'cache_lost' })
    },
  }
}

const emptyBook = (symbol: string): BookState => ({
  symbol,
  eventNumber: 0,
  timestampMs: 0,
  bids: [],
  asks: [],
  lastTradePrice: null,
  phase: 'CONTINUOUS',
  bandLow: null,
  bandHigh: null,
})
