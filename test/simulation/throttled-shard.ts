/**
 * A shard of the order stream with the limits that Kinesis documents for reads, for the production reader, in virtual
 * time. Records are made when they are read, so that a long stream needs no memory.
 */

import {
  GetRecordsCommand,
  GetShardIteratorCommand,
  type KinesisClient,
  ListShardsCommand,
  ProvisionedThroughputExceededException,
} from '@aws-sdk/client-kinesis'
import { ANSWER_BYTES_MAX, ShardReadLimits } from '../../src/entrypoints/aws-local/shard-read-limits.ts'
import type { ShardRecord } from '../../src/ports/record-stream.ts'
import { positionOf } from './shard-world.ts'

export const SHARD_ID = 'shardId-000000000000'

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
  private readonly limits = new ShardReadLimits()

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
    this.limits.answered(Date.now(), bytes)
    this.bytesRead += bytes
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
    if (this.limits.admit(Date.now())) return
    this.refusals++
    throw new ProvisionedThroughputExceededException({
      message: 'Rate exceeded for shard',
      $metadata: { httpStatusCode: 400 },
    })
  }
}
