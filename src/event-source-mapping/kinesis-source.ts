/** A Kinesis stream as the mapping reads it, through the service's own API. */

import {
  GetRecordsCommand,
  GetShardIteratorCommand,
  type KinesisClient,
  ListShardsCommand,
  type Shard,
} from '@aws-sdk/client-kinesis'
import type { Page, SourceShard, StreamSource } from './stream-source.ts'

/** What an emulator in this process knows: how many writes to its streams it has answered. */
export interface StreamWrites {
  readonly count: number
  /** Resolves when `count` is above a number, or after a time. */
  above(count: number): Promise<void>
}

export class KinesisSource implements StreamSource {
  readonly streamArn: string
  /** Absent if `writes` is not known. */
  readonly changed?: (shardId: string) => Promise<void>
  private readonly client: KinesisClient
  private readonly stream: string
  private readonly writes: StreamWrites | undefined
  /** The next iterator of each shard, so that a poll costs one call. Valid only after that record. */
  private readonly iterators = new Map<string, { after: string | undefined; iterator: string }>()
  /** By shard: the writes before its last read. */
  private readonly writesBefore = new Map<string, number>()

  constructor(client: KinesisClient, stream: string, region: string, writes?: StreamWrites) {
    this.client = client
    this.stream = stream
    this.writes = writes
    if (writes !== undefined) this.changed = (shardId) => writes.above(this.writesBefore.get(shardId) ?? 0)
    this.streamArn = `arn:aws:kinesis:${region}:000000000000:stream/${stream}`
  }

  async shards(): Promise<SourceShard[]> {
    const shards: Shard[] = []
    let token: string | undefined
    do {
      const page = await this.client.send(
        new ListShardsCommand(token === undefined ? { StreamName: this.stream } : { NextToken: token }),
      )
      shards.push(...(page.Shards ?? []))
      token = page.NextToken
    } while (token !== undefined)
    return shards.map(({ ShardId = '', ParentShardId, AdjacentParentShardId }) => ({
      shardId: ShardId,
      parents: [ParentShardId, AdjacentParentShardId].filter((parent) => parent !== undefined),
    }))
  }

  async read(shardId: string, after: string | undefined, limit: number): Promise<Page> {
    const left = this.iterators.get(shardId)
    const iterator = left !== undefined && left.after === after ? left.iterator : await this.iterator(shardId, after)
    this.iterators.delete(shardId)
    if (this.writes !== undefined) this.writesBefore.set(shardId, this.writes.count)
    const page = await this.client.send(new GetRecordsCommand({ ShardIterator: iterator, Limit: limit }))
    const records = (page.Records ?? []).map((record) => ({
      sequenceNumber: record.SequenceNumber as string,
      partitionKey: record.PartitionKey as string,
      data: record.Data as Uint8Array,
      arrivedAtMs: (record.ApproximateArrivalTimestamp as Date).getTime(),
    }))
    const next = page.NextShardIterator
    if (next === undefined) return { records, end: true }
    this.iterators.set(shardId, { after: records.at(-1)?.sequenceNumber ?? after, iterator: next })
    return { records, end: false }
  }

  private async iterator(shardId: string, after: string | undefined): Promise<string> {
    const { ShardIterator = '' } = await this.client.send(
      new GetShardIteratorCommand({
        StreamName: this.stream,
        ShardId: shardId,
        ...(after === undefined
          ? { ShardIteratorType: 'TRIM_HORIZON' }
          : { ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', StartingSequenceNumber: after }),
      }),
    )
    return ShardIterator
  }
}
