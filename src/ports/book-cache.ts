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
  /** Commits since the base. A reader that knows them loads only those after. */
  readonly commits: number
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

/** A book of which a part is gone, or whose parts do not fit together. It counts as lost: a base must replace it. */
export interface LostBook {
  readonly lost: true
  readonly cacheVersion: CacheVersion
}

/** What was committed after a version. */
export interface CachedRecords {
  readonly cacheVersion: CacheVersion
  readonly format: number
  /** In order. */
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
  /** undefined: the cache has nothing of the book. */
  load(symbol: string): Promise<CachedBook | LostBook | undefined>
  /**
   * The records that were committed after `known`, if the book has the same base and they follow. Otherwise undefined:
   * the book was replaced, lost or set back, and must be loaded.
   */
  loadAfter(symbol: string, known: CacheVersion): Promise<CachedRecords | undefined>
  /**
   * Appends records if the cache has the version `from` (undefined: it is empty) and the whole book, in one round trip.
   * Returns the new version, or undefined if nothing was changed. Throws OperationalFailure. If its fault is a refusal
   * (protocol/service-fault.ts), nothing was changed; otherwise the result is unknown.
   */
  commit(
    symbol: string,
    from: CacheVersion | undefined,
    delta: BookDelta,
    format: number,
  ): Promise<CacheVersion | undefined>
  /**
   * Replaces everything by a base at `position`, if the cache has the version `from` or lost a part of that book. The
   * old book is deleted first, so that the cache never has both. If the process ends before the base is complete, the
   * book is lost. So the caller saves the base as a snapshot before.
   */
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
