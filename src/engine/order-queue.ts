/**
 * The queue of one price level: orders linked through the pool, oldest first. Appending and
 * unlinking touch the order and its neighbours only. Every change also updates the level's total.
 */

import { LEVEL_LOTS_MAX } from '../protocol/limits.ts'
import { DOUBLES_LOG2, LEVEL, NEXT, type OrderPool, PREVIOUS, REMAINING, WORDS_LOG2 } from './order-pool.ts'
import type { PriceLadder } from './price-ladder.ts'

/** Puts an order with `lots` open at the back of a level. Returns false if the level's total would pass its limit. */
export function append(pool: OrderPool, ladder: PriceLadder, level: number, handle: number, lots: number): boolean {
  const total = ladder.doubles[(level << 1) + 1] + lots
  if (total > LEVEL_LOTS_MAX) return false
  ladder.doubles[(level << 1) + 1] = total
  const orders = pool.words
  const levels = ladder.words
  const order = handle << WORDS_LOG2
  const place = level << 2
  const tail = levels[place + 1]
  orders[order + NEXT] = 0
  orders[order + PREVIOUS] = tail
  orders[order + LEVEL] = level
  if (tail === 0) levels[place] = handle
  else orders[(tail << WORDS_LOG2) + NEXT] = handle
  levels[place + 1] = handle
  const counts = ladder.orderCounts
  if (counts !== undefined) counts[level]++
  if (ladder.farLook !== undefined) ladder.noteLots(handle, lots)
  return true
}

/** Removes an order from its level, and closes the level if it is empty then. */
export function unlink(pool: OrderPool, ladder: PriceLadder, handle: number): void {
  const lots = pool.doubles[(handle << DOUBLES_LOG2) + REMAINING]
  if (ladder.farLook !== undefined) ladder.noteLots(handle, -lots)
  const orders = pool.words
  const levels = ladder.words
  const order = handle << WORDS_LOG2
  const level = orders[order + LEVEL]
  const place = level << 2
  const next = orders[order + NEXT]
  const previous = orders[order + PREVIOUS]
  const counts = ladder.orderCounts
  if (counts !== undefined) counts[level]--
  if (next === 0) levels[place + 1] = previous
  else orders[(next << WORDS_LOG2) + PREVIOUS] = previous
  if (previous !== 0) {
    orders[(previous << WORDS_LOG2) + NEXT] = next
  } else {
    levels[place] = next
    if (next === 0) {
      ladder.doubles[(level << 1) + 1] = 0
      ladder.close(level)
      return
    }
  }
  ladder.doubles[(level << 1) + 1] -= lots
}
