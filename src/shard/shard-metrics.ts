/** Counts and times of a shard's matcher. Each name becomes a metric. */

export interface ShardMetrics {
  add(name: ShardMetric, value: number): void
}

export type ShardMetric =
  /** Commands matched and committed, and how many of them were copies that were left out. */
  | 'commands'
  | 'duplicates'
  /** Records written. */
  | 'orders'
  | 'trades'
  /** Lines that are no command. */
  | 'deadLetters'
  /** Time from the arrival of the last record in the stream to its commit. */
  | 'lagMs'
  | 'loadMs'
  | 'commitMs'
  | 'publishMs'
  /** Events that waited for a publication when it began. */
  | 'unpublishedEvents'
  /** Books rebuilt from snapshot and stream. */
  | 'rebuilds'
  /** Symbols of a batch whose records were kept: because the book is being rebuilt, or until an operator acts. */
  | 'recovering'
  | 'parked'
  /** The same, until a newer program runs. */
  | 'waiting'
  /** Records before a batch that were not delivered and were read from the stream. Some may have been matched. */
  | 'caughtUp'
  /** Gaps: records that the service skipped and the stream has no more. */
  | 'gaps'
  /** Commits for which the cache had another version than expected. */
  | 'staleCommits'
  /** Books in memory to which the commits of other processes were applied. */
  | 'catchUps'
  | 'checkpoints'
  | 'failedCheckpoints'
  /** Batches of a symbol that will be delivered again. */
  | 'failures'

export function count(metrics: ShardMetrics | undefined, name: ShardMetric, value: number): void {
  if (metrics !== undefined) metrics.add(name, value)
}
