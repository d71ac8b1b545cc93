/**
 * The orders that the generator has sent for one instrument and takes to be open. It is a model of the part of the
 * book that belongs to the demo market: it assumes that every order was accepted, and that nobody else trades. The
 * places for orders are fixed, so the demo market never has more open orders than places.
 */

import type { Side } from '../protocol/order/order-words.ts'

/** A place for one order at a time. */
export interface Quote {
  readonly account: string
  readonly side: Side
  /** Whether it belongs to a maker, and not to a taker who waits. */
  readonly maker: boolean
  /** The distance of a maker's order from the fair price: 0 is the nearest. */
  readonly level: number
  /** Whether the maker amends its orders, instead of replacing them. */
  readonly amends: boolean
  /** Moves the price a little, so that the levels do not move in step. From −0.5 to 0.5. */
  jitter: number
  /** undefined: no order is open. */
  orderId: string | undefined
  price: number
  /** The order with the smaller number has precedence at the same price. */
  entered: number
  /** Open lots, and those at the start. */
  lots: number
  placedLots: number
}

/** Whether a price of the side has precedence over another one. */
export const isBetter = (side: Side, price: number, other: number): boolean =>
  side === 'BUY' ? price > other : price < other

export const opposite = (side: Side): Side => (side === 'BUY' ? 'SELL' : 'BUY')

export class QuoteBook {
  readonly quotes: readonly Quote[]
  private entries = 0

  constructor(quotes: readonly Quote[]) {
    this.quotes = quotes
  }

  /** The best price of a side; undefined: the side is empty. */
  best(side: Side): number | undefined {
    let best: number | undefined
    const sign = side === 'BUY' ? 1 : -1
    for (let i = 0; i < this.quotes.length; i++) {
      const quote = this.quotes[i]
      if (quote.side !== side || quote.orderId === undefined) continue
      if (best === undefined || sign * (quote.price - best) > 0) best = quote.price
    }
    return best
  }

  /** Notes that the order of a quote enters at a price, behind the others at this price. */
  enter(quote: Quote, price: number): void {
    quote.price = price
    quote.entered = ++this.entries
  }

  /** Takes lots from the best quotes on the other side of a taker, up to its price. */
  take(side: Side, limit: number | undefined, lots: number): void {
    const makers = this.quotes.filter(
      ({ side: own, orderId, price }) =>
        own !== side && orderId !== undefined && (limit === undefined || !isBetter(side, price, limit)),
    )
    makers.sort((a, b) => (side === 'BUY' ? a.price - b.price : b.price - a.price) || a.entered - b.entered)
    let left = lots
    for (const maker of makers) {
      if (left === 0) return
      const filled = Math.min(left, maker.lots)
      left -= filled
      maker.lots -= filled
      if (maker.lots === 0) maker.orderId = undefined
    }
  }
}
