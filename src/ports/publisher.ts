/**
 * Publishes the results of a matcher: records of trades and orders, the trade stream, and the high-water mark up to
 * which everything is published. Publishing twice does no harm. The mark moves only after everything up to it is
 * published.
 */

import type { ListedInstrument } from '../protocol/instrument/instrument-directory.ts'
import type { OrderRecord } from '../protocol/records.ts'
import type { Position } from './order-stream.ts'
import type { SnapshotMark, SymbolState } from './symbol-states.ts'

/** The high-water mark: up to where a symbol's events are published. */
export interface Mark {
  readonly position: Position
  readonly eventNumber: number
  readonly tradeNumber: number
}

/** When a symbol needs a record although no order arrives. It describes the symbol at its mark. */
export interface Schedule {
  /** Arrival of the last record. */
  readonly recordAtMs: number
  /** When the next open order expires. Absent: none does. */
  readonly nextExpiryMs?: number
  /** The shard that delivered the last record, or its parent. Absent: not known. */
  readonly shardId?: string
}

/** The mark as it is stored, with what is stored beside it. */
export interface StoredMark extends Mark {
  /** Absent: not known, because a program without schedules wrote the mark. */
  readonly schedule?: Schedule
  /** Absent: the symbol is healthy. */
  readonly state?: SymbolState
  readonly snapshot?: SnapshotMark
  /** When a reader last found that the cache has lost the book. A record of the symbol makes the matcher rebuild it. */
  readonly wantedAtMs?: number
  /** An operator has accepted that records before this one are lost. */
  readonly acceptedLoss?: Position
}

/** The results of one batch of a symbol. */
export interface Publication {
  readonly symbol: string
  /** The present instrument, with the units of everything below. Absent before it is defined. */
  readonly instrument: ListedInstrument | undefined
  /** The record of each changed order at the end of the batch, once. */
  readonly orders: readonly OrderRecord[]
  /**
   * A batch of the feed (protocol/event/feed-format.ts): trades, and events that concern the symbol; or every event
   * since the mark before, if the publisher wants them. Absent: none. The bytes may be written at the first reading,
   * which must be before publish() settles.
   */
  readonly events: Uint8Array | undefined
  readonly mark: Mark
  readonly schedule: Schedule
}

export interface EnteredOrder {
  readonly symbol: string
  /** 0 while the order is pending. */
  readonly firstEvent: number
}

export interface Publisher {
  /** Whether publications must have every event. Absent: no. */
  readonly wantsEveryEvent?: boolean
  /**
   * The mark of a symbol, read consistently; undefined before the first. If the symbol has a state but was never
   * published, its position is BEGINNING.
   */
  mark(symbol: string): Promise<StoredMark | undefined>
  /** The symbol and the first event of the stored record of an order, read consistently. */
  entered(account: string, orderId: string): Promise<EnteredOrder | undefined>
  /**
   * Writes trades, the instrument if an event concerns the symbol, orders (unless the stored one is newer), the
   * streams, then moves the mark with its schedule. A mark that is further ahead stays, which counts as success. The caller does
   * not change the records until this settles. Throws OperationalFailure if any part failed.
   */
  publish(publication: Publication): Promise<void>
}
