/**
 * The order stream as bytes: what a matcher that shares the stream with others reads of one symbol.
 * Lines are not decoded here, because one that does not decode is the matcher's to set aside.
 */

import type { Position } from './order-stream.ts'

/** A stream record as bytes. */
export interface RawRecord {
  readonly position: Position
  /** Arrival in the stream. */
  readonly timestampMs: number
  /** Commands, one line of JSON each. */
  readonly bytes: Uint8Array
}

/** A stream record and the symbol it is partitioned by. */
export interface ShardRecord extends RawRecord {
  readonly symbol: string
}

export interface RecordStream {
  /**
   * The records of `symbol` after `after` up to and with `upTo`, in order, in batches; a shard's
   * parents before it. Whether records are missing because the stream has dropped them, the reader
   * must find out from what they come to.
   */
  read(symbol: string, after: Position, upTo: Position): AsyncIterable<readonly RawRecord[]>
}
