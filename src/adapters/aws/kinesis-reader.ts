/**
 * Reads the records of one symbol again, for recovery. All shards that ever had the symbol's key are
 * read in the order in which they were opened, and a parent to its end before its child. A key belongs to one
 * open shard at a time, so this is the order of the symbol's records.
 */

import { createHash } from 'node:crypto'
import {
  type _Record,
  GetRecordsCommand,
  GetShardIteratorCommand,
  InvalidArgumentException,
  type KinesisClient,
  ListShardsCommand,
  type Shard,
} from '@aws-sdk/client-kinesis'
import type { Position } from '../../ports/order-stream.ts'
import type { RawRecord, RecordStream } from '../../ports/record-stream.ts'
import { PUBLISHING, withBackoff } from './backoff.ts'
import { positionOf, sequenceNumberOf } from './kinesis-positions.ts'

const RECORDS_PER_READ = 10_000

export class KinesisReader implements RecordStream {
  private readonly client: KinesisClient
  private readonly stream: string

  constructor(client: KinesisClient, stream: string) {
    this.client = client
    this.stream = stream
  }

  async *read(symbol: string, after: Position, upTo: Position): AsyncGenerator<readonly RawRecord[]> {
    for (const shard of await this.shardsOf(symbol)) {
      const { StartingSequenceNumber = '', EndingSequenceNumber } = shard.SequenceNumberRange ?? {}
      if (EndingSequenceNumber !== undefined && positionOf(EndingSequenceNumber) <= after) continue
      const start = positionOf(StartingSequenceNumber)
      if (start > upTo) return
      for await (const records of this.readShard(shard, start < after ? after : undefined)) {
        const wanted = records
          .filter(({ PartitionKey }) => PartitionKey === symbol)
          .map(rawRecord)
          .filter(({ position }) => position > after && position <= upTo)
        if (wanted.length > 0) yield wanted
        const last = records.at(-1)
        if (last !== undefined && positionOf(last.SequenceNumber as string) >= upTo) return
      }
    }
  }

  /** Reads from `after`, or from the oldest record, to the end of the shard or to its newest record. */
  private async *readShard(shard: Shard, after: Position | undefined): AsyncGenerator<_Record[]> {
    let iterator = await this.iterator(shard, after)
    while (iterator !== undefined) {
      const command = new GetRecordsCommand({ ShardIterator: iterator, Limit: RECORDS_PER_READ })
      // A shard allows five reads a second for all its readers together.
      const page = await withBackoff('GetRecords', PUBLISHING, () => this.client.send(command))
      const records = page.Records ?? []
      if (records.length > 0) yield records
      else if (page.MillisBehindLatest === 0) return
      iterator = page.NextShardIterator
    }
  }

  private async iterator(shard: Shard, after: Position | undefined): Promise<string | undefined> {
    const place = { StreamName: this.stream, ShardId: shard.ShardId as string }
    const oldest = new GetShardIteratorCommand({ ...place, ShardIteratorType: 'TRIM_HORIZON' })
    const next =
      after === undefined
        ? oldest
        : new GetShardIteratorCommand({
            ...place,
            ShardIteratorType: 'AFTER_SEQUENCE_NUMBER',
            StartingSequenceNumber: sequenceNumberOf(after),
          })
    return withBackoff('GetShardIterator', PUBLISHING, async () => {
      try {
        return (await this.client.send(next)).ShardIterator
      } catch (cause) {
        // The record has expired or is in another shard: read from the beginning of the shard and skip known records.
        if (!(cause instanceof InvalidArgumentException)) throw cause
        return (await this.client.send(oldest)).ShardIterator
      }
    })
  }

  private async shardsOf(symbol: string): Promise<Shard[]> {
    const hash = BigInt(`0x${createHash('md5').update(symbol).digest('hex')}`)
    const shards: Shard[] = []
    let token: string | undefined
    do {
      const command = new ListShardsCommand(token === undefined ? { StreamName: this.stream } : { NextToken: token })
      const page = await withBackoff('ListShards', PUBLISHING, () => this.client.send(command))
      shards.push(...(page.Shards ?? []))
      token = page.NextToken
    } while (token !== undefined)
    return shards
      .filter(({ HashKeyRange: range }) => range !== undefined && holds(range, hash))
      .sort((a, b) => (openedAt(a) < openedAt(b) ? -1 : 1))
  }
}

function holds(range: NonNullable<Shard['HashKeyRange']>, hash: bigint): boolean {
  return BigInt(range.StartingHashKey as string) <= hash && hash <= BigInt(range.EndingHashKey as string)
}

const openedAt = (shard: Shard): Position => positionOf(shard.SequenceNumberRange?.StartingSequenceNumber as string)

function rawRecord({ SequenceNumber, ApproximateArrivalTimestamp, Data }: _Record): RawRecord {
  return {
    position: positionOf(SequenceNumber as string),
    timestampMs: (ApproximateArrivalTimestamp as Date).getTime(),
    bytes: Data as Uint8Array,
  }
}
