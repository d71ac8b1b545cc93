/** The publisher of topics: what followers receive, and when it asks the exchange for what. */

import { describe, expect, test } from 'vitest'
import { BookFollower } from '../../src/marketdata/book-follower.ts'
import type { Topic } from '../../src/ports/market-feed.ts'
import type { PlaceOrder } from '../../src/protocol/command/commands.ts'
import { lots, ticks } from '../../src/protocol/units.ts'
import { placeOrder } from '../contracts/sample-records.ts'
import { randomOf } from '../e2e/random.ts'
import { PublishedExchange, type Received } from './published-exchange.ts'

const BOOK: Topic = { channel: 'book', symbol: 'BTCUSD', depth: 10 }
const TRADES: Topic = { channel: 'trades', symbol: 'BTCUSD' }
const TICKER: Topic = { channel: 'ticker', symbol: 'BTCUSD' }
const CANDLES: Topic = { channel: 'candles', symbol: 'BTCUSD', interval: '1m' }
const ORDERS: Topic = { channel: 'orders', account: 'ann' }

let orders = 0
const buy = (more: Partial<PlaceOrder> = {}): PlaceOrder => placeOrder(`t-${++orders}`, { quantity: lots(1), ...more })
const sell = (more: Partial<PlaceOrder> = {}): PlaceOrder => buy({ side: 'SELL', account: 'bob', ...more })
const types = (received: readonly Received[]): string[] => received.map(({ type }) => type)

test('books, trades, candles and orders that are followed at random times equal those of the exchange', async () => {
  for (let seed = 1; seed <= 8; seed++) {
    const random = randomOf(seed)
    const exchange = new PublishedExchange()
    const depths = [10, 100, 1000] as const
    const books = new Map<Received[], number>()
    const trades: Received[][] = []
    const candles: Received[][] = []
    const own: Received[][] = []
    for (let step = 0; step < 120; step++) {
      exchange.answersAtOnce = random.chance(0.5)
      exchange.nowMs += random.below(3_000)
      const batch = Array.from({ length: 1 + random.below(12) }, () =>
        buy({
          side: random.pick(['BUY', 'SELL']),
          account: random.pick(['ann', 'bob']),
          price: ticks(500 + random.below(40)),
          quantity: lots(1 + random.below(9)),
          timeInForce: random.pick(['GTC', 'GTC', 'GTC', 'IOC']),
        }),
      )
      exchange.apply(batch)
      if (random.chance(0.1)) {
        const depth = random.pick(depths)
        books.set(exchange.follow({ channel: 'book', symbol: 'BTCUSD', depth }).received, depth)
      }
      if (random.chance(0.05)) trades.push(exchange.follow(TRADES).received)
      if (random.chance(0.05)) candles.push(exchange.follow(CANDLES).received)
      // The topic of an account has one follower on this side of the port.
      if (own.length === 0 && random.chance(0.1)) own.push(exchange.follow(ORDERS).received)
      if (random.chance(0.5)) exchange.answer()
      if (random.chance(0.5)) await exchange.run()
    }
    exchange.answer()
    await exchange.run()
    exchange.answer()
    await exchange.run()
    exchange.answer()
    await exchange.run()
    for (const received of [...books.keys(), ...trades, ...candles]) expectChain(received)
    for (const [received, depth] of books) {
      const follower = new BookFollower(depth)
      expect(received.map(({ message }) => follower.apply(message))).toEqual(received.map(() => 'applied'))
      const best = exchange.bestOf('BTCUSD', depth)
      expect([follower.bids, follower.asks].map((side) => side.map(([, , count]) => count))).toEqual(best)
    }
    for (const [snapshot, ...updates] of trades) {
      const shown = [snapshot, ...updates].flatMap(({ message }) => message.trades.map(({ tradeId }) => tradeId))
      const all = exchange.stored.trades.map(({ tradeNumber }) => `BTCUSD-${tradeNumber}`)
      expect(shown).toEqual(all.slice(-shown.length))
      expect(snapshot.message.trades.every(({ sequence }) => sequence <= snapshot.to)).toBe(true)
    }
    for (const received of candles) {
      const byStart = new Map(
        received.flatMap(({ message }) => message.candles.map((candle) => [candle.start, candle] as const)),
      )
      const last = exchange.stored.candles.filter(({ interval }) => interval === '1m').at(-1)
      expect([...byStart.values()].at(-1)).toMatchObject({ count: last?.count })
    }
    for (const received of own) expect(openAfter(received)).toEqual(exchange.openIds('ann'))
  }
})

