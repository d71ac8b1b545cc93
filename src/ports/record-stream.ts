/**
 * The order stream as bytes, read for one symbol by a matcher that shares the stream with others. Lines are not
 * decoded here, because the matcher decides what happens to a line that does not decode.
 */

import type { Position } from './order-stream.ts'

/** A stream record as bytes. */
export interface RawRecord {
  readonly position: Position
  /** Arrival time in the stream. */
  readonly timestampMs: number
  /** Commands, one line of JSON each. */
  readonly bytes: Uint8Array
}

/** A stream record and its partition key, the symbol. */
export interface ShardRecord extends RawRecord {
  readonly symbol: string
}

export interface RecordStream {
  /**
   * The records of `symbol` after `after` up to and including `upTo`, in order, in batches, parent shards first.
   * The stream may have dropped records that are too old. The reader detects that from the numbers of the events.
   */
  read(symbol: string, after: Position, upTo: Position): AsyncIterable<readonly RawRecord[]>
}
