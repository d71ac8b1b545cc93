/** The best levels of a book as a topic. */

import { CHECKSUM_LEVELS } from '../../marketdata/book-checksum.ts'
import type { BookSides } from '../../marketdata/book-level.ts'
import { BookView } from '../../marketdata/book-view.ts'
import type { BookDepth } from '../../ports/market-feed.ts'
import { bookSnapshot, bookUpdate } from '../messages/book-messages.ts'
import type { SymbolState, SymbolTopic } from './symbol-topic.ts'

export class BookTopic implements SymbolTopic {
  readonly ready = true
  private readonly symbol: SymbolState
  private readonly depth: BookDepth
  private readonly view: BookView
  private phase: string
  private changes: BookSides = { bids: [], asks: [] }

  constructor(symbol: SymbolState, depth: BookDepth) {
    this.symbol = symbol
    this.depth = depth
    this.view = new BookView(depth)
    this.view.update(symbol.book)
    this.phase = symbol.book.phase
  }

  take(): boolean {
    const { book } = this.symbol
    this.changes = this.view.update(book)
    const changed = this.changes.bids.length + this.changes.asks.length > 0 || book.phase !== this.phase
    this.phase = book.phase
    return changed
  }

  update(from: number, to: number): string {
    return bookUpdate(this.symbol.instrument, this.after(CHECKSUM_LEVELS), this.changes, from, to)
  }

  snapshot(sequence: number): string {
    return bookSnapshot(this.symbol.instrument, this.after(this.depth), sequence)
  }

  /** With `levels` levels of each side. */
  private after(levels: number) {
    const { timestampMs, phase } = this.symbol.book
    return { depth: this.depth, timestampMs, phase, best: this.view.top(levels) }
  }
}