/** The orders that a follower of `orders` takes for open. */
function openAfter(received: readonly Received[]): string[] {
  const open = new Map<string, string>()
  for (const { message } of received) {
    const listed = message.type === 'snapshot' ? message.orders : message.updates.map(({ order }) => order)
    for (const order of listed) if (order !== null) open.set(order.orderId, order.remainingQuantity)
  }
  return [...open].flatMap(([id, quantity]) => (quantity === '0' ? [] : [id])).sort()
}

function expectChain([snapshot, ...rest]: readonly Received[]): void {
  expect(snapshot).toMatchObject({ type: 'snapshot', message: { type: 'snapshot', sequence: snapshot.to } })
  let last = snapshot.to
  for (const { type, from, to, message } of rest) {
    expect({ type, from }).toEqual({ type: 'update', from: last + 1 })
    expect(message).toMatchObject({ type: 'update', from, to })
    last = to
  }
}

describe('the feed of events', () => {
  test('is on only while something is followed, and some seconds longer', async () => {
    const exchange = new PublishedExchange()
    exchange.apply([buy()])
    await exchange.pass(5_000)
    expect(exchange.feedOn).toBe(false)
    const first = exchange.follow(BOOK)
    await exchange.run()
    expect([exchange.feedOn, types(first.received)]).toEqual([true, ['snapshot']])
    exchange.publisher.unfollow(first.id)
    const second = exchange.follow(BOOK)
    await exchange.pass(20_000)
    exchange.publisher.unfollow(second.id)
    exchange.publisher.unfollow(second.id)
    // A client that comes and goes does not make the exchange read the book again.
    expect(exchange.depthsAsked).toEqual(['BTCUSD'])
    await exchange.pass(8_000)
    expect(exchange.feedOn).toBe(true)
    await exchange.pass(5_000)
    expect(exchange.feedOn).toBe(false)
  })

  test('of which events were lost ends every topic, and begins again after a moment', async () => {
    const exchange = new PublishedExchange()
    const before = exchange.follow(BOOK)
    await exchange.run()
    exchange.feedOn = false
    exchange.publisher.dropped()
    expect(exchange.lost).toHaveLength(1)
    const again = exchange.follow(BOOK)
    await exchange.run()
    expect([exchange.feedOn, again.received]).toEqual([false, []])
    exchange.apply([buy()])
    await exchange.pass(2_000)
    expect(types(again.received)).toEqual(['snapshot'])
    exchange.apply([buy()])
    await exchange.run()
    expect([types(again.received), types(before.received)]).toEqual([['snapshot', 'update'], ['snapshot']])
  })
})

test('a client that comes and goes does not make the exchange read what is stored again', async () => {
  const exchange = new PublishedExchange()
  const topics = [TRADES, TICKER, CANDLES]
  const first = topics.map((topic) => exchange.follow(topic))
  await exchange.run()
  exchange.apply([buy(), sell()])
  await exchange.run()
  const reads = exchange.storedReads
  let last = first
  for (let round = 0; round < 20; round++) {
    for (const { id } of last) exchange.publisher.unfollow(id)
    last = topics.map((topic) => exchange.follow(topic))
    if (round % 3 === 0) exchange.apply([buy(), sell()])
    if (round % 4 === 0) await exchange.run()
  }
  await exchange.run()
  expect(exchange.storedReads).toBe(reads)
  const [trades, ticker, candles] = last.map(({ received }) => received)
  for (const received of [trades, ticker, candles]) expectChain(received)
  expect(trades[0].message.trades).toHaveLength(8)
  expect(ticker.at(-1)?.message).toMatchObject({ count: 8 })
  expect(candles[0].message.candles.at(-1)).toMatchObject({ count: 8 })
  // Nobody has followed the topics before for these events.
  exchange.apply([buy(), sell()])
  await exchange.run()
  expect(first.map(({ received }) => received.length)).toEqual([2, 2, 2])
  expect(ticker.at(-1)?.message).toMatchObject({ type: 'update', count: 9 })
})

