/** A client that reads slowly gets combined books, tickers and candles without a gap, and every trade and own order. */

import fc from 'fast-check'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { BookFollower } from '../../src/marketdata/book-follower.ts'
import type { MarketFeed, Topic, TopicReader } from '../../src/ports/market-feed.ts'
import {
  SOCKET_BURST_BYTES_MAX,
  SOCKET_COMBINE_BYTES,
  SOCKET_COMBINED_UPDATES_MAX,
  SOCKET_ORDER_UPDATES_MAX,
  SOCKET_WAITING_BYTES_MAX,
} from '../../src/protocol/limits.ts'
import { MemoryMarketFeed } from '../contracts/memory-market-feed.ts'
import { type Message, order, settled, ticked, worldOf } from './socket-client.ts'

const SLOW = SOCKET_COMBINE_BYTES + 1

/** `from` of each message follows `to` of the one before. */
function expectChain(messages: readonly Message[]): void {
  let last = -1
  for (const { type, sequence, from, to } of messages) {
    if (type === 'update') expect(from).toBe(last + 1)
    last = type === 'update' ? to : sequence
  }
}

const side = fc.constantFrom('BUY', 'SELL')
const placed = fc.record({
  side,
  price: fc.integer({ min: 95, max: 105 }),
  quantity: fc.integer({ min: 1, max: 3 }),
})
/** Of each step: an order, or how the client reads from now on. */
const step = fc.oneof(
  { weight: 6, arbitrary: placed },
  { weight: 1, arbitrary: fc.constant('cancel' as const) },
  { weight: 2, arbitrary: fc.constantFrom('slow' as const, 'part' as const, 'read' as const) },
)

