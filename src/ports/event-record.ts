/**
 * The records of a stream that has all events of each symbol, as a consumer reads them. The events of a symbol are in
 * order and numbered without gaps. A record may be delivered twice, two records may have the same events, and records
 * may be lost.
 */

import type { TradeRecord } from '../protocol/records.ts'

import type { LatePush } from './late-pushes.ts'

export type EventRecord = SymbolEvents | JoinRecord | WakeRecord | UnreadableRecord

/** Events of one symbol, at least one. Their numbers are `firstEvent` to `lastEvent`, without gaps. */
export interface SymbolEvents {
  readonly kind: 'events'
  readonly symbol: string
  readonly firstEvent: number
  readonly lastEvent: number
  /** For EventFeedReader. */
  readonly batch: Uint8Array
  /** The trades among the events, in order. */
  readonly trades: readonly TradeRecord[]
}

/** A connection has begun to follow a topic, or wants it from the beginning: it needs the state at this place. */
export interface JoinRecord {
  readonly kind: 'join'
  readonly symbol: string
  readonly connectionId: string
  /** topicKey of the topic, for example `book BTCUSD 10`. */
  readonly topic: string
}

/** Something was noted as late, and is to be pushed again. */
export interface WakeRecord extends LatePush {
  readonly kind: 'wake'
}

/** Bytes of a newer program, or of none: events of the symbol may be missing here. */
export interface UnreadableRecord {
  readonly kind: 'unreadable'
  readonly symbol: string
  readonly cause: unknown
}
