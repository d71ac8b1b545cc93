/** Live market data from the real threads: the contract of the feed, and a follower that ends with the book. */

import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { openCore } from '../../src/adapters/embedded/threads/open-core.ts'
import { BookFollower } from '../../src/marketdata/book-follower.ts'
import type { MarketFeed, MarketUpdate, Topic } from '../../src/ports/market-feed.ts'
import type { PlaceOrder } from '../../src/protocol/command/commands.ts'
import { DEMO_INSTRUMENTS } from '../../src/protocol/instrument/instrument.ts'
import { lots, ticks } from '../../src/protocol/units.ts'
import { marketFeedContract } from '../contracts/market-feed.contract.ts'
import { placeOrder } from '../contracts/sample-records.ts'
import { randomOf } from './random.ts'
import { ROOT, removeLater } from './running-exchange.ts'

const fileOf = (name: string): URL => pathToFileURL(join(ROOT, 'dist/entrypoints', name))
const THREADS = {
  core: fileOf('core-thread.js'),
  reader: fileOf('reader-thread.js'),
  market: fileOf('market-thread.js'),
  lake: fileOf('lake-thread.js'),
}

async function opened() {
  const failures: string[] = []
  const core = await openCore(
    THREADS,
    { dataPath: removeLater(), seed: DEMO_INSTRUMENTS, accountOpenOrdersMax: 100_000 },
    { onLog: (_, message) => failures.push(message), onFailed: (message) => expect.fail(message) },
  )
  return { core, failures }
}

let orders = 0
const order = (more: Partial<PlaceOrder>): PlaceOrder => placeOrder(`m-${++orders}`, { quantity: lots(1), ...more })

marketFeedContract(async () => {
  const { core } = await opened()
  return {
    feed: core.market,
    topics: [
      { channel: 'book', symbol: 'BTCUSD', depth: 10 },
      { channel: 'book', symbol: 'ETHUSD', depth: 10 },
    ],
    change: async (topic) => {
      const symbol = topic.channel === 'orders' ? '' : topic.symbol
      await core.client.submit([order({ symbol })], 5_000)
      return (await core.client.book(symbol, 0)).eventNumber
    },
    fail: async () => {
      // The thread ends as if it had failed.
      await (core.market as unknown as { worker: { terminate(): Promise<number> } }).worker.terminate()
    },
    close: () => core.stop(),
  }
})

function followed(
  feed: MarketFeed,
  topic: Topic,
): { readonly updates: MarketUpdate[]; lost: number; stop: () => void } {
  const updates: MarketUpdate[] = []
  const follower = { updates, lost: 0, stop: () => {} }
  follower.stop = feed.follow(topic, { take: (update) => updates.push(update), lost: () => follower.lost++ })
  return follower
}

