import { expect, test } from 'vitest'
import { viewAt } from '../../../test/contracts/book-cache.contract.ts'
import { lots, ticks } from '../../protocol/units.ts'
import { viewedBooks } from './viewed-book.ts'

const LEVELS = [100, 99, 98].map((price) => ({ price: ticks(price), quantity: lots(1), orders: 1 }))
const MARK = { position: '1', eventNumber: 7, tradeNumber: 0 }

test('a book has as many levels as asked for', async () => {
  const books = viewedBooks({ view: async () => ({ ...viewAt(7), bids: LEVELS }) }, { mark: async () => MARK })
  expect(await books.book('BTCUSD', 2)).toEqual({ ...viewAt(7), bids: LEVELS.slice(0, 2) })
})

test('a book of which nothing was published is empty', async () => {
  const books = viewedBooks({ view: async () => undefined }, { mark: async () => undefined })
  expect(await books.book('BTCUSD', 10)).toMatchObject({ symbol: 'BTCUSD', eventNumber: 0, bids: [], asks: [] })
})

test('a book that the cache has lost is not shown as empty', async () => {
  const books = viewedBooks({ view: async () => undefined }, { mark: async () => MARK })
  await expect(books.book('BTCUSD', 10)).rejects.toMatchObject({ code: 'unavailable', retryable: true })
})
