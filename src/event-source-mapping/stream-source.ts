/** What the mapping reads: the shards of a stream and their records. */

export interface SourceRecord {
  readonly sequenceNumber: string
  readonly partitionKey: string
  readonly data: Uint8Array
  readonly arrivedAtMs: number
}

export interface SourceShard {
  readonly shardId: string
  /** Of a shard that came of a split: one; of a merge: two. */
  readonly parents: readonly string[]
}

export interface Page {
  readonly records: readonly SourceRecord[]
  /** The shard is closed, and this was the rest of it. */
  readonly end: boolean
}

export interface StreamSource {
  readonly streamArn: string
  shards(): Promise<readonly SourceShard[]>
  /** Records after a sequence number; without one, from the oldest. */
  read(shardId: string, after: string | undefined, limit: number): Promise<Page>
}
