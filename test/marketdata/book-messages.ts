/** The messages of one topic of a book, and the exchange's book at each of them. */

import { bookChecksum } from '../../src/marketdata/book-checksum.ts'
import type { BookSnapshot, BookUpdate } from '../../src/marketdata/book-follower.ts'
import type { BookLevel, BookSides, LevelText } from '../../src/marketdata/book-level.ts'
import { BookView } from '../../src/marketdata/book-view.ts'
import type { DepthBook } from '../../src/marketdata/depth-book.ts'
import { formatSteps, formatStepsShort } from '../../src/protocol/units.ts'
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

export const textsOf = ({ bids, asks }: BookSides): TextSides => ({ bids: bids.map(textOf), asks: asks.map(textOf) })

export class BookMessages {
  private readonly view: BookView
  /** The number of the last event that the messages cover. */
  private to = 0

  constructor(depth: number) {
    this.view = new BookView(depth)
  }

  /** The update of a tick; undefined if no event happened. */
  update(book: DepthBook): BookUpdate | undefined {
    if (book.eventNumber === this.to) return undefined
    const changes = textsOf(this.view.update(book))
    const from = this.to + 1
    this.to = book.eventNumber
    return { type: 'update', from, to: this.to, ...changes, checksum: this.checksum() }
  }

  /** For a follower that joins after the last update. */
  snapshot(): BookSnapshot {
    return { type: 'snapshot', sequence: this.to, ...textsOf(this.view.sides), checksum: this.checksum() }
  }

  private checksum(): number {
    const { bids, asks } = textsOf(this.view.sides)
    return bookChecksum(bids, asks)
  }
}
