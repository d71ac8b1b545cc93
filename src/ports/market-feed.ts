/**
 * Live market data by topic, as whole JSON messages (docs/reference/websocket.md has their form). A message is encoded
 * once, and all followers of its topic receive the same object.
 *
 * A follower receives a snapshot first, and then updates: `from` of the first update is `to` of the snapshot plus 1,
 * and `from` of each later one is `to` of the one before plus 1. The numbers are event numbers of the symbol; in the
 * topic of an account they count the messages of the topic. A later snapshot replaces everything before it: a ticker
 * changes with the time, without an event.
 */

import { INTERVALS, type Interval } from '../protocol/candle-interval.ts'

/** Price levels on each side that a follower of a book may ask for. */
export const BOOK_DEPTHS = [10, 100, 1000] as const
export type BookDepth = (typeof BOOK_DEPTHS)[number]

export type Topic =
  | { readonly channel: 'book'; readonly symbol: string; readonly depth: BookDepth }
  | { readonly channel: 'trades' | 'ticker'; readonly symbol: string }
  | { readonly channel: 'candles'; readonly symbol: string; readonly interval: Interval }
  /** The orders of an account. The caller has checked that the follower may see them. */
  | { readonly channel: 'orders'; readonly account: string }

/** Two topics are the same if their keys are. */
export function topicKey(topic: Topic): string {
  switch (topic.channel) {
    case 'book':
      return `book ${topic.symbol} ${topic.depth}`
    case 'candles':
      return `candles ${topic.symbol} ${topic.interval}`
    case 'orders':
      return `orders ${topic.account}`
    default:
      return `${topic.channel} ${topic.symbol}`
  }
}

/** The topic of a key; undefined if the text is no key. */
export function topicOf(key: string): Topic | undefined {
  const [channel, of, more, ...rest] = key.split(' ')
  if (of === undefined || of === '' || rest.length > 0) return undefined
  return Object.hasOwn(TOPICS, channel) ? TOPICS[channel as Topic['channel']](of, more) : undefined
}

type TopicReading = (of: string, more: string | undefined) => Topic | undefined

/** By channel: the topic of a key's other words. */
const TOPICS: Readonly<Record<Topic['channel'], TopicReading>> = {
  book: (symbol, more) => {
    const depth = BOOK_DEPTHS.find((each) => String(each) === more)
    return depth && { channel: 'book', symbol, depth }
  },
  candles: (symbol, more) => {
    const interval = INTERVALS.find((each) => each === more)
    return interval && { channel: 'candles', symbol, interval }
  },
  trades: (symbol, more) => (more === undefined ? { channel: 'trades', symbol } : undefined),
  ticker: (symbol, more) => (more === undefined ? { channel: 'ticker', symbol } : undefined),
  orders: (account, more) => (more === undefined ? { channel: 'orders', account } : undefined),
}

export interface MarketUpdate {
  readonly type: 'snapshot' | 'update'
  /** Of a snapshot: the same as `to`. */
  readonly from: number
  readonly to: number
  /** The whole JSON message. */
  readonly text: string
}

/** Neither function may throw. None is called before `follow` has returned, or after the follower has stopped. */
export interface TopicReader {
  take(update: MarketUpdate): void
  /** The feed has failed, and nothing follows. Call `follow` again; it may be answered only after a moment. */
  lost(): void
}

export interface MarketFeed {
  /**
   * The symbol of the topic is defined: so the number of topics has a limit. Returns the function that stops; it may be
   * called more than once, also by the reader.
   */
  follow(topic: Topic, reader: TopicReader): () => void
}
