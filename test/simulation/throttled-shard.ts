/**
 * A shard of the order stream with the limits that Kinesis documents, for the production reader, in virtual time: five
 * reads and 2 MB in a second for all readers together, an answer of at most 10 MB, and after such an answer five
 * seconds of refusal. Records are made when they are read, so that a long stream needs no memory.
 */

import {
  GetRecordsCommand,
  GetShardIteratorCommand,
  type KinesisClient,
  ListShardsCommand,
  ProvisionedThroughputExceededException,
} from '@aws-sdk/client-kinesis'
import type { ShardRecord } from '../../src/ports/record-stream.ts'
import { positionOf } from './shard-world.ts'

export const SHARD_ID = 'shardId-000000000000'
const READS_PER_SECOND = 5
const BYTES_PER_SECOND = 2_000_000
const ANSWER_BYTES_MAX = 10_000_000
const REFUSED_MS = 5_000

/** A stream that begins at `startMs`, with a record each `intervalMs`. */
export interface StreamShape {
  readonly startMs: number
  readonly intervalMs: number
  /** The record with this index, without its position. */
  record(index: number, timestampMs: number): { readonly symbol: string; readonly bytes: Uint8Array }
}

export class ThrottledShard {
  /** Reads that were refused, and bytes that were read, since the test last set them. */
  refusals = 0
  bytesRead = 0
  private readonly shape: StreamShape
  private reads: number[] = []
  /** Bytes that may be read now. Less than 0: a debt that time pays. */
  private tokens = BYTES_PER_SECOND
  private tokensAtMs = 0
  private refusedUntilMs = 0

  constructor(shape: StreamShape) {
    this.shape = shape
  }

  /** How many records have arrived. */
  get length(): number {
    const { startMs, intervalMs } = this.shape
    return Math.max(0, Math.floor((Date.now() - startMs) / intervalMs) + 1)
  }

  at(index: number): ShardRecord {
    const timestampMs = this.shape.startMs + index * this.shape.intervalMs
    return { ...this.shape.record(index, timestampMs), position: positionOf(index + 1), timestampMs }
  }

  /** Throws as the service does. */
  read(from: number, limit: number): ShardRecord[] {
    this.admit()
    const records: ShardRecord[] = []
    let bytes = 0
    for (let i = from; i < this.length && records.length < limit && bytes < ANSWER_BYTES_MAX; i++) {
      const record = this.at(i)
      records.push(record)
      bytes += record.bytes.length
    }
    this.tokens -= bytes
    this.bytesRead += bytes
    if (bytes >= ANSWER_BYTES_MAX) this.refusedUntilMs = Date.now() + REFUSED_MS
    return records
  }

  /** For the production reader. */
  client(): KinesisClient {
    const send = async (command: unknown) => {
      if (command instanceof ListShardsCommand) {
        const HashKeyRange = { StartingHashKey: '0', EndingHashKey: String(2n ** 128n - 1n) }
        return { Shards: [{ ShardId: SHARD_ID, HashKeyRange, SequenceNumberRange: { StartingSequenceNumber: '0' } }] }
      }
      if (command instanceof GetShardIteratorCommand) {
        const { ShardIteratorType, StartingSequenceNumber = '' } = command.input
        if (ShardIteratorType === 'TRIM_HORIZON') return { ShardIterator: '0' }
        const index = Number(BigInt(StartingSequenceNumber) - 10n ** 55n) - 1
        return { ShardIterator: String(ShardIteratorType === 'AT_SEQUENCE_NUMBER' ? index : index + 1) }
      }
      if (!(command instanceof GetRecordsCommand)) throw new Error('not asked for')
      const from = Number(command.input.ShardIterator)
      const records = this.read(from, command.input.Limit ?? 10_000)
      const next = from + records.length
      return {
        Records: records.map(({ symbol, position, timestampMs, bytes }) => ({
          PartitionKey: symbol,
          SequenceNumber: position.replace(/^0+/, ''),
          ApproximateArrivalTimestamp: new Date(timestampMs),
          Data: bytes,
        })),
        NextShardIterator: String(next),
        MillisBehindLatest: (this.length - next) * this.shape.intervalMs,
      }
    }
    return { send } as unknown as KinesisClient
  }

  private admit(): void {
    const nowMs = Date.now()
    this.reads = this.reads.filter((atMs) => atMs > nowMs - 1_000)
    this.tokens = Math.min(BYTES_PER_SECOND, this.tokens + ((nowMs - this.tokensAtMs) / 1_000) * BYTES_PER_SECOND)
    this.tokensAtMs = nowMs
    if (this.reads.length < READS_PER_SECOND && this.tokens > 0 && nowMs >= this.refusedUntilMs) {
      this.reads.push(nowMs)
      return
    }
    this.refusals++
    throw new ProvisionedThroughputExceededException({
      message: 'Rate exceeded for shard',
      $metadata: { httpStatusCode: 400 },
    })
  }
}
