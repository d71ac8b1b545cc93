/**
 * Runs, before there are orders, the code for which all orders of an exchange wait once. The first fill-or-kill order
 * that looks beyond the best levels makes the sums of lots of the whole side (far-look.ts), and code that has never run
 * is slow. Beside 50,000 prices the frame with that order took 18 to 29 ms, and takes 5 to 8 after a rehearsal. The
 * orders of the rehearsal are in a book of their own.
 */

import {
  FILL_OR_KILL,
  SELL,
  STP_EXPIRE_BOTH,
  STP_EXPIRE_MAKER,
  STP_EXPIRE_TAKER,
  STP_NONE,
} from '../protocol/order/order-options.ts'
import { OrderBook } from './order-book.ts'

const MODES = [STP_NONE, STP_EXPIRE_MAKER, STP_EXPIRE_TAKER, STP_EXPIRE_BOTH]
/** Prices far from each other, so that each has a leaf of its own. */
const PRICES = 500
const FIRST_PRICE = 1_000_000
const PRICE_STEP = 100
/**
 * Looks of a step, and steps. V8 compiles the loops between them, on another thread. The first two steps take 4 ms each,
 * the others less than 1.
 */
const LOOKS = 5
const STEPS = 10

/** V8 drops compiled code when the last object for which it was compiled is gone. So the last book stays: 2.4 MB. */
const KEPT: OrderBook[] = []

/**
 * In steps, with a pause of some milliseconds between two of them: code that was compiled after its last run is lost at
 * the next garbage collection. Returns the book, which no order of the exchange enters.
 */
export function* rehearse(): Generator<void, OrderBook> {
  const book = new OrderBook()
  let sequence = 0
  const place = (options: number, price: number, quantity: number, account: number): void => {
    book.begin(++sequence, 1)
    book.place(options, price, quantity, account, 0)
    book.events.clear()
  }
  // The account that looks has only the worse half of the prices: its own order would end a search before.
  for (let i = 0; i < PRICES; i++) place(SELL, FIRST_PRICE + i * PRICE_STEP, 1, i < PRICES / 2 ? 1 : 2)
  for (let look = 0; look < LOOKS * STEPS; look++) {
    if (look % LOOKS === 0) yield
    book.asks.farLook = undefined
    place(FILL_OR_KILL | MODES[look % MODES.length], FIRST_PRICE + PRICES * PRICE_STEP, PRICES + 1, 2)
  }
  KEPT[0] = book
  return book
}
