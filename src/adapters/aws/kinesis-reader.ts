/**
 * Reads records of the order stream again: for a rebuild, and to check that nothing is missing before a batch. For
 * some symbols, all shards that ever had one of their keys are read in the order in which they were opened, and so a
 * parent before its child. A key belongs to one open shard at a time, so this is the order of the symbol's records.
 *
 * A rebuild is paced (kinesis-pace.ts), because the mapping reads the same shard. A check is one small read.
 */

import { createHash } from 'node:crypto'
import {
  type _Record,
  GetRecordsCommand,
  type GetRecordsOutput,
  GetShardIteratorCommand,
  type GetShardIteratorInput,
  InvalidArgumentException,
  type KinesisClient,
  ListShardsCommand,
  type Shard,
} from '@aws-sdk/client-kinesis'
import type { Position } from '../../ports/order-stream.ts'
import type { RecordStream, ShardPage, ShardRecord, StreamPage } from '../../ports/record-stream.ts'
import { delay, faultOf, PUBLISHING, withBackoff } from './backoff.ts'
import { ReadPace } from './kinesis-pace.ts'
import { positionOf, sequenceNumberOf } from './kinesis-positions.ts'

/** The record at the cursor, and the one after it. */
const RECORDS_PER_CHECK = 2
const ATTEMPTS = 12

export class KinesisReader implements RecordStream {
  private readonly client: KinesisClient
  private readonly stream: string
  private readonly paces = new Map<string, ReadPace>()

  constructor(client: KinesisClient, stream: string) {
    this.client = client
    this.stream = stream
  }

  async *read(symbols: readonly string[], after: Position, upTo: Position): AsyncGenerator<StreamPage> {
    const hashes = new Map(symbols.map((symbol) => [symbol, hashOf(symbol)]))
    for (const shard of await this.shards()) {
      const { StartingSequenceNumber = '', EndingSequenceNumber } = shard.SequenceNumberRange ?? {}
      if (EndingSequenceNumber !== undefined && positionOf(EndingSequenceNumber) <= after) continue
      const start = positionOf(StartingSequenceNumber)
      if (start > upTo) continue
      const held = symbols.filter((symbol) => holds(shard, hashes.get(symbol) as bigint))
      if (held.length === 0) continue
      const wanted = new Set(held)
      for await (const page of this.readShard(shard.ShardId as string, start < after ? after : undefined)) {
        const through = page[page.length - 1].position
        const records = page.filter(
          ({ symbol, position }) => wanted.has(symbol) && position > after && position <= upTo,
        )
        const isLast = through >= upTo
        yield { records, symbols: held, through: isLast ? upTo : through }
        if (isLast) break
      }
    }
  }

  async *follow(shardId: string, after: Position | undefined): AsyncGenerator<ShardPage> {
    const place = after === undefined ? undefined : sequenceNumberOf(after)
    let iterator = await this.iterator(shardId, place, 'AT_SEQUENCE_NUMBER')
    let limit = RECORDS_PER_CHECK
    let isFirst = true
    while (iterator !== undefined) {
      const page: GetRecordsOutput = await this.page(iterator, limit)
      const records = (page.Records ?? []).map(shardRecord)
      const isAtEnd = records.length === 0 && page.MillisBehindLatest === 0
      const isContinuous = !isFirst || after === undefined || records[0]?.position === after
      // An empty page in the middle of a shard says nothing.
      if (records.length > 0 || (isAtEnd && !isContinuous)) {
        yield { records: records.filter(({ position }) => after === undefined || position > after), isContinuous }
        isFirst = false
      }
      if (isAtEnd) return
      // The record that is looked for is mostly the second one. Otherwise there may be many.
      limit = Math.min(1_000, limit * 20)
      iterator = page.NextShardIterator
    }
  }

  async parentsOf(shardId: string): Promise<readonly string[]> {
    const shard = (await this.shards()).find(({ ShardId }) => ShardId === shardId)
    return [shard?.ParentShardId, shard?.AdjacentParentShardId].filter((parent) => parent !== undefined)
  }