describe('a slow client', () => {
  test('ends with the book, the ticker and the candles of the exchange, and has every trade and own order', async () => {
    let combined = 0
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 60 }), async (steps) => {
        const world = worldOf({ demo: true })
        const [slow, fast] = [world.connect(), world.connect()]
        for (const client of [slow, fast]) {
          for (const depth of [10, 100]) await client.ask('subscribe', { channel: 'book', symbols: ['BTCUSD'], depth })
          for (const channel of ['trades', 'ticker']) await client.ask('subscribe', { channel, symbols: ['BTCUSD'] })
          await client.ask('subscribe', { channel: 'candles', symbols: ['BTCUSD'], interval: '1s' })
          await client.ask('subscribe', { channel: 'orders' })
        }
        await settled()
        for (const each of steps) {
          world.exchange.nowMs += 400
          if (each === 'slow') slow.waitingBytes = SLOW
          // It has read much, and the rest still waits.
          else if (each === 'part') slow.waitingBytes = Math.min(slow.waitingBytes, 1)
          else if (each === 'read') slow.drain()
          else if (each === 'cancel') await fast.ask('cancelAll')
          else await fast.ask('place', { order: order({ ...each, orderId: undefined }) })
          await ticked()
        }
        slow.drain()
        await settled()
        for (const channel of ['trades', 'orders']) expect(slow.data(channel)).toEqual(fast.data(channel))
        for (const depth of [10, 100]) {
          const [a, b] = [slow, fast].map((client) => client.data('book').filter((message) => message.depth === depth))
          expectChain(a)
          combined += b.length - a.length
          const books = [a, b].map((messages) => {
            const follower = new BookFollower(depth)
            for (const message of messages) expect(follower.apply(message)).toBe('applied')
            return [follower.bids, follower.asks, follower.sequence]
          })
          expect(books[0]).toEqual(books[1])
        }
        for (const channel of ['ticker', 'candles']) expectChain(slow.data(channel))
        const { from: _, ...ticker } = slow.data('ticker').at(-1)
        const { from: __, ...expected } = fast.data('ticker').at(-1)
        expect(ticker).toEqual(expected)
        const candles = [slow, fast].map((client) => {
          const all = client.data('candles').flatMap((message) => message.candles)
          return Object.fromEntries(all.map((candle: Message) => [candle.start, { ...candle, closed: null }]))
        })
        expect(candles[0]).toEqual(candles[1])
      }),
      { numRuns: 150 },
    )
    expect(combined).toBeGreaterThan(200)
  })

  const BOOK: Topic = { channel: 'book', symbol: 'BTCUSD', depth: 100 }
  const bookUpdate = (n: number) =>
    JSON.stringify({
      type: 'update',
      channel: 'book',
      from: n,
      to: n,
      bids: [[`${n}.0`, '1', 1]],
      asks: [],
      checksum: n,
    })

  async function following() {
    const feed = new MemoryMarketFeed()
    feed.snapshotOf = (topic, sequence) => JSON.stringify({ type: 'snapshot', ...topic, sequence })
    const { connect } = worldOf({ demo: true, feed })
    const clients = [connect(), connect()]
    for (const client of clients) await client.ask('subscribe', { channel: 'book', symbols: ['BTCUSD'] })
    await settled()
    return { feed, clients, publish: (n: number) => feed.publish(BOOK, bookUpdate(n)) }
  }

  test('gets a snapshot if it has skipped too much, and the feed is not followed until then', async () => {
    const { feed, clients, publish } = await following()
    clients[0].waitingBytes = SLOW
    for (let n = 1; n <= SOCKET_COMBINED_UPDATES_MAX; n++) publish(n)
    expect(feed.followersOf(BOOK)).toBe(2)
    publish(SOCKET_COMBINED_UPDATES_MAX + 1)
    expect(feed.followersOf(BOOK)).toBe(1)
    clients[0].drain()
    await settled()
    publish(SOCKET_COMBINED_UPDATES_MAX + 2)
    const types = clients[0].data('book').map(({ type, sequence, from }) => [type, sequence ?? from])
    expect(types).toEqual([
      ['snapshot', 0],
      ['snapshot', SOCKET_COMBINED_UPDATES_MAX + 1],
      ['update', SOCKET_COMBINED_UPDATES_MAX + 2],
    ])
    expect(clients[1].data('book')).toHaveLength(SOCKET_COMBINED_UPDATES_MAX + 3)
  })

  test('gets all updates that it has skipped as one', async () => {
    const { clients, publish } = await following()
    clients[0].waitingBytes = SLOW
    for (const n of [1, 2, 3]) publish(n)
    expect(clients[0].data('book')).toHaveLength(1)
    clients[0].drain()
    const bids = [1, 2, 3].map((n) => [`${n}.0`, '1', 1])
    expect(clients[0].data('book').at(-1)).toMatchObject({ type: 'update', from: 1, to: 3, bids, checksum: 3 })
  })

  test('that has read a part gets nothing before what it has skipped', async () => {
    const { clients, publish } = await following()
    clients[0].waitingBytes = SLOW
    publish(1)
    clients[0].waitingBytes = 1
    publish(2)
    expect(clients[0].data('book')).toHaveLength(1)
    clients[0].drain()
    expect(clients[0].data('book').at(-1)).toMatchObject({ from: 1, to: 2 })
  })

  test('gets a snapshot of the feed, and one update behind it', async () => {
    const { clients, publish } = await following()
    clients[0].waitingBytes = SLOW
    publish(1)
    await clients[0].ask('subscribe', { channel: 'book', symbols: ['BTCUSD'] })
    publish(2)
    clients[0].drain()
    await settled()
    publish(3)
    const types = clients[0].data('book').map(({ type, sequence, from }) => [type, sequence ?? from])
    expect(types).toEqual([
      ['snapshot', 0],
      ['snapshot', 2],
      ['update', 3],
    ])
  })

  test('gets a snapshot that all followers got in between, and what came behind it', async () => {
    const readers: TopicReader[] = []
    const feed: MarketFeed = {
      follow(_, reader) {
        readers.push(reader)
        return () => {}
      },
    }
    const client = worldOf({ demo: true, feed }).connect()
    await client.ask('subscribe', { channel: 'ticker', symbols: ['BTCUSD'] })
    const take = (type: 'snapshot' | 'update', from: number, to = from) =>
      readers[0].take({ type, from, to, text: JSON.stringify({ type, channel: 'ticker', from, to }) })
    take('snapshot', 1)
    client.waitingBytes = SLOW
    take('update', 2)
    take('update', 3)
    take('snapshot', 3)
    for (const n of [4, 5, 6]) take('update', n)
    client.drain()
    expect(client.data('ticker').map(({ type, from, to }) => [type, from, to])).toEqual([
      ['snapshot', 1, 1],
      ['snapshot', 3, 3],
      ['update', 4, 6],
    ])
  })

  test('is closed if too much waits for it, but not because one message is long', async () => {
    const world = worldOf({ demo: true })
    const client = world.connect()
    await client.ask('subscribe', { channel: 'trades', symbols: ['BTCUSD'] })
    await settled()
    client.reads = false
    const trader = world.connect()
    const trade = async () => {
      for (const side of ['BUY', 'SELL']) await trader.ask('place', { order: order({ side }) })
      await settled()
    }
    const { length } = client.data('trades')
    client.waitingBytes = SOCKET_BURST_BYTES_MAX - 1
    await trade()
    expect([client.closed, client.data('trades').length]).toEqual([undefined, length + 1])
    await trade()
    expect(client.closed).toEqual([4001, 'slow_consumer'])
    client.session.receive('{"id":"b","op":"ping"}')
    expect(client.received.at(-1)).toMatchObject({ channel: 'trades' })
  })

  test('gets many events of a tick in several messages', async () => {
    const world = worldOf({ demo: true })
    const client = world.connect()
    await client.ask('subscribe', { channel: 'orders' })
    await settled()
    const trader = world.connect()
    const orders = Array.from({ length: 500 }, () => order({ orderId: undefined }))
    await Promise.all([1, 2, 3].map(() => trader.ask('placeBatch', { orders })))
    await settled()
    const counts: number[] = client.data('orders').flatMap(({ updates }) => updates?.length ?? [])
    expect(Math.max(...counts)).toBeLessThanOrEqual(SOCKET_ORDER_UPDATES_MAX)
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(3 * orders.length)
  })

  test('is closed if much waits for it for long, and not if it reads in between', async () => {
    const world = worldOf({ demo: true })
    const client = world.connect()
    const clock = vi.spyOn(performance, 'now')
    onTestFinished(() => clock.mockRestore())
    const sendsAt = async (seconds: number, waitingBytes: number) => {
      client.waitingBytes = waitingBytes
      clock.mockReturnValue(1_000_000 + seconds * 1_000)
      await client.ask('ping')
      return client.closed !== undefined
    }
    const much = SOCKET_WAITING_BYTES_MAX + 1
    expect(await sendsAt(0, much)).toBe(false)
    expect(await sendsAt(1, much)).toBe(false)
    expect(await sendsAt(1.5, 0)).toBe(false)
    expect(await sendsAt(2.5, much)).toBe(false)
    expect(await sendsAt(4, much)).toBe(false)
    client.waitingBytes = much
    clock.mockReturnValue(1_005_000)
    client.session.receive('{"id":"late","op":"ping"}')
    expect(client.closed).toEqual([4001, 'slow_consumer'])
  })
})
