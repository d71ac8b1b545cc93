/**
 * The books that the market thread is reading from the core in parts, and their events in between. An event behind a
 * part changes the levels that were read. When the last part has arrived, the levels are those of the exchange after the
 * last event, as if they had been read at once.
 */

import { DepthBook } from '../../../../marketdata/depth-book.ts'
import type { DepthPart, WholeDepth } from '../../../../ports/depth-reader.ts'
import { EventFeedReader } from '../../../../protocol/event/event-feed-reader.ts'

export class JoiningBooks {
  private readonly bySymbol = new Map<string, DepthBook>()

  /** Takes a part that is not the last. */
  take(symbol: string, part: DepthPart): void {
    let book = this.bySymbol.get(symbol)
    if (book === undefined) {
      book = new DepthBook()
      book.readInParts()
      this.bySymbol.set(symbol, book)
    }
    book.extend(part)
  }

  /** Takes a batch of events. */
  takeEvents(batch: Uint8Array): void {
    if (this.bySymbol.size === 0) return
    const event = new EventFeedReader(batch)
    while (event.next()) this.bySymbol.get(event.symbol)?.take(event)
  }

  /** The whole book. undefined: it could not be read. */
  end(symbol: string, last: DepthPart | undefined): WholeDepth | undefined {
    const book = this.bySymbol.get(symbol)
    this.bySymbol.delete(symbol)
    if (book === undefined || last === undefined) return last
    book.extend(last)
    return { ...last, bids: book.side(false).numbers(), asks: book.side(true).numbers() }
  }

  clear(): void {
    this.bySymbol.clear()
  }
}