  /** Reads from `after`, or from the oldest record, to the end of the shard or to its newest record. */
  private async *readShard(shardId: string, after: Position | undefined): AsyncGenerator<ShardRecord[]> {
    const pace = this.paceOf(shardId)
    const place = after === undefined ? undefined : sequenceNumberOf(after)
    let iterator = await this.iterator(shardId, place, 'AFTER_SEQUENCE_NUMBER')
    let refusals = 0
    while (iterator !== undefined) {
      await delay(pace.waitMs(Date.now()))
      const command: GetRecordsCommand = new GetRecordsCommand({ ShardIterator: iterator, Limit: pace.limit })
      let page: GetRecordsOutput
      try {
        page = await withBackoff('GetRecords', { ...PUBLISHING, attempts: 1 }, () => this.client.send(command))
      } catch (cause) {
        const inner = (cause as Error).cause ?? cause
        if (faultOf(inner) === 'refused' || faultOf(inner) === 'ours' || ++refusals >= ATTEMPTS) throw cause
        pace.refused(Date.now())
        continue
      }
      refusals = 0
      const records = (page.Records ?? []).map(shardRecord)
      pace.read(
        Date.now(),
        records.length,
        records.reduce((sum, { bytes }) => sum + bytes.length, 0),
      )
      if (records.length > 0) yield records
      else if (page.MillisBehindLatest === 0) return
      iterator = page.NextShardIterator
    }
  }

  private page(iterator: string, limit: number): Promise<GetRecordsOutput> {
    const command = new GetRecordsCommand({ ShardIterator: iterator, Limit: limit })
    return withBackoff('GetRecords', PUBLISHING, () => this.client.send(command))
  }

  private async iterator(
    ShardId: string,
    place: string | undefined,
    kind: 'AT_SEQUENCE_NUMBER' | 'AFTER_SEQUENCE_NUMBER',
  ): Promise<string | undefined> {
    const shard = { StreamName: this.stream, ShardId }
    const oldest: GetShardIteratorInput = { ...shard, ShardIteratorType: 'TRIM_HORIZON' }
    const at: GetShardIteratorInput =
      place === undefined ? oldest : { ...shard, ShardIteratorType: kind, StartingSequenceNumber: place }
    return withBackoff('GetShardIterator', PUBLISHING, async () => {
      try {
        return (await this.client.send(new GetShardIteratorCommand(at))).ShardIterator
      } catch (cause) {
        // The record has expired or is in another shard: read from the beginning of the shard and skip known records.
        if (!(cause instanceof InvalidArgumentException)) throw cause
        return (await this.client.send(new GetShardIteratorCommand(oldest))).ShardIterator
      }
    })
  }

  /** In the order in which they were opened. */
  private async shards(): Promise<Shard[]> {
    const shards: Shard[] = []
    let token: string | undefined
    do {
      const command = new ListShardsCommand(token === undefined ? { StreamName: this.stream } : { NextToken: token })
      const page = await withBackoff('ListShards', PUBLISHING, () => this.client.send(command))
      shards.push(...(page.Shards ?? []))
      token = page.NextToken
    } while (token !== undefined)
    return shards.sort((a, b) => (openedAt(a) < openedAt(b) ? -1 : 1))
  }

  private paceOf(shardId: string): ReadPace {
    let pace = this.paces.get(shardId)
    if (pace === undefined) {
      pace = new ReadPace()
      this.paces.set(shardId, pace)
    }
    return pace
  }
}

const hashOf = (symbol: string): bigint => BigInt(`0x${createHash('md5').update(symbol).digest('hex')}`)

function holds({ HashKeyRange: range }: Shard, hash: bigint): boolean {
  if (range === undefined) return false
  return BigInt(range.StartingHashKey as string) <= hash && hash <= BigInt(range.EndingHashKey as string)
}

const openedAt = (shard: Shard): Position => positionOf(shard.SequenceNumberRange?.StartingSequenceNumber as string)

function shardRecord({ SequenceNumber, PartitionKey, ApproximateArrivalTimestamp, Data }: _Record): ShardRecord {
  return {
    symbol: PartitionKey as string,
    position: positionOf(SequenceNumber as string),
    timestampMs: (ApproximateArrivalTimestamp as Date).getTime(),
    bytes: Data as Uint8Array,
  }
}
