/**
 * For each shard of the order stream, a position up to which all of its records are matched or kept. It may be
 * behind the truth, but never ahead of it. It only moves forward.
 */

import type { Position } from './order-stream.ts'

export interface ShardCursor {
  /** BEGINNING: only bytes were counted. */
  readonly position: Position
  /** Bytes that the shard has delivered. Never less than before; about right. */
  readonly bytes: number
  /** Records directly before this one are lost: the service skipped them, and the stream has them no more. */
  readonly lostBefore?: Position
}

export interface ShardCursors {
  /** A consistent read. */
  read(shardId: string): Promise<ShardCursor | undefined>
  /** Moves the position, unless it is further ahead, and adds bytes. */
  advance(shardId: string, position: Position, bytes: number): Promise<void>
  /** Records that records directly before `before` are lost. */
  lose(shardId: string, before: Position): Promise<void>
}
