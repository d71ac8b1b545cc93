/**
 * Reads the public view of a book, as the matcher last wrote it, with fewer levels on request. A symbol without
 * commands has an empty book. A symbol with a mark had commands: if the cache has lost its view, its book is not empty
 * but is being rebuilt. For a quiet symbol that begins with a record, which the heartbeat sends on the reader's note.
 */

import type { BookCache } from '../../ports/book-cache.ts'
import type { BookReader } from '../../ports/book-reader.ts'
import type { Publisher, StoredMark } from '../../ports/publisher.ts'
import type { BookState } from '../../protocol/book-state.ts'
import { OperationalFailure } from '../../protocol/failure.ts'

/** The marks, and where a reader notes that it has found no book. */
export type ViewedMarks = Pick<Publisher, 'mark'> & { want(symbol: string, nowMs: number): Promise<void> }

export function viewedBooks(cache: Pick<BookCache, 'view'>, marks: ViewedMarks, nowMs = Date.now): BookReader {
  /** Without a record the matcher would not look at a quiet symbol. The next read tries again if this fails. */
  const want = async (symbol: string, { schedule, wantedAtMs = 0 }: StoredMark): Promise<void> => {
    if (wantedAtMs > (schedule?.recordAtMs ?? 0)) return
    await marks.want(symbol, nowMs()).catch((cause) => {
      if (!(cause instanceof OperationalFailure)) throw cause
    })
  }
  return {
    async book(symbol, levels) {
      const view = await cache.view(symbol).catch(lostView)
      if (view !== undefined) return { ...view, bids: view.bids.slice(0, levels), asks: view.asks.slice(0, levels) }
      const mark = await marks.mark(symbol)
      if (mark === undefined) return emptyBook(symbol)
      await want(symbol, mark)
      const message = `the book of ${symbol} is being rebuilt`
      throw new OperationalFailure('unavailable', message, { retryable: true, fault: 'cache_lost' })
    },
  }
}

/** A view that is gone beside the rest of its book is lost too. */
function lostView(cause: unknown): undefined {
  if (cause instanceof OperationalFailure && cause.fault === 'cache_lost') return undefined
  throw cause
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
