/**
 * The order stream as bytes, read again by a matcher that shares the stream with others. Lines are not decoded
 * here, because the matcher decides what happens to a line that does not decode.
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

/** A part of a pass over the shards of some symbols. */
export interface StreamPage {
  /** Records of the wanted symbols, in order. */
  readonly records: readonly ShardRecord[]
  /** The wanted symbols whose records this shard has. All their records up to `through` have been returned. */
  readonly symbols: readonly string[]
  readonly through: Position
}

/** A part of a shard. */
export interface ShardPage {
  readonly records: readonly ShardRecord[]
  /** Whether the stream still has the record at which the reading started. */
  readonly isContinuous: boolean
}

export interface RecordStream {
  /**
   * One pass for several symbols: their records after `after` up to and including `upTo`, parent shards first. The
   * stream may have dropped records that are too old. The reader detects that from the numbers of the events. The
   * reading is paced under the limits of the service, and the consumer may stop it after any page.
   */
  read(symbols: readonly string[], after: Position, upTo: Position): AsyncIterable<StreamPage>
  /** The records of one shard after `after`, to its present end; without `after`, from the oldest. */
  follow(shardId: string, after: Position | undefined): AsyncIterable<ShardPage>
  /** The shards that were split or merged into this one. */
  parentsOf(shardId: string): Promise<readonly string[]>
}
