/** What a client of a channel receives: the answer, a snapshot, then updates, until it ends the subscription. */

import { describe, expect, test, vi } from 'vitest'
import type { MarketFeed, MarketUpdate, Topic, TopicReader } from '../../src/ports/market-feed.ts'
import {
  FEED_RETRY_MS,
  SOCKET_COMBINE_BYTES,
  SOCKET_JOINING_MAX,
  SOCKET_START_PAUSE_MS,
  SOCKET_SUBSCRIPTIONS_MAX,
} from '../../src/protocol/limits.ts'
import { MemoryMarketFeed } from '../contracts/memory-market-feed.ts'
import { type SocketClient, settled, worldOf } from './socket-client.ts'

const TRADES: Topic = { channel: 'trades', symbol: 'BTCUSD' }
const update = (n: number) => JSON.stringify({ type: 'update', channel: 'trades', n })
const kinds = ({ received }: SocketClient): string[] =>
  received.map(({ type, op, n }) => [type, op ?? n ?? ''].join(' ').trim())

function opened() {
  const feed = new MemoryMarketFeed()
  const world = worldOf({ demo: true, feed })
  const client = world.connect()
  const ask = (op: string, symbols = ['BTCUSD']) => client.ask(op, { channel: 'trades', symbols })
  return { feed, world, client, ask }
}

describe('a subscription', () => {
  test('gets the answer, a snapshot, then updates', async () => {
    const { feed, client, ask } = opened()
    await ask('subscribe')
    await settled()
    feed.publish(TRADES, update(1))
    feed.publish(TRADES, update(2))
    expect(kinds(client)).toEqual(['result subscribe', 'snapshot', 'update 1', 'update 2'])
  })

  test('gets nothing after the answer that ends it', async () => {
    const { feed, client, ask } = opened()
    await ask('subscribe')
    await ask('subscribe', ['ETHUSD'])
    await settled()
    await ask('unsubscribe')
    feed.publish(TRADES, update(1))
    feed.publish({ channel: 'trades', symbol: 'ETHUSD' }, update(2))
    expect(kinds(client).slice(-2)).toEqual(['result unsubscribe', 'update 2'])
    expect(feed.followersOf(TRADES)).toBe(0)
  })

  test('that is made again gets a new snapshot behind the answer, and every update once', async () => {
    const { feed, client, ask } = opened()
    await ask('subscribe')
    await settled()
    feed.publish(TRADES, update(1))
    await ask('subscribe')
    await settled()
    feed.publish(TRADES, update(2))
    const once = ['result subscribe', 'snapshot']
    expect(kinds(client)).toEqual([...once, 'update 1', ...once, 'update 2'])
    expect(feed.followersOf(TRADES)).toBe(1)
  })

  test('ends with its connection', async () => {
    const { feed, client, ask } = opened()
    await ask('subscribe')
    await settled()
    await client.session.ended()
    expect(feed.followersOf(TRADES)).toBe(0)
  })

  test('follows again a moment after the feed has failed, and gets a snapshot', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    try {
      const { feed, client, ask } = opened()
      await ask('subscribe')
      await new Promise(setImmediate)
      feed.fail()
      await ask('subscribe', ['ETHUSD'])
      expect([feed.followersOf(TRADES), kinds(client).at(-1)]).toEqual([0, 'result subscribe'])
      vi.advanceTimersByTime(FEED_RETRY_MS)
      await new Promise(setImmediate)
      expect(feed.followersOf(TRADES)).toBe(1)
      expect(kinds(client).slice(-2)).toEqual(['snapshot', 'snapshot'])
      feed.publish(TRADES, update(1))
      expect(kinds(client).at(-1)).toBe('update 1')
    } finally {
      vi.useRealTimers()
    }
  })
})

/** A feed whose snapshots the test sends. */
class ManualFeed implements MarketFeed {
  readonly readers = new Map<string, TopicReader>()
  follows = 0

  follow(topic: Topic, reader: TopicReader): () => void {
    const name = 'symbol' in topic ? topic.symbol : ''
    this.readers.set(name, reader)
    this.follows++
    return () => this.readers.delete(name)
  }
}

const snapshot: MarketUpdate = { type: 'snapshot', from: 1, to: 1, text: '{"type":"snapshot","channel":"book"}' }

describe('many subscriptions', () => {
  test('start at a rate, because each makes a snapshot', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
    try {
      const feed = new ManualFeed()
      const client = worldOf({ demo: true, feed }).connect()
      const again = async () => {
        await client.ask('subscribe', { channel: 'book', symbols: ['BTCUSD'] })
        feed.readers.get('BTCUSD')?.take(snapshot)
      }
      for (let i = 0; i < SOCKET_SUBSCRIPTIONS_MAX + 3; i++) await again()
      expect([feed.follows, feed.readers.size]).toEqual([SOCKET_SUBSCRIPTIONS_MAX, 0])
      vi.advanceTimersByTime(SOCKET_START_PAUSE_MS)
      expect([feed.follows, feed.readers.size]).toEqual([SOCKET_SUBSCRIPTIONS_MAX + 1, 1])
      await again()
      await client.session.ended()
      expect(vi.getTimerCount()).toBe(0)
    } finally {
      vi.useRealTimers()
    }
  })

  function manual() {
    const feed = new ManualFeed()
    const world = worldOf({ demo: true, feed })
    const [listed] = world.exchange.instruments.values()
    const symbols = Array.from({ length: 3 * SOCKET_JOINING_MAX }, (_, i) => `S${i}`)
    for (const symbol of symbols) world.exchange.instruments.set(symbol, { ...listed, symbol })
    return { feed, client: world.connect(), symbols }
  }

  test('wait for their snapshots a few at a time', async () => {
    const { feed, client, symbols } = manual()
    await client.ask('subscribe', { channel: 'book', symbols })
    expect([...feed.readers.keys()]).toEqual(symbols.slice(0, SOCKET_JOINING_MAX))
    feed.readers.get('S3')?.take(snapshot)
    expect(feed.readers.size).toBe(SOCKET_JOINING_MAX + 1)
    await client.ask('unsubscribe', { channel: 'book', symbols: symbols.slice(0, 3) })
    expect(feed.readers.size).toBe(SOCKET_JOINING_MAX + 1)
    for (const symbol of symbols) feed.readers.get(symbol)?.take(snapshot)
    expect([...feed.readers.keys()].sort()).toEqual(symbols.slice(3).sort())
  })

  test('do not start while the client has much to read', async () => {
    const { feed, client, symbols } = manual()
    client.reads = false
    client.waitingBytes = SOCKET_COMBINE_BYTES + 1
    await client.ask('subscribe', { channel: 'book', symbols })
    expect(feed.readers.size).toBe(0)
    client.drain()
    expect(feed.readers.size).toBe(SOCKET_JOINING_MAX)
  })
})
