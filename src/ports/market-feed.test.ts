import { expect, test } from 'vitest'
import { type Topic, topicKey, topicOf } from './market-feed.ts'

const TOPICS: readonly Topic[] = [
  { channel: 'book', symbol: 'BTCUSD', depth: 10 },
  { channel: 'trades', symbol: 'A-B.C_D' },
  { channel: 'ticker', symbol: 'BTCUSD' },
  { channel: 'candles', symbol: 'BTCUSD', interval: '4h' },
  { channel: 'orders', account: 'alice' },
]

test.each(TOPICS)('the key of $channel gives the topic', (topic) => {
  expect(topicOf(topicKey(topic))).toEqual(topic)
})

test.each([
  '',
  'book',
  'book BTCUSD',
  'book BTCUSD 11',
  'candles BTCUSD 2m',
  'trades BTCUSD 1',
  'depth BTCUSD',
  'orders ',
])('%j is no key', (key) => {
  expect(topicOf(key)).toBeUndefined()
})
