import { expect, test } from 'vitest'
import { viewAt } from '../../../test/contracts/book-cache.contract.ts'
import type { StoredMark } from '../../ports/publisher.ts'
import { OperationalFailure } from '../../protocol/failure.ts'
import { lots, ticks } from '../../protocol/units.ts'
import { viewedBooks } from './viewed-book.ts'

const LEVELS = [100, 99, 98].map((price) => ({ price: ticks(price), quantity: lots(1), orders: 1 }))
const NOW_MS = 1_000
const MARK = { position: '1', eventNumber: 7, tradeNumber: 0 }

/** One mark, which keeps when it was last wanted. */
function marksOf(stored: StoredMark | undefined) {
  const wanted: number[] = []
  return {
    wanted,
    mark: async () => stored && { ...stored, ...(wanted.length > 0 && { wantedAtMs: wanted.at(-1) as number }) },
    want: async (_: string, nowMs: number) => void wanted.push(nowMs),
  }
}

test('a book has as many levels as asked for', async () => {
  const books = viewedBooks({ view: async () => ({ ...viewAt(7), bids: LEVELS }) }, marksOf(MARK))
  expect(await books.book('BTCUSD', 2)).toEqual({ ...viewAt(7), bids: LEVELS.slice(0, 2) })
})

test('a book of which nothing was published is empty', async () => {
  const books = viewedBooks({ view: async () => undefined }, marksOf(undefined))
  expect(await books.book('BTCUSD', 10)).toMatchObject({ symbol: 'BTCUSD', eventNumber: 0, bids: [], asks: [] })
})

const lost = new OperationalFailure('unavailable', 'gone', { retryable: true, fault: 'cache_lost' })

test.each([
  ['that the cache has lost', async () => undefined],
  ['of which the cache has lost the view', () => Promise.reject(lost)],
])('a book %s is not shown as empty, and is asked for once', async (_, view) => {
  const marks = marksOf({ ...MARK, schedule: { recordAtMs: NOW_MS - 1 } })
  const books = viewedBooks({ view }, marks, () => NOW_MS)
  for (let reads = 1; reads <= 3; reads++) {
    await expect(books.book('BTCUSD', 10)).rejects.toMatchObject({ code: 'unavailable', retryable: true })
  }
  expect(marks.wanted).toEqual([NOW_MS])
})

test('a book that cannot be asked for is answered in the same way', async () => {
  const want = () => Promise.reject(new OperationalFailure('unavailable', 'throttled', { retryable: true }))
  const books = viewedBooks({ view: async () => undefined }, { ...marksOf(MARK), want })
  await expect(books.book('BTCUSD', 10)).rejects.toMatchObject({ message: 'the book of BTCUSD is being rebuilt' })
})

test('a cache that cannot be read is no lost book', async () => {
  const cause = new OperationalFailure('unavailable', 'full', { retryable: true, fault: 'cache_unreachable' })
  const marks = marksOf(MARK)
  const books = viewedBooks({ view: () => Promise.reject(cause) }, marks)
  await expect(books.book('BTCUSD', 10)).rejects.toBe(cause)
  expect(marks.wanted).toEqual([])
})
