/**
 * The state of a symbol, beside its mark. A healthy symbol has none. While a symbol has one, its records are kept
 * (kept-records.ts) and reported as done, so that the other symbols of its shard trade on. Every change compares
 * what the process has read before, because an older process may still be running.
 */

import type { Position } from './order-stream.ts'
import type { StoredMark } from './publisher.ts'

export interface SymbolState {
  /**
   * recovering: its book is being rebuilt, or it waits for a newer program; this ends by itself. parked: it waits for an
   * operator.
   */
  readonly kind: 'recovering' | 'parked'
  readonly reason: string
  /** The first record that was kept. */
  readonly position: Position
  readonly sinceMs: number
  /** Every record of the symbol up to here is matched or kept. */
  readonly keptThrough: Position
}

/** The newest snapshot of a symbol, and the bytes that its shard had delivered when it was saved. */
export interface SnapshotMark {
  readonly position: Position
  readonly shardBytes: number
}

export interface SymbolStates {
  /** Sets a state. Returns false, and changes nothing, if mark or state are not those of `seen` any more. */
  enter(symbol: string, state: SymbolState, seen: StoredMark | undefined): Promise<boolean>
  /** Moves `keptThrough` forward. Returns false if the symbol has no state any more. */
  extend(symbol: string, keptThrough: Position): Promise<boolean>
  /** Ends the state. Returns false if records after `through` are kept. */
  leave(symbol: string, through: Position): Promise<boolean>
  /** Makes order entry refuse the orders of the symbol, or accept them again. */
  suspend(symbol: string, suspended: boolean): Promise<void>
  /** Notes a saved snapshot, unless a newer one is noted. */
  snapshotSaved(symbol: string, snapshot: SnapshotMark): Promise<void>
}
