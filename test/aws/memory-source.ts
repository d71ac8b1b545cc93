/** A stream in memory for tests. Its sequence numbers count all records from 1. */

import type { Page, SourceRecord, SourceShard, StreamSource } from '../../src/event-source-mapping/stream-source.ts'

interface Shard extends SourceShard {
  readonly records: SourceRecord[]
  closed: boolean
}

export class MemorySource implements StreamSource {
  readonly streamArn = 'arn:aws:kinesis:local:000000000000:stream/memory'
  private readonly all = new Map<string, Shard>()
  private count = 0

  put(shardId: string, partitionKey: string, data = '', arrivedAtMs = Date.now()): void {
    const sequenceNumber = String(++this.count)
    this.shard(shardId).records.push({ sequenceNumber, partitionKey, data: Buffer.from(data), arrivedAtMs })
  }

  /** Appends `count` records. Their keys alternate in this order. */
  fill(shardId: string, count: number, keys: readonly string[] = ['A']): this {
    for (let i = 0; i < count; i++) this.put(shardId, keys[i % keys.length])
    return this
  }

  split(parent: string, ...children: readonly string[]): void {
    this.shard(parent).closed = true
    for (const child of children) this.shard(child, [parent])
  }

  merge(one: string, other: string, child: string): void {
    this.shard(one).closed = true
    this.shard(other).closed = true
    this.shard(child, [one, other])
  }

  numbers(shardId: string): string[] {
    return this.shard(shardId).records.map(({ sequenceNumber }) => sequenceNumber)
  }

  async shards(): Promise<SourceShard[]> {
    return [...this.all.values()]
  }

  async read(shardId: string, after: string | undefined, limit: number): Promise<Page> {
    const { records, closed } = this.shard(shardId)
    const later = records.filter(({ sequenceNumber }) => after === undefined || Number(sequenceNumber) > Number(after))
    return { records: later.slice(0, limit), end: closed && later.length <= limit }
  }

  private shard(shardId: string, parents: readonly string[] = []): Shard {
    let shard = this.all.get(shardId)
    if (shard === undefined) {
      shard = { shardId, parents, records: [], closed: false }
      this.all.set(shardId, shard)
    }
    return shard
  }
}
