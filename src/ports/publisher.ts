/**
 * Tells the world what a matcher has done: records of trades and orders, the trade stream, and the
 * mark up to which all of that has happened. Everything may be told twice without harm; nothing may
 * be left out before the mark moves.
 */

import type { OrderRecord, TradeRecord } from '../protocol/records.ts'
import type { Position } from './order-stream.ts'

/** Up to where a symbol's events have been published. */
export interface Mark {
  readonly position: Position
  readonly eventNumber: number
  readonly tradeNumber: number
}

/** What a symbol-batch has to tell. */
export interface Publication {
  readonly symbol: string
  /** Each touched order once, as it stands at the end of the batch. */
  readonly orders: readonly OrderRecord[]
  /** In the order of their numbers. */
  readonly trades: readonly TradeRecord[]
  readonly mark: Mark
}

export interface Publisher {
  /** The mark of a symbol, read consistently; undefined before the first. */
  mark(symbol: string): Promise<Mark | undefined>
  /** The stored record of an order, read consistently. */
  order(account: string, orderId: string): Promise<OrderRecord | undefined>
  /**
   * Writes trades, orders (unless the stored one is newer), the trade stream, then moves the mark
   * (never back: one that stands further is success). The records stand still until it settles.
   * Throws OperationalFailure if any of it did not happen.
   */
  publish(publication: Publication): Promise<void>
}
