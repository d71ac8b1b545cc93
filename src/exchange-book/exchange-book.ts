/**
 * The engine for programs that embed it: one book with string ids, decimal text and objects, without a
 * server. It converts text into ticks and lots exactly, or throws RangeError. A rejection by the rules of
 * the book is returned as an outcome. An id names an order only while it rests; there is no record of
 * closed orders.
 *
 *   const book = new ExchangeBook({ tickSize: '0.01', lotSize: '0.001' })
 *   book.place({ id: 'a', side: 'SELL', price: '100.00', quantity: '0.3' })
 *   book.place({ id: 'b', side: 'BUY', price: '100.00', quantity: '0.1' }).trades
 *   // [{ price: '100.00', quantity: '0.1', makerId: 'a', takerId: 'b' }]
 */

import { ACCEPTED, CANCELED, EventBuffer, TRADE } from '../engine/event-buffer.ts'
import { OrderBook } from '../engine/order-book.ts'
import { DOUBLES_LOG2, LEVEL, REMAINING, TAG, WORDS_LOG2 } from '../engine/order-pool.ts'
import type { PriceLadder } from '../engine/price-ladder.ts'
import { ENGINE_REASONS } from '../engine/reasons.ts'
import { PRICE_TICKS_MAX } from '../protocol/limits.ts'
import { MARKET, optionsOf, SELL, SIDE_BIT } from '../protocol/order/order-options.ts'
import type { Side } from '../protocol/order/order-words.ts'
import type { CancelReason, RejectReason } from '../protocol/reasons.ts'
import { countSteps, formatSteps, formatStepsShort, parseStep, type Step } from '../protocol/units.ts'
import type { BookOrder } from './book-order.ts'

export interface BookTrade {
  readonly price: string
  readonly quantity: string
  readonly makerId: string
  readonly takerId: string
}

export interface BookOutcome {
  readonly status: 'resting' | 'filled' | 'canceled' | 'rejected'
  /** Why it was rejected, or canceled. */
  readonly reason?: RejectReason | CancelReason
  readonly trades: readonly BookTrade[]
}

export interface RestingOrder {
  readonly id: string
  readonly side: Side
  readonly price: string
  readonly remaining: string
}

const NO_TRADES: readonly BookTrade[] = []
const RESTING: BookOutcome = { status: 'resting', trades: NO_TRADES }
const NOT_OPEN: BookOutcome = { status: 'rejected', reason: 'order_not_open', trades: NO_TRADES }
const DUPLICATE: BookOutcome = { status: 'rejected', reason: 'duplicate_order_id', trades: NO_TRADES }
const CANCELED_AS_ASKED: BookOutcome = { status: 'canceled', reason: 'requested', trades: NO_TRADES }

export class ExchangeBook {
  private readonly book = new OrderBook(new EventBuffer(64))
  private readonly tick: Step
  private readonly lot: Step
  private readonly handles = new Map<string, number>()
  private readonly ids: string[] = []
  private readonly accounts = new Map<string, number>()
  private sequence = 0

  constructor({ tickSize, lotSize }: { tickSize: string; lotSize: string }) {
    this.tick = parseStep(tickSize)
    this.lot = parseStep(lotSize)
  }

  /** Orders resting now. */
  get size(): number {
    return this.handles.size
  }

  /** Enters an order. The outcome contains its trades in sequence. */
  place(order: BookOrder): BookOutcome {
    if (this.handles.has(order.id)) return DUPLICATE
    const price = order.price === undefined ? 0 : this.ticks(order.price)
    const quantity = this.lots(order.quantity)
    this.begin(order.timestampMs)
    const handle = this.book.place(
      optionsOf(order) | (order.price === undefined ? MARKET : 0),
      price,
      quantity,
      order.account === undefined ? 1 : this.accountNumber(order.account),
      order.expiresAtMs ?? 0,
    )
    if (handle !== 0) {
      this.handles.set(order.id, handle)
      this.ids[handle] = order.id
      if (this.book.events.count === 1) {
        this.book.events.clear()
        return RESTING
      }
    }
    return this.settle(order.id, handle)
  }

  cancel(id: string): BookOutcome {
    const handle = this.handles.get(id)
    if (handle === undefined) return NOT_OPEN
    this.begin()
    this.book.cancel(handle)
    this.handles.delete(id)
    this.book.events.clear()
    return CANCELED_AS_ASKED
  }

