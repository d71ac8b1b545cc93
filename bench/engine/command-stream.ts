/**
 * A stream of engine commands in one Int32Array, so that reading it costs every engine the same small time. Orders are
 * numbered 1, 2, 3 … as they are placed; cancels and amendments contain that number. The first commands fill the book
 * and are not timed.
 *
 *   word 0   kind | side << 8
 *   word 1   price, ticks
 *   word 2   quantity, lots
 *   word 3   order number
 */

export const LIMIT = 0
export const CANCEL = 1
export const AMEND = 2
export const MARKET_ORDER = 3
export const LIMIT_IOC = 4

export const COMMAND_WORDS = 4

export interface CommandStream {
  readonly name: string
  readonly words: Int32Array
  /** Commands before the timed ones. */
  readonly prefill: number
  /** Commands in all. */
  readonly count: number
  /** Orders placed in all: the highest order number. */
  readonly orders: number
}

/** Collects commands. */
export class StreamWriter {
  private words = new Int32Array(1 << 16)
  count = 0
  orders = 0

  /** Adds an order; returns its number. */
  order(kind: number, side: number, price: number, quantity: number): number {
    this.add(kind | (side << 8), price, quantity, ++this.orders)
    return this.orders
  }

  cancel(side: number, number: number): void {
    this.add(CANCEL | (side << 8), 0, 0, number)
  }

  amend(side: number, price: number, quantity: number, number: number): void {
    this.add(AMEND | (side << 8), price, quantity, number)
  }

  finish(name: string, prefill: number): CommandStream {
    const words = this.words.slice(0, this.count * COMMAND_WORDS)
    return { name, words, prefill, count: this.count, orders: this.orders }
  }

  private add(head: number, price: number, quantity: number, number: number): void {
    const at = this.count++ * COMMAND_WORDS
    if (at === this.words.length) {
      const words = new Int32Array(at * 2)
      words.set(this.words)
      this.words = words
    }
    this.words[at] = head
    this.words[at + 1] = price
    this.words[at + 2] = quantity
    this.words[at + 3] = number
  }
}
