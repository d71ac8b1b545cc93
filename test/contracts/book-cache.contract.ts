/** The contract of a book cache: it returns what it stored, and refuses a write from an outdated version. */

import { beforeEach, describe, expect, test } from 'vitest'
import type { BookCache, CacheVersion } from '../../src/ports/book-cache.ts'
import { BEGINNING } from '../../src/ports/order-stream.ts'
import type { RawRecord } from '../../src/ports/record-stream.ts'
import type { BookState } from '../../src/protocol/book-state.ts'

const SYMBOL = 'BTCUSD'
const FORMAT = 1

export const viewAt = (eventNumber: number): BookState => ({
  symbol: SYMBOL,
  eventNumber,
  timestampMs: 1,
  bids: [],
  asks: [],
  lastTradePrice: null,
  phase: 'CONTINUOUS',
  bandLow: null,
  bandHigh: null,
})

/** Sequence numbers of 56 digits that differ in the last: as numbers they would be equal. */
export const positionOf = (n: number): string => String(10n ** 55n + BigInt(n)).padStart(64, '0')

export const record = (n: number, text: string | Uint8Array = `{"n":${n}}\n`): RawRecord => ({
  position: positionOf(n),
  timestampMs: 1_700_000_000_000 + n,
  bytes: Buffer.from(text),
})

const delta = (...records: RawRecord[]) => ({ records, view: viewAt(records.length) })
const baseAt = (n: number, bytes: Uint8Array) => ({ position: positionOf(n), bytes, view: viewAt(n) })