test('messages of a tick cover all its events, and only topics that changed have one', async () => {
  const exchange = new PublishedExchange()
  const [book, trades, ticker] = [BOOK, TRADES, TICKER].map((topic) => exchange.follow(topic).received)
  await exchange.run()
  for (let i = 0; i < 3; i++) exchange.apply([buy({ price: ticks(100 - i) })])
  await exchange.run()
  expect([book, trades, ticker].map(types)).toEqual([['snapshot', 'update'], ['snapshot'], ['snapshot', 'update']])
  exchange.apply([sell({ price: ticks(100) })])
  await exchange.run()
  // Nothing that the ticker shows changes below the best level.
  exchange.apply([buy({ price: ticks(50) })])
  await exchange.run()
  expect([book, trades, ticker].map((received) => received.map(({ from, to }) => [from, to]))).toEqual([
    [
      [0, 0],
      [1, 3],
      [4, 5],
      [6, 6],
    ],
    [
      [0, 0],
      [1, 5],
    ],
    [
      [0, 0],
      [1, 3],
      [4, 5],
    ],
  ])
})

test('a further follower gets a snapshot that ends where the others are', async () => {
  const exchange = new PublishedExchange()
  const { id, received } = exchange.follow(TRADES)
  await exchange.run()
  exchange.apply([buy(), sell()])
  await exchange.run()
  // This event changes no trade.
  exchange.apply([buy({ price: ticks(50) })])
  await exchange.run()
  exchange.publisher.join(id)
  await exchange.run()
  exchange.apply([sell({ price: ticks(50) })])
  exchange.publisher.join(id)
  await exchange.run()
  expect(received.map(({ type, from, to }) => [type, from, to])).toEqual([
    ['snapshot', 0, 0],
    ['update', 1, 3],
    ['snapshot', 3, 3],
    ['update', 4, 6],
    ['snapshot', 6, 6],
  ])
})

test('a ticker rolls with the time: a snapshot for all followers, with the number that they have', async () => {
  const exchange = new PublishedExchange()
  exchange.apply([buy(), sell()])
  const { received } = exchange.follow(TICKER)
  await exchange.run()
  expect(received.at(-1)?.message).toMatchObject({ count: 1 })
  await exchange.pass(5_000)
  expect(received).toHaveLength(1)
  exchange.nowMs += 24 * 3_600_000
  await exchange.pass(1_000)
  expect(received.at(-1)).toMatchObject({ type: 'snapshot', to: 3, message: { sequence: 3, count: 0, open: null } })
})

test.each([BOOK, TRADES, ORDERS])(
  'a topic that cannot begin is given up, and can be followed again: %j',
  async (topic) => {
    const exchange = new PublishedExchange()
    exchange.failing = true
    const { received } = exchange.follow(topic)
    await exchange.run()
    expect(received).toEqual([])
    await exchange.pass(3_000)
    expect(types(received)).toEqual(['lost'])
    exchange.failing = false
    const again = exchange.follow(topic)
    await exchange.run()
    expect(types(again.received)).toEqual(['snapshot'])
  },
)

test('no message about an account tells of another', async () => {
  const exchange = new PublishedExchange()
  const ann = exchange.follow(ORDERS)
  await exchange.run()
  exchange.apply([buy({ orderId: 'anns' }), sell({ orderId: 'bobs' }), sell({ orderId: 'bobs-2' })])
  await exchange.run()
  const text = JSON.stringify(ann.received)
  expect(text).toContain('anns')
  expect(text).not.toContain('bob')
  expect(ann.received.at(-1)?.message.updates.map(({ event }) => event.type)).toEqual(['ACCEPTED', 'TRADE'])
})
