import { expect, test } from 'vitest'
import type { HeldSymbol } from './symbol-recovery.ts'
import { WarmBooks } from './warm-books.ts'

const withOrders = (count: number) => ({ replica: { matcher: { book: { orders: { count } } } } }) as HeldSymbol
const EMPTY = withOrders(0)

test('a book is taken once, and kept again', () => {
  const warm = new WarmBooks()
  warm.keep('AAA', EMPTY)
  expect(warm.take('AAA')).toBe(EMPTY)
  expect(warm.take('AAA')).toBeUndefined()
  warm.keep('AAA', EMPTY)
  expect([...warm.symbols()]).toEqual(['AAA'])
})

test('a thousand books without orders are kept, and a million orders', () => {
  const warm = new WarmBooks()
  for (let i = 0; i < 1_000; i++) warm.keep(`S${i}`, withOrders(1_000))
  expect([...warm.symbols()]).toHaveLength(1_000)
})

test('the books that were not used for longest are dropped', () => {
  const warm = new WarmBooks(250_000)
  for (const symbol of ['AAA', 'BBB', 'CCC']) warm.keep(symbol, EMPTY)
  warm.keep('AAA', warm.take('AAA') as HeldSymbol)
  warm.keep('DDD', EMPTY)
  expect([...warm.symbols()]).toEqual(['CCC', 'AAA', 'DDD'])
  // As large as two: 80,000 + 300 × 300.
  warm.keep('CCC', withOrders(300))
  expect([...warm.symbols()]).toEqual(['DDD', 'CCC'])
})

test('one that is too large is kept alone', () => {
  const warm = new WarmBooks(250_000)
  for (const symbol of ['AAA', 'BBB']) warm.keep(symbol, EMPTY)
  warm.keep('CCC', withOrders(1_000_000))
  expect([...warm.symbols()]).toEqual(['CCC'])
  warm.keep('AAA', EMPTY)
  expect([...warm.symbols()]).toEqual(['AAA'])
})
