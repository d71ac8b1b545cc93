/**
 * The cache in which the matcher keeps the book of a symbol between invocations: a base, and the stream records
 * applied since. It may be empty or contain an older state, because the stream can rebuild it. Its only guarantee is
 * the fence: a write that does not start from the version in the cache is refused.
 */

import type { BookState } from '../protocol/book-state.ts'
import type { Position } from './order-stream.ts'
import type { RawRecord } from './record-stream.ts'

/** The version of a book in the cache. */
export interface CacheVersion {
  /** The last record applied. */
  readonly position: Position
  /** The name of the base, which is part of every key of the book. Each base has a new name. */
  readonly version: string
}

export interface CachedBook {
  readonly cacheVersion: CacheVersion
  /** Version of the rules at the last write (protocol/versions.ts). A book of newer rules must not be read. */
  readonly format: number
  /** A snapshot of the symbol's matcher; absent if the records begin at its first command. */
  readonly base: Uint8Array | undefined
  /** Applied after the base, in order. */
  readonly records: readonly RawRecord[]
}

/** The content of a commit. */
export interface BookDelta {
  /** In order, all after the position at which the commit starts. */
  readonly records: readonly RawRecord[]
  /** The public view after the commit. */
  readonly view: BookState
}

export interface BookCache {
  load(symbol: string): Promise<CachedBook | undefined>
  /**
   * Appends records if the cache has the version `from` (undefined: it is empty), in one round trip. Returns the new
   * version, or undefined if the cache had another version and nothing was changed. Throws OperationalFailure if the
   * result is unknown.
   */
  commit(
    symbol: string,
    from: CacheVersion | undefined,
    delta: BookDelta,
    format: number,
  ): Promise<CacheVersion | undefined>
  /** Replaces everything by a base at `position`, under the same condition. */
  rebase(
    symbol: string,
    from: CacheVersion | undefined,
    base: BookBase,
    format: number,
  ): Promise<CacheVersion | undefined>
  /** The public view of the last commit. */
  view(symbol: string): Promise<BookState | undefined>
}

/** The content of a rebase. */
export interface BookBase {
  readonly position: Position
  readonly bytes: Uint8Array
  readonly view: BookState
}
