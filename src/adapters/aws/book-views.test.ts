/** Views of books as the answer to a direct invocation: what is read is what the reader of books has. */

import { expect, test } from 'vitest'
import type { BookState } from '../../protocol/book-state.ts'
import { OperationalFailure } from '../../protocol/failure.ts'
import { lots, ticks } from '../../protocol/units.ts'
import { answerViews, isViewsRequest, VIEWS_MAX, viewsIn } from './book-views.ts'

const BOOK: BookState = {
  symbol: 'BTCUSD',
  eventNumber: 12,
  timestampMs: 1_795_366_567_333,
  bids: [{ price: ticks(99), quantity: lots(3), orders: 2 }],
  asks: [
    { price: ticks(101), quantity: lots(Number.MAX_SAFE_INTEGER), orders: 1 },
    { price: ticks(102), quantity: lots(1), orders: null },
  ],
  lastTradePrice: ticks(100),
  phase: 'HALTED',
  bandLow: ticks(50),
  bandHigh: null,
}

const failing = (fault?: 'cache_lost') => async (): Promise<never> => {
  throw new OperationalFailure('unavailable', 'no book', { retryable: true, ...(fault !== undefined && { fault }) })
}

test('the books arrive as they were read, in the order of the request; a lost one is left out', async () => {
  const books = {
    book: (symbol: string) => (symbol === 'ETHUSD' ? failing('cache_lost')() : Promise.resolve({ ...BOOK, symbol })),
  }
  const answer = await answerViews({ views: ['ETHUSD', 'BTCUSD', 'LTCUSD'] }, books)
  expect(answer.views.map((view) => view?.symbol)).toEqual([undefined, 'BTCUSD', 'LTCUSD'])
  expect(answer.views[1]?.asks).toEqual([
    [101, Number.MAX_SAFE_INTEGER, 1],
    [102, 1, null],
  ])
  expect(viewsIn(JSON.parse(JSON.stringify(answer)))).toEqual(
    new Map([
      ['BTCUSD', BOOK],
      ['LTCUSD', { ...BOOK, symbol: 'LTCUSD' }],
    ]),
  )
})

test('a cache that does not answer fails the request', async () => {
  await expect(answerViews({ views: ['BTCUSD'] }, { book: failing() })).rejects.toThrow(OperationalFailure)
})

test('a request is recognized, and one that is too long or no list is refused', async () => {
  expect(isViewsRequest({ views: [] })).toBe(true)
  expect(isViewsRequest({ httpMethod: 'GET' })).toBe(false)
  const books = { book: async () => BOOK }
  const tooMany = Array.from({ length: VIEWS_MAX + 1 }, (_, i) => `S${i}`)
  for (const views of [tooMany, 'BTCUSD', [1]]) {
    await expect(answerViews({ views: views as string[] }, books)).rejects.toThrow(RangeError)
  }
})
