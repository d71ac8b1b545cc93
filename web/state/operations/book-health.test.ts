import { expect, test } from 'vitest'
import { bookHealth } from './book-health.ts'

const TICK = { tick: { decimals: 2, multiple: 1 } }
const level = (price: string, orders: number | null = 1) => ({ price, quantity: '1', orders })
const book = (bids: string[], asks: string[]) => ({
  symbol: 'BTCUSD',
  sequence: 9,
  timestamp: null,
  phase: 'CONTINUOUS',
  lastPrice: null,
  bids: bids.map((price) => level(price)),
  asks: asks.map((price) => level(price)),
})

test('a book has a spread, or is crossed, or has an empty side', () => {
  expect(bookHealth(book(['99.99', '99.00'], ['100.50']), TICK)).toMatchObject({
    bid: '99.99',
    ask: '100.50',
    spread: '0.51',
    levels: { bids: 2, asks: 1 },
    orders: 3,
    crossed: false,
  })
  expect(bookHealth(book(['100.00'], ['100.00']), TICK)).toMatchObject({ spread: undefined, crossed: true })
  expect(bookHealth(book([], ['100.00']), TICK)).toMatchObject({ bid: undefined, spread: undefined, crossed: false })
  const uncounted = { ...book([], []), bids: [level('1', null)] }
  expect(bookHealth(uncounted, TICK).orders).toBeUndefined()
})
