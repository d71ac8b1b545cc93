/**
 * Where the matcher keeps the book of a symbol between invocations: a base, and the stream records applied
 * since. It is a cache: it may be empty, or hold an older state, and the stream can always make it again. Its
 * one guarantee is the fence: a write that does not start from the stand that the cache holds is refused.
 */

import type { BookState } from '../protocol/book-state.ts'
import type { Position } from './order-stream.ts'
import type { RawRecord } from './record-stream.ts'

/** Where the cache stands. */
export interface Stand {
  /** The last record applied. */
  readonly position: Position
  /** Names the base under the records, and so every key that holds them; a new base, a new name. */
  readonly version: string
}

export interface CachedBook {
  readonly stand: Stand
  /** Version of the rules at the last write (protocol/versions.ts). A book of newer rules must not be read. */
  readonly format: number
  /** A snapshot of the symbol's matcher; absent if the records begin at its first command. */
  readonly base: Uint8Array | undefined
  /** Applied after the base, in order. */
  readonly records: readonly RawRecord[]
}

/** What a commit adds. */
export interface BookDelta {
  /** In order, all after the position committed from. */
  readonly records: readonly RawRecord[]
  /** The state shown to the world from now on. */
  readonly view: BookState
}

export interface BookCache {
  load(symbol: string): Promise<CachedBook | undefined>
  /**
   * Appends records if the cache stands at `from` (undefined: is empty), in one round trip.
   * Answers where it stands then, or undefined if it stood elsewhere and nothing was changed.
   * Throws OperationalFailure when it cannot know.
   */
  commit(symbol: string, from: Stand | undefined, delta: BookDelta, format: number): Promise<Stand | undefined>
  /** Replaces everything by a base at `position`, on the same terms. */
  rebase(symbol: string, from: Stand | undefined, base: BookBase, format: number): Promise<Stand | undefined>
  /** The state shown to the world as of the last commit. */
  view(symbol: string): Promise<BookState | undefined>
}

/** What a rebase puts in the place of everything. */
export interface BookBase {
  readonly position: Position
  readonly bytes: Uint8Array
  readonly view: BookState
}
