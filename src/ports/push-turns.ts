/** Which process has pushed the events of a shard last: only that one knows what the followers have. */

export interface PushTurns {
  /** From now on it is the caller's turn. Returns whether it was the caller's before. Throws OperationalFailure. */
  take(shardId: string): Promise<boolean>
}
