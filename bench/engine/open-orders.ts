/**
 * The book of a generator of commands: it runs the engine, and has the numbers of the open orders, so that the
 * generator can cancel a random one.
 */

import { TRADE } from '../../src/engine/event-buffer.ts'
import { OrderBook } from '../../src/engine/order-book.ts'
import { IMMEDIATE_OR_CANCEL, MARKET } from '../../src/protocol/order/order-options.ts'
import { AMEND, CANCEL, LIMIT_IOC, MARKET_ORDER } from './command-stream.ts'

export class OpenOrders {
  readonly book = new OrderBook()
  /** Numbers of the open orders, unsorted. */
  readonly open: number[] = []
  private readonly places: number[] = []
  private readonly handles: number[] = []
  private readonly numbers: number[] = []
  private readonly remaining: number[] = []

  isOpen(number: number): boolean {
    return this.places[number] !== undefined && this.places[number] >= 0
  }

  /** Applies a command. A cancel or amendment of a closed order is skipped. */
  apply(kind: number, side: number, price: number, quantity: number, number: number): void {
    const { book } = this
    let handle = 0
    this.remaining[number] = quantity
    if (kind === CANCEL) {
      if (!this.isOpen(number)) return
      book.cancel(this.handles[number])
      this.forget(number)
    } else if (kind === AMEND) {
      if (!this.isOpen(number)) return
      handle = book.replace(this.handles[number], price, quantity, quantity)
      if (handle === 0) this.forget(number)
    } else {
      const options = kind === MARKET_ORDER ? MARKET : kind === LIMIT_IOC ? IMMEDIATE_OR_CANCEL : 0
      handle = book.place(options | side, price, quantity, 1, 0)
      if (handle !== 0) {
        this.handles[number] = handle
        this.numbers[handle] = number
        this.places[number] = this.open.length
        this.open.push(number)
      }
    }
    this.settle(number)
  }

  /** Reads the trades and removes the filled orders. */
  private settle(taker: number): void {
    const { events } = this.book
    for (let i = 0; i < events.count; i++) {
      if (events.kind(i) !== TRADE) continue
      const maker = this.numbers[events.order(i)]
      this.remaining[taker] -= events.quantity(i)
      this.remaining[maker] -= events.quantity(i)
      if (this.remaining[maker] === 0) this.forget(maker)
    }
    events.clear()
  }

  private forget(number: number): void {
    const place = this.places[number]
    const last = this.open.pop() as number
    if (last !== number) {
      this.open[place] = last
      this.places[last] = place
    }
    this.places[number] = -1
  }
}
