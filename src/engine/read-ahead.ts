/**
 * Reading ahead. A large book does not fit the caches, and each cancel or amendment waits for memory twice or
 * more, one wait after the other: for its order, then for that order's neighbours and its level. Who has
 * many commands at hand can ask for all of them first: the processor keeps a dozen such reads under way
 * at once, so together they take little longer than one. It changes nothing, and a handle that has died
 * meanwhile does no harm.
 */

import { SIDE_BIT } from '../protocol/order-options.ts'
import type { OrderBook } from './order-book.ts'
import { LEVEL, NEXT, PREVIOUS, TAG, WORDS_LOG2 } from './order-pool.ts'
import { LIVES } from './order-tag.ts'

/** Orders of 32 bytes that fill half a megabyte: fewer are in the second-level cache anyway. */
const ORDERS_IN_CACHE = 16_384

/** Whether a book is so large that reading ahead is worth its time. */
export const paysToReadAhead = (book: OrderBook): boolean => book.orders.count > ORDERS_IN_CACHE

/** Reads what removing the first `count` of `handles` will touch. The answer means nothing. */
export function readAhead(book: OrderBook, handles: Int32Array, count: number): number {
  const { words } = book.orders
  const bids = book.bids.words
  const asks = book.asks.words
  let read = 0
  // No read of this loop waits for another.
  for (let i = 0; i < count; i++) read ^= words[(handles[i] << WORDS_LOG2) + TAG]
  // Nor of this one: the orders are at hand by now.
  for (let i = 0; i < count; i++) {
    const order = handles[i] << WORDS_LOG2
    const tag = words[order + TAG]
    if ((tag & LIVES) === 0) continue
    read ^=
      words[(words[order + NEXT] << WORDS_LOG2) + PREVIOUS] ^ words[(words[order + PREVIOUS] << WORDS_LOG2) + NEXT]
    read ^= ((tag & SIDE_BIT) === 0 ? bids : asks)[words[order + LEVEL] << 2]
  }
  return read
}
