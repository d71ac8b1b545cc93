/**
 * Reads memory ahead of cancels and amendments. A large book does not fit the processor's caches. Each cancel
 * or amendment then waits for memory at least twice: for its order, then for the order's neighbours and
 * level. A caller with many commands can read all of these first. The processor keeps about a dozen reads in
 * flight at once, so that together they take little longer than one. Reading ahead changes nothing, and the
 * handle of an order that has closed meanwhile does no harm.
 */

import { SIDE_BIT } from '../protocol/order/order-options.ts'
import type { OrderBook } from './order-book.ts'
import { LEVEL, NEXT, PREVIOUS, TAG, WORDS_LOG2 } from './order-pool.ts'
import { OPEN } from './order-tag.ts'

/** 16,384 × 32 bytes = 512 KiB: fewer orders fit the second-level cache. */
const ORDERS_IN_CACHE = 16_384

/** Whether a book is so large that reading ahead saves time. */
export const paysToReadAhead = (book: OrderBook): boolean => book.orders.count > ORDERS_IN_CACHE

/** Reads the memory that removing the first `count` of `handles` will touch. The result has no meaning. */
export function readAhead(book: OrderBook, handles: Int32Array, count: number): number {
  const { words } = book.orders
  const bids = book.bids.words
  const asks = book.asks.words
  let read = 0
  // The reads of this loop do not depend on each other.
  for (let i = 0; i < count; i++) read ^= words[(handles[i] << WORDS_LOG2) + TAG]
  // Nor do the reads of this loop, because the orders are in the cache by now.
  for (let i = 0; i < count; i++) {
    const order = handles[i] << WORDS_LOG2
    const tag = words[order + TAG]
    if ((tag & OPEN) === 0) continue
    read ^=
      words[(words[order + NEXT] << WORDS_LOG2) + PREVIOUS] ^ words[(words[order + PREVIOUS] << WORDS_LOG2) + NEXT]
    read ^= ((tag & SIDE_BIT) === 0 ? bids : asks)[words[order + LEVEL] << 2]
  }
  return read
}