test('followers that join at any time have the book, the trades and the orders of the exchange', async () => {
  const { core, failures } = await opened()
  onTestFinished(() => void core.stop())
  const random = randomOf(11)
  const symbol = 'BTCUSD'
  const books: ReturnType<typeof followed>[] = []
  const trades = followed(core.market, { channel: 'trades', symbol })
  const ticker = followed(core.market, { channel: 'ticker', symbol })
  const candles = followed(core.market, { channel: 'candles', symbol, interval: '1m' })
  const own = followed(core.market, { channel: 'orders', account: 'ann' })
  const depth = [10, 100, 1000] as const
  // The thread may start slower than the exchange trades. These trades begin before, the books later.
  await expect.poll(() => trades.updates.length, { timeout: 60_000 }).toBeGreaterThan(0)
  for (let round = 0; round < 60; round++) {
    const batch = Array.from({ length: 50 }, () =>
      order({
        symbol,
        side: random.chance(0.5) ? 'BUY' : 'SELL',
        account: random.chance(0.5) ? 'ann' : 'bob',
        price: ticks(5_000_000 + random.below(60)),
        quantity: lots(1 + random.below(5)),
      }),
    )
    await core.client.submit(batch, 5_000)
    if (round % 10 === 5) books.push(followed(core.market, { channel: 'book', symbol, depth: depth[books.length % 3] }))
  }
  const end = await core.client.book(symbol, 1_000)
  for (const [i, { updates, lost }] of books.entries()) {
    await expect.poll(() => updates.at(-1)?.to, { timeout: 60_000 }).toBe(end.eventNumber)
    const follower = new BookFollower(depth[i % 3])
    expect(updates.map(({ text }) => follower.apply(JSON.parse(text)))).toEqual(updates.map(() => 'applied'))
    const best = end.bids.slice(0, follower.depth).map(({ orders }) => orders)
    expect(follower.bids.map(([, , count]) => count)).toEqual(best)
    expect([follower.sequence, lost]).toEqual([end.eventNumber, 0])
  }
  await expect.poll(() => trades.updates.at(-1)?.to, { timeout: 60_000 }).toBe(end.eventNumber)
  const numbers = trades.updates.slice(1).flatMap(({ text }) => JSON.parse(text).trades.map(tradeNumberOf))
  const shown = JSON.parse(trades.updates[0].text).trades.map(tradeNumberOf)
  const all = await core.reader.totals(symbol)
  const first = shown[0] ?? numbers[0]
  expect(first).toBeLessThan(all.trades / 2)
  expect(shown.concat(numbers)).toEqual(Array.from({ length: all.trades + 1 - first }, (_, i) => i + first))
  // Both begin with what is stored, wherever they joined.
  await expect.poll(() => JSON.parse(ticker.updates.at(-1)?.text ?? '').count, { timeout: 60_000 }).toBe(all.trades)
  const inCandles = () => {
    const byStart = new Map<string, number>()
    for (const { text } of candles.updates) {
      for (const { start, count } of JSON.parse(text).candles) byStart.set(start, count)
    }
    return [...byStart.values()].reduce((sum, count) => sum + count, 0)
  }
  await expect.poll(inCandles, { timeout: 60_000 }).toBe(all.trades)
  const open = () => {
    const rest = new Map<string, string>()
    for (const { text } of own.updates) {
      const message = JSON.parse(text)
      if (message.type === 'snapshot') for (const each of message.orders) rest.set(each.orderId, each.remainingQuantity)
      else for (const { order: each } of message.updates) rest.set(each.orderId, each.remainingQuantity)
    }
    return [...rest].flatMap(([id, quantity]) => (quantity === '0' ? [] : [id])).sort()
  }
  const listed = await core.reader.list('ann', { status: 'OPEN', limit: 1_000 })
  await expect.poll(open, { timeout: 60_000 }).toEqual(listed.rows.map(({ orderId }) => orderId).sort())
  expect(failures).toEqual([])
})

test('a book of many levels is read in parts, and orders go on', async () => {
  const { core, failures } = await opened()
  onTestFinished(() => void core.stop())
  const symbol = 'ETHUSD'
  const levels = Array.from({ length: 3_000 }, (_, i) => order({ symbol, price: ticks(1_000 + i) }))
  await core.client.submit(levels, 10_000)
  const { updates } = followed(core.market, { channel: 'book', symbol, depth: 1000 })
  // Each takes the worst level, which is read last, and adds one that is better than those that were read.
  for (let i = 0; i < 100; i++) {
    const { account, orderId } = levels[i]
    const worst = { kind: 'CancelOrder', symbol, account, orderId } as const
    await core.client.submit([worst, order({ symbol, price: ticks(5_000 + i) })], 10_000)
  }
  const end = await core.client.book(symbol, 1_000)
  await expect.poll(() => updates.at(-1)?.to, { timeout: 60_000 }).toBe(end.eventNumber)
  const follower = new BookFollower(1000)
  expect(updates.map(({ text }) => follower.apply(JSON.parse(text)))).toEqual(updates.map(() => 'applied'))
  expect(follower.bids.map(([, , orders]) => orders)).toEqual(end.bids.map(({ orders }) => orders))
  expect([follower.sequence, follower.bids.length]).toEqual([end.eventNumber, 1_000])
  expect(failures).toEqual([])
})

const tradeNumberOf = ({ tradeId }: { tradeId: string }): number => Number(tradeId.split('-')[1])
