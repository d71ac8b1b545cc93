/** The messages of one topic of a book, as the exchange encodes them and a client parses them. */

import type { BookSnapshot, BookUpdate } from '../../src/marketdata/book-follower.ts'
import type { BookLevel, BookSides, LevelText } from '../../src/marketdata/book-level.ts'
import { BookView } from '../../src/marketdata/book-view.ts'
import type { DepthBook } from '../../src/marketdata/depth-book.ts'
import type { BookDepth } from '../../src/ports/market-feed.ts'
import { formatSteps, formatStepsShort } from '../../src/protocol/units.ts'
import { type BookAfter, bookSnapshot, bookUpdate } from '../../src/websocket/messages/book-messages.ts'
import { TEST_INSTRUMENT } from '../scenarios/scenario.ts'

export interface TextSides {
  readonly bids: readonly LevelText[]
  readonly asks: readonly LevelText[]
}

const { tick, lot } = TEST_INSTRUMENT

const textOf = ({ price, quantity, orders }: BookLevel): LevelText => [
  formatSteps(price, tick),
  formatStepsShort(quantity, lot),
  orders,
]

/** The best levels of a book as a client should have them. */
export const textsOf = ({ bids, asks }: BookSides, depth: number): TextSides => ({
  bids: bids.slice(0, depth).map(textOf),
  asks: asks.slice(0, depth).map(textOf),
})

export class BookMessages {
  private readonly view: BookView
  private readonly book: DepthBook
  /** The number of the last event that the messages cover. */
  private to = 0

  constructor(book: DepthBook, depth: number) {
    this.book = book
    this.view = new BookView(depth)
  }

  /** The update of a tick; undefined if no event happened. */
  update(): BookUpdate | undefined {
    const { to, book } = this
    if (book.eventNumber === to) return undefined
    const changes = this.view.update(book)
    this.to = book.eventNumber
    return JSON.parse(bookUpdate(TEST_INSTRUMENT, this.after(), changes, to + 1, this.to))
  }

  /** For a follower that joins after the last update. */
  snapshot(): BookSnapshot {
    return JSON.parse(bookSnapshot(TEST_INSTRUMENT, this.after(), this.to))
  }

  private after(): BookAfter {
    const { timestampMs, phase } = this.book
    // The test also has depths that no client may ask for.
    return { depth: this.view.depth as BookDepth, timestampMs, phase, best: this.view.sides }
  }
}