/** `open` returns a cache without books; `empty` removes all its books. */
export function bookCacheContract(open: () => Promise<{ cache: BookCache; empty(): Promise<void> }>): void {
  describe('a book cache', () => {
    let cache: BookCache
    let empty: () => Promise<void>
    beforeEach(async () => {
      const opened = await open()
      cache = opened.cache
      empty = opened.empty
    })

    const whole = async () => {
      const book = await cache.load(SYMBOL)
      if (book !== undefined && 'lost' in book) throw new Error('the book is lost')
      return book
    }
    const loaded = async () => {
      const book = await whole()
      return (
        book && {
          ...book,
          base: book.base && Buffer.from(book.base).toString(),
          records: book.records.map((r) => ({ ...r, bytes: Buffer.from(r.bytes).toString('latin1') })),
        }
      )
    }
    const text = (r: RawRecord) => ({ ...r, bytes: Buffer.from(r.bytes).toString('latin1') })

    test('is empty at first', async () => {
      expect(await cache.load(SYMBOL)).toBeUndefined()
      expect(await cache.view(SYMBOL)).toBeUndefined()
    })

    test('returns the records of all commits, byte by byte', async () => {
      const bytes = Buffer.from([0, 10, 13, 32, 255, 10])
      const first = await cache.commit(SYMBOL, undefined, delta(record(1), record(2, bytes)), FORMAT)
      expect(first?.position).toBe(positionOf(2))
      const second = await cache.commit(SYMBOL, first, delta(record(3, '')), FORMAT)
      expect(await loaded()).toEqual({
        cacheVersion: second,
        format: FORMAT,
        base: undefined,
        records: [record(1), record(2, bytes), record(3, '')].map(text),
      })
    })

    test('returns the view of the last commit of the symbol', async () => {
      const cacheVersion = await cache.commit(SYMBOL, undefined, { records: [record(1)], view: viewAt(7) }, FORMAT)
      expect(await cache.view(SYMBOL)).toEqual(viewAt(7))
      await cache.commit(SYMBOL, cacheVersion, { records: [record(2)], view: viewAt(9) }, FORMAT)
      expect(await cache.view(SYMBOL)).toEqual(viewAt(9))
      expect(await cache.view('ETHUSD')).toBeUndefined()
      expect(await cache.load('ETHUSD')).toBeUndefined()
    })

    test('refuses a commit from the beginning if it is not empty', async () => {
      await cache.commit(SYMBOL, undefined, delta(record(1)), FORMAT)
      const before = await loaded()
      expect(await cache.commit(SYMBOL, undefined, delta(record(1), record(2)), FORMAT)).toBeUndefined()
      expect(await loaded()).toEqual(before)
    })

    test('refuses a commit from the next number: all 56 digits are compared', async () => {
      const first = await cache.commit(SYMBOL, undefined, delta(record(1)), FORMAT)
      const second = await cache.commit(SYMBOL, first, delta(record(2)), FORMAT)
      expect(await cache.commit(SYMBOL, first, delta(record(3)), FORMAT)).toBeUndefined()
      expect((await cache.load(SYMBOL))?.cacheVersion).toEqual(second)
    })

    test('refuses a commit from a version ahead of the cache', async () => {
      const first = await cache.commit(SYMBOL, undefined, delta(record(1)), FORMAT)
      await empty()
      expect(await cache.commit(SYMBOL, first, delta(record(2)), FORMAT)).toBeUndefined()
      expect(await cache.load(SYMBOL)).toBeUndefined()
    })

    test('keeps the format of the last commit', async () => {
      const first = await cache.commit(SYMBOL, undefined, delta(record(1)), FORMAT)
      await cache.commit(SYMBOL, first, delta(record(2)), FORMAT + 1)
      expect((await whole())?.format).toBe(FORMAT + 1)
    })

    test('replaces everything by a base', async () => {
      const first = await cache.commit(SYMBOL, undefined, delta(record(1)), FORMAT)
      const bytes = Buffer.alloc(600_000, 'book')
      const based = await cache.rebase(SYMBOL, first, baseAt(1, bytes), FORMAT)
      expect(based?.position).toBe(positionOf(1))
      expect(based?.version).not.toBe(first?.version)
      expect(await loaded()).toEqual({ cacheVersion: based, format: FORMAT, base: bytes.toString(), records: [] })
      const after = await cache.commit(SYMBOL, based, delta(record(2)), FORMAT)
      expect(await loaded()).toEqual({
        cacheVersion: after,
        format: FORMAT,
        base: bytes.toString(),
        records: [text(record(2))],
      })
    })

    test('refuses a commit from a version before the base', async () => {
      const first = await cache.commit(SYMBOL, undefined, delta(record(1)), FORMAT)
      await cache.rebase(SYMBOL, first, baseAt(1, Buffer.from('base')), FORMAT)
      expect(await cache.commit(SYMBOL, first, delta(record(2)), FORMAT)).toBeUndefined()
      expect(await cache.rebase(SYMBOL, first, baseAt(1, Buffer.from('other')), FORMAT)).toBeUndefined()
      expect((await loaded())?.base).toBe('base')
    })

    test('accepts a base of another format, at another position, also before the first record', async () => {
      const first = await cache.commit(SYMBOL, undefined, delta(record(5)), FORMAT)
      const back = { position: BEGINNING, bytes: Buffer.from('b'), view: viewAt(0) }
      const based = await cache.rebase(SYMBOL, first, back, FORMAT + 1)
      expect((await whole())?.format).toBe(FORMAT + 1)
      expect(await cache.commit(SYMBOL, based, delta(record(1)), FORMAT + 1)).toBeDefined()
    })

    test('accepts a base once when it is empty', async () => {
      const based = await cache.rebase(SYMBOL, undefined, baseAt(4, Buffer.from('b')), FORMAT)
      expect((await cache.load(SYMBOL))?.cacheVersion).toEqual(based)
      expect(await cache.rebase(SYMBOL, undefined, baseAt(4, Buffer.from('c')), FORMAT)).toBeUndefined()
    })

    test('returns the records after a known version, and where they lead', async () => {
      const first = await cache.commit(SYMBOL, undefined, delta(record(1), record(2)), FORMAT)
      expect(first).toMatchObject({ commits: 1 })
      const second = await cache.commit(SYMBOL, first, delta(record(3)), FORMAT)
      const third = await cache.commit(SYMBOL, second, delta(record(4), record(5)), FORMAT + 1)
      const restAfter = async (known: CacheVersion | undefined) => {
        const found = await cache.loadAfter(SYMBOL, known as CacheVersion)
        return found && { ...found, records: found.records.map(text) }
      }
      const rest = { cacheVersion: third, format: FORMAT + 1 }
      expect(await restAfter(first)).toEqual({ ...rest, records: [3, 4, 5].map((n) => text(record(n))) })
      expect(await restAfter(second)).toEqual({ ...rest, records: [4, 5].map((n) => text(record(n))) })
      expect(await restAfter(third)).toEqual({ ...rest, records: [] })
    })

    test('returns the records after a base', async () => {
      const based = await cache.rebase(SYMBOL, undefined, baseAt(1, Buffer.from('base')), FORMAT)
      for (let n = 2, version = based; n <= 60; n++) version = await cache.commit(SYMBOL, version, delta(record(n)), 1)
      const found = await cache.loadAfter(SYMBOL, based as CacheVersion)
      expect(found?.records.map(text)).toEqual(Array.from({ length: 59 }, (_, i) => text(record(i + 2))))
    })

    test('has no records after a version that was replaced, set back or lost', async () => {
      const first = (await cache.commit(SYMBOL, undefined, delta(record(1)), FORMAT)) as CacheVersion
      const ahead = { position: positionOf(2), version: first.version, commits: 2 }
      expect(await cache.loadAfter(SYMBOL, ahead)).toBeUndefined()
      const elsewhere = { position: positionOf(7), version: first.version, commits: 1 }
      expect(await cache.loadAfter(SYMBOL, elsewhere)).toBeUndefined()
      await cache.rebase(SYMBOL, first, baseAt(1, Buffer.from('base')), FORMAT)
      expect(await cache.loadAfter(SYMBOL, first)).toBeUndefined()
      await empty()
      expect(await cache.loadAfter(SYMBOL, first)).toBeUndefined()
    })

    test('of many commits from the same version, one succeeds', async () => {
      const first = await cache.commit(SYMBOL, undefined, delta(record(1)), FORMAT)
      const attempts = [2, 3, 4, 5, 6].map((n) => cache.commit(SYMBOL, first, delta(record(n)), FORMAT))
      expect((await Promise.all(attempts)).filter((cacheVersion) => cacheVersion !== undefined)).toHaveLength(1)
      expect((await whole())?.records).toHaveLength(2)
    })
  })
}
