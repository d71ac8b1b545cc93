import { expect, test } from 'vitest'
import { BUY, SELL } from '../protocol/order/order-options.ts'
import { checkBook } from './invariants.ts'
import { OrderBook } from './order-book.ts'
import { paysToReadAhead, readAhead } from './read-ahead.ts'
import { hashBook } from './state-hash.ts'

test('reading ahead changes nothing, also with handles of closed orders', () => {
  const book = new OrderBook()
  const handles = new Int32Array(200)
  for (let i = 1; i < 200; i++) {
    book.begin(i, 1_000)
    handles[i] = book.place(i % 2 === 0 ? BUY : SELL, 1_000 + (i % 2 === 0 ? -i : i), 1 + i, 1, 0)
  }
  for (let i = 1; i < 200; i += 3) book.cancel(handles[i])
  const before = hashBook(book)
  readAhead(book, handles, handles.length)
  expect(hashBook(book)).toBe(before)
  checkBook(book)
  expect(paysToReadAhead(book)).toBe(false)
})

test('reading ahead pays in a book that is larger than the caches', () => {
  const book = new OrderBook()
  for (let i = 1; i < 20_000; i++) {
    book.begin(i, 1_000)
    book.place(BUY, i, 1, 1, 0)
    book.events.clear()
  }
  expect(paysToReadAhead(book)).toBe(true)
})