  /** Changes a resting order: `quantity` is the new total, filled lots included. */
  amend(id: string, price: string, quantity: string): BookOutcome {
    const handle = this.handles.get(id)
    if (handle === undefined) return NOT_OPEN
    const ticks = this.ticks(price)
    const lots = this.lots(quantity)
    this.begin()
    return this.settle(id, this.book.amend(handle, ticks, lots))
  }

  /** Sets the time, so that good-till-date orders expire. */
  advance(timestampMs: number): void {
    this.begin(timestampMs)
  }

  /** A resting order. */
  order(id: string): RestingOrder | undefined {
    const handle = this.handles.get(id)
    if (handle === undefined) return undefined
    const { words, doubles } = this.book.orders
    const sells = (words[(handle << WORDS_LOG2) + TAG] & SIDE_BIT) === SELL
    const ladder = sells ? this.book.asks : this.book.bids
    return {
      id,
      side: sells ? 'SELL' : 'BUY',
      price: formatSteps(ladder.priceOfLevel(words[(handle << WORDS_LOG2) + LEVEL]), this.tick),
      remaining: formatStepsShort(doubles[(handle << DOUBLES_LOG2) + REMAINING], this.lot),
    }
  }

  /** The best `levels` prices of each side with the quantity resting there. */
  depth(levels: number): { bids: [price: string, quantity: string][]; asks: [price: string, quantity: string][] } {
    return { bids: this.depthOf(this.book.bids, levels), asks: this.depthOf(this.book.asks, levels) }
  }

  private depthOf(ladder: PriceLadder, levels: number): [string, string][] {
    const rows: [string, string][] = []
    for (let level = ladder.bestLevel; level !== 0 && rows.length < levels; level = ladder.next(level)) {
      const total = ladder.doubles[(level << 1) + 1]
      rows.push([formatSteps(ladder.priceOfLevel(level), this.tick), formatStepsShort(total, this.lot)])
    }
    return rows
  }

  /** Begins a command and removes the ids of orders that expire by its time. */
  private begin(timestampMs?: number): void {
    const { book } = this
    book.begin(++this.sequence, timestampMs ?? book.timestampMs)
    if (book.events.count === 0) return
    for (let i = 0; i < book.events.count; i++) this.handles.delete(this.ids[book.events.order(i)])
    book.events.clear()
  }

  /** Reads the events of a command on the order `id`: its trades, and which orders they closed. */
  private settle(id: string, handle: number): BookOutcome {
    const { events } = this.book
    const trades: BookTrade[] = []
    let status: BookOutcome['status'] = handle === 0 ? 'filled' : 'resting'
    let reason = 0
    for (let i = 0; i < events.count; i++) {
      const kind = events.kind(i)
      const order = events.order(i)
      if (kind === ACCEPTED) {
        this.ids[order] = id
      } else if (kind === TRADE) {
        trades.push({
          price: formatSteps(events.price(i), this.tick),
          quantity: formatStepsShort(events.quantity(i), this.lot),
          makerId: this.ids[order],
          takerId: id,
        })
        if (events.makerFilled(i)) this.handles.delete(this.ids[order])
      } else if (kind === CANCELED && this.ids[order] !== id) {
        this.handles.delete(this.ids[order])
      } else if (events.reason(i) !== 0) {
        status = kind === CANCELED ? 'canceled' : 'rejected'
        reason = events.reason(i)
      }
    }
    events.clear()
    // A rejected amendment leaves the order unchanged.
    if (handle === 0) this.handles.delete(id)
    if (reason === 0) return { status, trades }
    return { status, reason: ENGINE_REASONS[reason] as RejectReason | CancelReason, trades }
  }

  private accountNumber(account: string): number {
    let number = this.accounts.get(account)
    if (number === undefined) {
      number = this.accounts.size + 2
      this.accounts.set(account, number)
    }
    return number
  }

  private ticks(text: string): number {
    const count = countSteps(text, this.tick)
    if (typeof count !== 'number' || count > PRICE_TICKS_MAX) throw new RangeError(`price ${text}: ${fault(count)}`)
    return count
  }

  private lots(text: string): number {
    const count = countSteps(text, this.lot)
    if (typeof count !== 'number') throw new RangeError(`quantity ${text}: ${count}`)
    return count
  }
}

const fault = (count: number | string): string => (typeof count === 'number' ? 'too_large' : count)
