/**
 * Where a matched batch becomes lasting: the orders it has ended and its trades, and the position up
 * to which the stream is applied, all or nothing. Orders that live are in the matcher, and in its
 * snapshots: they are stored once, when they change no more. The store refuses a commit that does not start
 * where the last one ended; that is the fence against a second matcher.
 */

import type { OrderRecord, TradeRecord } from '../protocol/records.ts'
import type { Position } from './order-stream.ts'

export interface Commit {
  /** The position this batch started from: the applied one. */
  readonly from: Position
  /** The position it ends at. */
  readonly to: Position
  /** The orders that have ended. */
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
  /** The record of an order that had ended by the last commit. */
  find(account: string, orderId: string): OrderRecord | undefined
  /** Resolves when all that was committed has reached the disk. */
  flushed(): Promise<void>
}

/** Another matcher has gone on from here. */
export class StaleCommit extends Error {
  override readonly name = 'StaleCommit'
}
