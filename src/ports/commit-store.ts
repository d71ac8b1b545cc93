/**
 * Where a matched batch becomes durable: the orders that it closed, its trades, and the position up to which the
 * stream is applied, all or nothing. Open orders are in memory and in snapshots: an order is stored once, when
 * it changes no more. The store refuses a commit that does not start where the last one ended; that is the
 * fence against a second matcher.
 */

import type { OrderRecord, TradeRecord } from '../protocol/records.ts'
import type { Position } from './order-stream.ts'

export interface Commit {
  /** The position this batch started from: the applied one. */
  readonly from: Position
  /** The position it ends at. */
  readonly to: Position
  /** The rules in force at `to`: the version of the records. */
  readonly rules: number
  /** The orders that have closed. */
  readonly orders: readonly OrderRecord[]
  readonly trades: readonly TradeRecord[]
}

export interface CommitStore {
  /** The position of the last commit. */
  appliedPosition(): Promise<Position>
  /**
   * Takes the batch. Throws when nothing of it was stored; StaleCommit if `from` is not the applied position.
   */
  commit(batch: Commit): Promise<void>
  /** The record of an order that had closed by the last commit. */
  find(account: string, orderId: string): OrderRecord | undefined
  /** Resolves when all that was committed has reached the disk. */
  flushed(): Promise<void>
}

/** Another matcher has gone on from here. */
export class StaleCommit extends Error {
  override readonly name = 'StaleCommit'
}
