/** The market feed in memory passes the contract that the real ones pass. */

import { test } from 'vitest'
import { BOOK_DEPTHS, type Topic } from '../../src/ports/market-feed.ts'
import { INTERVALS } from '../../src/protocol/candle-interval.ts'
import { expectDistinctKeys, marketFeedContract } from './market-feed.contract.ts'
import { MemoryMarketFeed } from './memory-market-feed.ts'

marketFeedContract(async () => {
  const feed = new MemoryMarketFeed()
  return {
    feed,
    topics: [
      { channel: 'trades', symbol: 'BTCUSD' },
      { channel: 'ticker', symbol: 'BTCUSD' },
    ],
    change: async (topic) => feed.publish(topic, '{}', 2),
    fail: async () => feed.fail(),
  }
})

test('every topic has a key of its own', () => {
  const symbols = ['BTCUSD', 'ETHUSD']
  expectDistinctKeys(
    symbols.flatMap((symbol): Topic[] => [
      ...BOOK_DEPTHS.map((depth) => ({ channel: 'book', symbol, depth }) as const),
      ...INTERVALS.map((interval) => ({ channel: 'candles', symbol, interval }) as const),
      { channel: 'trades', symbol },
      { channel: 'ticker', symbol },
      { channel: 'orders', account: symbol },
    ]),
  )
})
