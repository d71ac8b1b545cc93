/**
 * Price-time priority: the incoming order trades with the best opposite level, the oldest order first,
 * until it is filled or the next price is worse than its limit. Every trade has the maker's price.
 * Buying and selling share the code, because a ladder orders its levels by key.
 */

import {
  GOOD_TILL_DATE,
  SIDE_BIT,
  STP_EXPIRE_BOTH,
  STP_EXPIRE_MAKER,
  STP_EXPIRE_TAKER,
  STP_MASK,
  STP_NONE,
} from '../protocol/order/order-options.ts'
import { CANCELED, MAKER_FILLED, TAKER_FILLED, TRADE } from './event-buffer.ts'
import { FarLook, NO_ACCOUNT } from './far-look.ts'
import type { OrderBook } from './order-book.ts'
import { DOUBLES_LOG2, LEVEL, NEXT, PREVIOUS, REMAINING, TAG, WORDS_LOG2 } from './order-pool.ts'
import { unlink } from './order-queue.ts'
import { ACCOUNT_SHIFT } from './order-tag.ts'
import type { PriceLadder } from './price-ladder.ts'
import { SELF_TRADE } from './reasons.ts'

/** Levels or orders that a fill-or-kill order visits one by one: most end before. */
const VISITED_MAX = 128
/** The same where the sums of {@link FarLook} are present: they take as long as a dozen visits. */
const VISITED_MAX_BESIDE_SUMS = 8

/** The account a taker must not trade with. */
const guardOf = (tag: number): number => ((tag & STP_MASK) === STP_NONE ? NO_ACCOUNT : tag >>> ACCOUNT_SHIFT)

/**
 * Trades the order `taker` against `makers`, best first, down to `limitKey`.
 * Returns the lots left. The result is negative if self-trade prevention closes the taker with that
 * many lots left (at least one). Emits TRADE for each fill, and CANCELED for each maker that self-trade
 * prevention closes. Cost O(orders filled + levels emptied).
 */
export function match(book: OrderBook, makers: PriceLadder, limitKey: number, taker: number, quantity: number): number {
  const pool = book.orders
  const orders = pool.words
  const quantities = pool.doubles
  const tag = orders[(taker << WORDS_LOG2) + TAG]
  const guard = guardOf(tag)
  const head = TRADE | ((tag & SIDE_BIT) << 8)
  const sequence = book.sequence
  let left = quantity
  while (makers.bestKey <= limitKey) {
    const level = makers.bestLevel
    const price = makers.priceOf(makers.bestKey)
    const place = level << 2
    const total = (level << 1) + 1
    let maker = makers.words[place]
    let taken = 0
    while (maker !== 0) {
      const order = maker << WORDS_LOG2
      const makerTag = orders[order + TAG]
      if (makerTag >>> ACCOUNT_SHIFT === guard) break
      const double = (maker << DOUBLES_LOG2) + REMAINING
      const open = quantities[double]
      if (open > left) {
        quantities[double] = open - left
        if (makers.farLook !== undefined) makers.noteLots(maker, -left)
        book.events.emit(head | TAKER_FILLED, maker, taker, price, left, sequence)
        taken += left
        left = 0
        break
      }
      const filled = open === left ? MAKER_FILLED | TAKER_FILLED : MAKER_FILLED
      book.events.emit(head | filled, maker, taker, price, open, sequence)
      if (makers.farLook !== undefined) makers.noteLots(maker, -open)
      taken += open
      left -= open
      const next = orders[order + NEXT]
      if ((makerTag & GOOD_TILL_DATE) !== 0) book.expiries.remove(maker)
      pool.release(maker)
      if (makers.orderCounts !== undefined) makers.orderCounts[level]--
      maker = next
      if (left === 0) break
    }
    if (taken !== 0) {
      book.noteTrade(price)
      makers.words[place] = maker
      if (maker === 0) {
        makers.words[place + 1] = 0
        makers.doubles[total] = 0
        makers.close(level)
      } else {
        orders[(maker << WORDS_LOG2) + PREVIOUS] = 0
        makers.doubles[total] -= taken
      }
    }
    if (left === 0) return 0
    if (maker !== 0 && preventSelfTrade(book, makers, maker, tag & STP_MASK)) return -left
  }
  return left
}

/** Closes the maker, the taker or both, as the taker's mode says. Returns whether the taker closes. */
function preventSelfTrade(book: OrderBook, makers: PriceLadder, maker: number, mode: number): boolean {
  if (mode !== STP_EXPIRE_TAKER) {
    const side = makers.side
    const price = makers.priceOfLevel(book.orders.words[(maker << WORDS_LOG2) + LEVEL])
    const open = book.orders.doubles[(maker << DOUBLES_LOG2) + REMAINING]
    book.events.emit(CANCELED | (side << 8) | (SELF_TRADE << 16), maker, 0, price, open, book.sequence)
    unlink(book.orders, makers, maker)
    book.free(maker)
  }
  return mode === STP_EXPIRE_TAKER || mode === STP_EXPIRE_BOTH
}

/**
 * Whether an order with this `tag` could take `quantity` lots at once, down to `limitKey`.
 * Orders of the same account are skipped under EXPIRE_MAKER, and end the search under the other two
 * modes. Visits the best levels or orders one by one. If they do not decide, {@link FarLook} does.
 */
export function canFill(
  book: OrderBook,
  makers: PriceLadder,
  limitKey: number,
  tag: number,
  quantity: number,
): boolean {
  const guard = guardOf(tag)
  const mode = tag & STP_MASK
  const orders = book.orders.words
  let level = makers.bestLevel
  const visitedMax = makers.farLook?.knows(guard) === true ? VISITED_MAX_BESIDE_SUMS : VISITED_MAX
  let found = 0
  let visited = 0
  while (level !== 0 && makers.keyOfLevel(level) <= limitKey) {
    if (guard === NO_ACCOUNT) {
      if (++visited > visitedMax) return looksFar(book, makers).canFill(limitKey, quantity, guard, mode)
      found += makers.doubles[(level << 1) + 1]
    } else {
      for (let maker = makers.words[level << 2]; maker !== 0; maker = orders[(maker << WORDS_LOG2) + NEXT]) {
        if (++visited > visitedMax) return looksFar(book, makers).canFill(limitKey, quantity, guard, mode)
        if (orders[(maker << WORDS_LOG2) + TAG] >>> ACCOUNT_SHIFT !== guard) {
          found += book.orders.doubles[(maker << DOUBLES_LOG2) + REMAINING]
        } else if (mode !== STP_EXPIRE_MAKER) {
          return found >= quantity
        }
      }
    }
    if (found >= quantity) return true
    level = makers.next(level)
  }
  return found >= quantity
}

function looksFar(book: OrderBook, makers: PriceLadder): FarLook {
  makers.farLook ??= new FarLook(makers, book.orders)
  return makers.farLook
}
