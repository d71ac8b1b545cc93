/**
 * The shallow and the deep stream: a book that keeps its size during a million commands. 59% are limit orders, of which
 * 12% cross. 36% cancel a random open order. 5% are market orders.
 *
 * The size is steady by this arithmetic. Of 100 commands 51.9 add an order and 36 cancel one, so the 12.1 takers must
 * fill 15.9 orders, 1.31 each. Therefore takers are 1.31 times as large as makers, and slightly larger or smaller if the
 * book is above or below its size. Takers fill orders at the best prices, and cancels are spread over all. So 30.6%
 * (15.9 of 51.9) of the new orders have prices within 16 ticks of the middle. The rest are spread evenly over all prices.
 * With these shares neither part becomes empty.
 */

import { BUY, SELL } from '../../src/protocol/order/order-options.ts'
import { CANCEL, type CommandStream, LIMIT, MARKET_ORDER, StreamWriter } from './command-stream.ts'
import { OpenOrders } from './open-orders.ts'
import { randomFrom } from './random.ts'

const MIDDLE = 1_000_000
const NEAR_TICKS = 16
const NEAR_SHARE = 0.306
const MAKER_LOTS_MAX = 100
const TAKER_TO_MAKER = 1.31

export interface SteadyBook {
  readonly name: string
  readonly resting: number
  /** Price levels on both sides. */
  readonly levels: number
}

export const SHALLOW: SteadyBook = { name: 'shallow', resting: 1_000, levels: 200 }
export const DEEP: SteadyBook = { name: 'deep', resting: 100_000, levels: 9_400 }

/** A stream of `timed` commands on a book with `resting` orders. */
export function steadyStream({ name, resting, levels }: SteadyBook, timed: number, seed = 20_240_607): CommandStream {
  const random = randomFrom(seed)
  const writer = new StreamWriter()
  const orders = new OpenOrders()
  const { bids, asks } = orders.book
  const reach = levels / 2

  const makerPrice = (side: number, near: boolean): number => {
    const distance = 1 + random.below(near ? Math.min(NEAR_TICKS, reach) : reach)
    return side === BUY
      ? Math.min(MIDDLE - distance, asks.levelCount === 0 ? MIDDLE : asks.priceOf(asks.bestKey) - 1)
      : Math.max(MIDDLE + distance, bids.levelCount === 0 ? MIDDLE : bids.priceOf(bids.bestKey) + 1)
  }
  const maker = (near: boolean): void => {
    const side = random.below(2) === 0 ? BUY : SELL
    order(LIMIT, side, makerPrice(side, near), 1 + random.below(MAKER_LOTS_MAX))
  }
  const taker = (kind: number): void => {
    const side = random.below(2) === 0 ? BUY : SELL
    const size = TAKER_TO_MAKER * MAKER_LOTS_MAX * (orders.open.length / resting) ** 4
    const price = side === BUY ? MIDDLE + NEAR_TICKS : MIDDLE - NEAR_TICKS
    order(kind, side, kind === MARKET_ORDER ? 0 : price, 1 + Math.floor(random.unit() * size))
  }
  const order = (kind: number, side: number, price: number, quantity: number): void => {
    orders.apply(kind, side, price, quantity, writer.order(kind, side, price, quantity))
  }

  for (let i = 0; i < resting; i++) maker(false)
  const prefill = writer.count
  for (let i = 0; i < timed; i++) {
    const dice = random.unit()
    if (dice < 0.36) {
      const number = orders.open[random.below(orders.open.length)]
      writer.cancel(0, number)
      orders.apply(CANCEL, 0, 0, 0, number)
    } else if (dice < 0.41) taker(MARKET_ORDER)
    else if (dice < 0.41 + 0.59 * 0.12) taker(LIMIT)
    else maker(random.unit() < NEAR_SHARE)
  }
  return writer.finish(name, prefill)
}
