/**
 * Makes a matched batch durable: the orders that it closed, its trades, and the position up to which the stream
 * is applied, all or nothing. Open orders are in memory and in snapshots. An order is stored once, after it has
 * closed. The store refuses a commit that does not start at the position of the last one, which fences off a
 * second matcher.
 */

import type { OrderRecord, TradeRecord } from '../protocol/records.ts'
import type { Position } from './order-stream.ts'

export interface Commit {
  /** The applied position at which this batch starts. */
  readonly from: Position
  /** The position at which it ends. */
  readonly to: Position
  /** The rules in force at `to`: the version of the records. */
  readonly rules: number
  /** The records of the orders that have closed. */
  readonly orders: readonly OrderRecord[]
  readonly trades: readonly TradeRecord[]
}

export interface CommitStore {
  /** The position of the last commit. */
  appliedPosition(): Promise<Position>
  /**
   * Stores the batch. If it throws, nothing was stored. Throws StaleCommit if `from` is not the applied position.
   */
  commit(batch: Commit): Promise<void>
  /** The stored record of a closed order. */
  find(account: string, orderId: string): OrderRecord | undefined
  /** Resolves when all commits so far are on the disk. */
  flushed(): Promise<void>
}

/** What the last commit and the last snapshot left behind. */
export interface Kept {
  /** Events whose orders and trades are not stored. The next start rebuilds them from the log. */
  readonly unstoredEvents: number
  /** `skipped`: there was no time for it, or the store is behind. `unchanged`: the last one has everything. */
  readonly snapshot: 'saved' | 'failed' | 'skipped' | 'unchanged'
}

/** Another matcher has already committed from this position. */
export class StaleCommit extends Error {
  override readonly name = 'StaleCommit'
}
