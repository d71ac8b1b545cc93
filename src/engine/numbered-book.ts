/**
 * A book whose orders have numbers from the caller instead of handles: the engine and an index that
 * changes with every command. A number may be used again after its order has closed. If it is used
 * earlier, it leads to the newer order. Numbers are 64 bits in two halves (see id-index.ts).
 *
 * The events contain handles. In the sequence of events, a handle means the order of the last ACCEPTED
 * with that handle.
 */

import { TRADE } from './event-buffer.ts'
import { IdIndex } from './id-index.ts'
import { OrderBook } from './order-book.ts'

export class NumberedBook {
  readonly book: OrderBook
  readonly index = new IdIndex()

  constructor(book = new OrderBook()) {
    this.book = book
  }

  /** As OrderBook.place, but without good-till-date orders: this class does not handle expiries. */
  place(options: number, price: number, quantity: number, account: number, low: number, high: number): void {
    const { book } = this
    const before = book.events.count
    const handle = book.place(options, price, quantity, account, 0)
    // More events than its ACCEPTED: makers may have been filled.
    if (book.events.count > before + 1) this.forgetFilled(before)
    if (handle !== 0) this.index.put(low, high, handle)
  }

  /** Cancels the order of this number: CANCELED, or CANCEL_REJECTED if none is open. */
  cancel(low: number, high: number): void {
    const handle = this.index.take(low, high)
    if (handle === 0) this.book.rejectCancel(numberOf(low, high))
    else this.book.cancel(handle)
  }

  /**
   * Removes the order of this number and enters it again at the back of `price` with `quantity` lots
   * open: AMENDED and the events of that entry, or AMEND_REJECTED if no such order is open.
   */
  replace(price: number, quantity: number, low: number, high: number): void {
    const { book } = this
    const handle = this.index.find(low, high)
    if (handle === 0) {
      book.rejectAmend(numberOf(low, high))
      return
    }
    const before = book.events.count
    if (book.replace(handle, price, quantity, quantity) === 0) this.index.remove(handle)
    if (book.events.count > before + 1) this.forgetFilled(before)
  }

  /** Removes the makers that the last command has filled from the index. */
  private forgetFilled(from: number): void {
    const { events } = this.book
    for (let i = from; i < events.count; i++) {
      if (events.kind(i) === TRADE && events.makerFilled(i)) this.index.remove(events.order(i))
    }
  }
}

/** The number as one double: exact up to 2^53. */
const numberOf = (low: number, high: number): number => (high >>> 0) * 2 ** 32 + (low >>> 0)
