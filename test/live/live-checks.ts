/** Trades a little over a client, and compares what feeds have with the REST interface. */

import { expect } from 'vitest'
import type { ExchangeClient } from '../../src/client/exchange-client.ts'
import type { BookFeed } from '../../src/client/feeds/book-feed.ts'
import type { TradesFeed } from '../../src/client/feeds/trades-feed.ts'
import type { Api } from '../e2e/api.ts'
import type { Random } from '../e2e/random.ts'
import type { Message } from '../e2e/socket-client.ts'
import { REPAIRED, tradeNumber } from './live-exchange.ts'

export const ORDER = { symbol: 'BTCUSD', side: 'BUY', quantity: '1', price: '100.00' } as const

/** undefined: the book has the levels of the exchange. The checksum was compared with each message. */
export async function differenceOf(book: BookFeed, read: Api): Promise<object | undefined> {
  const { body } = await read.get(`/book/${book.symbol}?depth=1000`)
  const levels = (all: readonly Message[]) => all.slice(0, book.depth).map(Object.values)
  const has = [book.isCurrent, book.sequence, book.bids, book.asks]
  const should = [true, body.sequence, levels(body.bids), levels(body.asks)]
  return JSON.stringify(has) === JSON.stringify(should) ? undefined : { has, should }
}

/** The number of the last trade of an order, when it has traded. */
export async function lastTradeOf(orderId: string, read: Api): Promise<number> {
  const numbers = async () => ((await read.get(`/orders/${orderId}`)).body.fills ?? []).map(tradeNumber)
  await expect.poll(numbers, REPAIRED).not.toEqual([])
  return Math.max(...(await numbers()))
}

/** Notes the numbers of the trades that a feed shows. */
export function shownBy(feed: TradesFeed) {
  const numbers: number[] = []
  let missed = 0
  feed.onChange((change) => {
    numbers.push(...change.trades.map(tradeNumber))
    missed += change.missed
  })
  return {
    /** Each trade up to the newest was shown once, in sequence, or counted as missed. */
    async allTo(newest: number): Promise<void> {
      await expect.poll(() => numbers.at(-1), REPAIRED).toBe(newest)
      expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b))
      expect(numbers.length + missed).toBe(newest - numbers[0] + 1)
    },
  }
}

/** Orders in one request and in many, amendments and cancels. The bounds are those of AWS, which are the smaller. */
export async function trade(trader: ExchangeClient, symbol: string, random: Random): Promise<void> {
  const run = random.below(2 ** 30)
  const order = (i: number) => ({
    ...ORDER,
    symbol,
    orderId: `t-${run}-${i}`,
    side: random.pick(['BUY', 'SELL'] as const),
    price: `${90 + random.below(20)}.00`,
  })
  // Too far from the others to trade, so some orders stay open.
  const resting = Array.from({ length: 8 }, (_, i) =>
    i < 4 ? ({ side: 'BUY', price: `${10 + i}.00` } as const) : ({ side: 'SELL', price: `${200 + i}.00` } as const),
  )
  const { result } = await trader.placeBatch(
    Array.from({ length: 30 }, (_, i) => ({ ...order(i), ...resting[i] })),
    { wait: 10 },
  )
  // 202: accepted, and not matched within the time.
  for (const { status } of result.results as { status: number }[]) expect([200, 202]).toContain(status)
  const placed = await Promise.all(Array.from({ length: 20 }, (_, i) => trader.place(order(100 + i), { wait: 10 })))
  // An order that is closed meanwhile cannot be changed.
  const allowed = (cause: { status?: number }) => expect([404, 409, 422]).toContain(cause.status)
  const amended = placed.slice(0, 6).map(({ result }) => {
    const amendment = { price: `${90 + random.below(20)}.00` }
    return trader.amend(result.orderId as string, amendment, { wait: 10 }).catch(allowed)
  })
  const canceled = placed
    .slice(6, 12)
    .map(({ result }) => trader.cancel(result.orderId as string, { wait: 10 }).catch(allowed))
  await Promise.all([...amended, ...canceled])
}
