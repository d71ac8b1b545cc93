/** What a shard's matcher counts and times. Names become metrics of the same name. */

export interface ShardMetrics {
  add(name: ShardMetric, value: number): void
}

export type ShardMetric =
  /** Commands matched and committed; of them, copies that were left out. */
  | 'commands'
  | 'duplicates'
  /** Records written. */
  | 'orders'
  | 'trades'
  /** Lines that are no command. */
  | 'deadLetters'
  /** Arrival of the last record in the stream to its commit. */
  | 'lagMs'
  | 'loadMs'
  | 'commitMs'
  | 'publishMs'
  /** Events that waited for a publication when it began. */
  | 'unpublishedEvents'
  /** Books made again from snapshot and stream. */
  | 'rebuilds'
  /** Times the cache did not stand where this matcher thought. */
  | 'staleCommits'
  | 'checkpoints'
  | 'failedCheckpoints'
  /** Symbol-batches that will come again. */
  | 'failures'

export function count(metrics: ShardMetrics | undefined, name: ShardMetric, value: number): void {
  if (metrics !== undefined) metrics.add(name, value)
}
