/**
 * A book cache in memory that behaves as Redis does for the matcher. A write is atomic, and its response may get
 * lost. A rebase deletes the old book first, so that a crash before its second step loses the book. A test may empty
 * the cache, set it back to an earlier state, or damage a book.
 */

import type { BookCache, CachedBook, CachedRecords, CacheVersion, LostBook } from '../../src/ports/book-cache.ts'
import { BEGINNING, type Position } from '../../src/ports/order-stream.ts'
import type { BookState } from '../../src/protocol/book-state.ts'

export interface Held extends CachedBook {
  readonly view: BookState
  /** The positions at which it stood: the base's, then that of each commit. */
  readonly ends?: readonly Position[]
  /** A part of it is gone. */
  readonly damaged?: boolean
}

/** The state that all caches of a run share. Books are never changed in place, so a copy of the map is enough. */
export class CacheState {
  books = new Map<string, Held>()
  /** Books that were deleted by a rebase which has not ended, and the name of the base that replaces them. */
  readonly replacing = new Map<string, string>()
  private versions = 0

  nextVersion(): string {
    return `v${++this.versions}`
  }
}

/** `visit` is called before and after every effect. */
export function memoryBookCache(
  state: CacheState,
  visit: (label: string) => Promise<void> = async () => {},
): BookCache {
  const hasVersion = (symbol: string, from: CacheVersion | undefined): boolean => {
    const present = state.books.get(symbol)?.cacheVersion
    return present?.position === from?.position && present?.version === from?.version
  }
  return {
    async load(symbol): Promise<CachedBook | LostBook | undefined> {
      await visit('cache load')
      const held = state.books.get(symbol)
      await visit('cache loaded')
      if (held === undefined) return undefined
      const { cacheVersion, format, base, records, damaged } = held
      return damaged === true ? { lost: true, cacheVersion } : { cacheVersion, format, base, records }
    },
    async loadAfter(symbol, known): Promise<CachedRecords | undefined> {
      await visit('cache load')
      const held = state.books.get(symbol)
      await visit('cache loaded')
      if (held === undefined || held.damaged === true || held.cacheVersion.version !== known.version) return undefined
      if (held.ends?.[known.commits] !== known.position) return undefined
      const { cacheVersion, format, records } = held
      return { cacheVersion, format, records: records.filter(({ position }) => position > known.position) }
    },
    async commit(symbol, from, { records, view }, format): Promise<CacheVersion | undefined> {
      await visit('cache write')
      const held = state.books.get(symbol)
      let cacheVersion: CacheVersion | undefined
      if (hasVersion(symbol, from) && held?.damaged !== true) {
        const { position } = records[records.length - 1]
        const version = held?.cacheVersion.version ?? state.nextVersion()
        const ends = [...(held?.ends ?? [BEGINNING]), position]
        cacheVersion = { position, version, commits: ends.length - 1 }
        const all = [...(held?.records ?? []), ...records]
        state.books.set(symbol, { cacheVersion, format, base: held?.base, records: all, view, ends })
        state.replacing.delete(symbol)
      }
      await visit('cache written')
      return cacheVersion
    },
    async rebase(symbol, from, { position, bytes, view }, format): Promise<CacheVersion | undefined> {
      await visit('cache write')
      if (!hasVersion(symbol, from)) return undefined
      const version = state.nextVersion()
      state.books.delete(symbol)
      state.replacing.set(symbol, version)
      await visit('cache write')
      let cacheVersion: CacheVersion | undefined
      if (state.replacing.get(symbol) === version) {
        cacheVersion = { position, version, commits: 0 }
        state.books.set(symbol, { cacheVersion, format, base: bytes, records: [], view, ends: [position] })
        state.replacing.delete(symbol)
      }
      await visit('cache written')
      return cacheVersion
    },
    async view(symbol) {
      return state.books.get(symbol)?.view
    },
  }
}
