/**
 * Where the matcher keeps the book of a symbol between invocations: a base, and the stream records
 * applied since. It is a cache: it may be empty, or an older state, and the stream can always make it
 * again. What it must give is the fence: a commit that does not start at the position held is refused.
 */

import type { BookState } from '../protocol/book-state.ts'
import type { Position } from './order-stream.ts'

/** A stream record as bytes. */
export interface RawRecord {
  readonly position: Position
  readonly timestampMs: number
  /** Commands, one line of JSON each. */
  readonly bytes: Uint8Array
}

export interface CachedBook {
  /** The last record applied. */
  readonly position: Position
  /** A snapshot of the symbol's matcher; absent if the records begin at its first command. */
  readonly base: Uint8Array | undefined
  /** Applied after the base, in order. */
  readonly records: readonly RawRecord[]
}

export interface BookCache {
  load(symbol: string): Promise<CachedBook | undefined>
  /**
   * Appends records if the cache stands at `from` (BEGINNING: is empty). One round trip.
   * Answers whether it did. Throws OperationalFailure when it cannot know.
   */
  commit(symbol: string, from: Position, records: readonly RawRecord[], view: BookState): Promise<boolean>
  /**
   * Replaces everything by a base at `position`, if the cache stands at `from`. Answers whether it did.
   */
  rebase(symbol: string, from: Position, position: Position, base: Uint8Array, view: BookState): Promise<boolean>
  /** The state shown to the world as of the last commit. */
  view(symbol: string): Promise<BookState | undefined>
}
