/** The input of the mapping: the shards of a stream and their records. */

export interface SourceRecord {
  readonly sequenceNumber: string
  readonly partitionKey: string
  readonly data: Uint8Array
  readonly arrivedAtMs: number
}

export interface SourceShard {
  readonly shardId: string
  /** One parent after a split, two after a merge. */
  readonly parents: readonly string[]
}

export interface Page {
  readonly records: readonly SourceRecord[]
  /** The shard is closed, and this page is its last. */
  readonly end: boolean
}

export interface StreamSource {
  readonly streamArn: string
  shards(): Promise<readonly SourceShard[]>
  /** Records after a sequence number; without one, from the oldest record. */
  read(shardId: string, after: string | undefined, limit: number): Promise<Page>
  /**
   * Resolves when the stream has changed since the last `read` of the shard, or after a time. Absent: the source does
   * not know, so the shard is read again after MappingOptions.pollMs.
   */
  changed?(shardId: string): Promise<void>
}
