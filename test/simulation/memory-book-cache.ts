/**
 * A book cache in memory that behaves as Redis does for the matcher. A write is atomic, and its response may get
 * lost. A test may empty the cache or set it back to an earlier state.
 */

import type { BookCache, CachedBook, CacheVersion } from '../../src/ports/book-cache.ts'
import type { BookState } from '../../src/protocol/book-state.ts'

export interface Held extends CachedBook {
  readonly view: BookState
}

/** The state that all caches of a run share. Books are never changed in place, so a copy of the map is enough. */
export class CacheState {
  books = new Map<string, Held>()
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
  async function replace(
    symbol: string,
    from: CacheVersion | undefined,
    make: (held?: Held) => Held | undefined,
  ): Promise<CacheVersion | undefined> {
    await visit('cache write')
    const held = state.books.get(symbol)
    const same = held?.cacheVersion.position === from?.position && held?.cacheVersion.version === from?.version
    const made = same ? make(held) : undefined
    if (made !== undefined) state.books.set(symbol, made)
    await visit('cache written')
    return made?.cacheVersion
  }
  return {
    async load(symbol) {
      await visit('cache load')
      const held = state.books.get(symbol)
      await visit('cache loaded')
      if (held === undefined) return undefined
      const { view: _, ...book } = held
      return book
    },
    commit: (symbol, from, { records, view }, format) =>
      replace(symbol, from, (held) => {
        const { position } = records[records.length - 1]
        const cacheVersion = { position, version: held?.cacheVersion.version ?? state.nextVersion() }
        return { cacheVersion, format, base: held?.base, records: [...(held?.records ?? []), ...records], view }
      }),
    rebase: (symbol, from, { position, bytes, view }, format) =>
      replace(symbol, from, () => ({
        cacheVersion: { position, version: state.nextVersion() },
        format,
        base: bytes,
        records: [],
        view,
      })),
    async view(symbol) {
      return state.books.get(symbol)?.view
    },
  }
}
