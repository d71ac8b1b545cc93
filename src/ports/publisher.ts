/**
 * Tells the world what a matcher has done: records of trades and orders, the trade stream, and the
 * mark up to which all of that has happened. Everything may be told twice without harm; nothing may
 * be left out before the mark moves.
 */

import type { ListedInstrument } from '../protocol/instrument-directory.ts'
import type { OrderRecord } from '../protocol/records.ts'
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
  /** The instrument as it is now: ticks and lots of everything below. Absent before it is defined. */
  readonly instrument: ListedInstrument | undefined
  /** Each touched order once, as it stands at the end of the batch. */
  readonly orders: readonly OrderRecord[]
  /** A batch of the feed (protocol/event-feed.ts): all events since the last publication. Absent: none. */
  readonly events: Uint8Array | undefined
  readonly mark: Mark
}

export interface EnteredOrder {
  readonly symbol: string
  /** 0 while the order is pending. */
  readonly firstEvent: number
}

export interface Publisher {
  /** The mark of a symbol, read consistently; undefined before the first. */
  mark(symbol: string): Promise<Mark | undefined>
  /** Of the stored record of an order, read consistently: its symbol, and the event that entered it. */
  entered(account: string, orderId: string): Promise<EnteredOrder | undefined>
  /**
   * Writes trades, the instrument if an event concerns the symbol, orders (unless the stored one is newer), the
   * trade stream, then moves the mark (never back: one that stands further is success). The records stand still until it settles.
   * Throws OperationalFailure if any of it did not happen.
   */
  publish(publication: Publication): Promise<void>
}
