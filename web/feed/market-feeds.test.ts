import { expect, test } from 'vitest'
import type { ExchangeClient } from '../../src/client/exchange-client.ts'
import { BookFeed } from '../../src/client/feeds/book-feed.ts'
import { CandlesFeed } from '../../src/client/feeds/candles-feed.ts'
import { TickerFeed } from '../../src/client/feeds/ticker-feed.ts'
import { TradesFeed } from '../../src/client/feeds/trades-feed.ts'
import { bookChecksum } from '../../src/marketdata/book-checksum.ts'
import type { LevelText } from '../../src/marketdata/book-level.ts'
import type { Interval } from '../../src/protocol/candle-interval.ts'
import { MarketFeeds, type MarketPart } from './market-feeds.ts'

/** A client without a connection: the test sends the messages. */
function market() {
  const closed: string[] = []
  const feeds = new Map<string, unknown>()
  const follow = <F>(key: string, make: (source: { closed(): void }) => F): F => {
    const known = feeds.get(key) as F | undefined
    if (known !== undefined) return known
    const feed = make({
      closed() {
        closed.push(key)
        feeds.delete(key)
      },
    })
    feeds.set(key, feed)
    return feed
  }
  const client = {
    book: (symbol: string, depth: number) => follow(`book ${symbol}`, (source) => new BookFeed(symbol, depth, source)),
    trades: (symbol: string) => follow(`trades ${symbol}`, (source) => new TradesFeed(symbol, source)),
    ticker: (symbol: string) => follow(`ticker ${symbol}`, (source) => new TickerFeed(symbol, source)),
    candles: (symbol: string, interval: Interval) =>
      follow(`candles ${symbol} ${interval}`, (source) => new CandlesFeed(symbol, interval, source)),
  } as unknown as ExchangeClient
  const calls: (() => void)[] = []
  const applied: MarketPart[][] = []
  const shown = new MarketFeeds((changed) => applied.push([...changed]), {
    request: (call) => calls.push(call),
    cancel: (id) => void calls.splice(id - 1, 1),
  })
  const frame = () => {
    for (const call of calls.splice(0)) call()
  }
  return { client, shown, applied, closed, frame }
}

const view = (symbol: string, interval: Interval = '1m') => ({ symbol, interval, depth: 100 }) as const

function bookUpdate(to: number) {
  const bids: LevelText[] = [['10', String(to), 1]]
  return {
    type: 'update',
    from: to,
    to,
    timestamp: null,
    phase: 'CONTINUOUS',
    bids,
    asks: [],
    checksum: bookChecksum(bids, []),
  }
}

const candle = (minute: number, close: string) => ({
  start: new Date(minute * 60_000).toISOString(),
  open: '1',
  high: '9',
  low: '1',
  close,
  volume: '1',
  quoteVolume: '1',
  count: 1,
  closed: false,
})

test('two hundred changes of the book are applied once, in the next frame', () => {
  const { client, shown, applied, frame } = market()
  shown.follow(client, view('BTCUSD'))
  const book = shown.book.feed
  book?.take({ ...bookUpdate(1), type: 'snapshot', sequence: 1 })
  for (let to = 2; to <= 201; to++) expect(book?.take(bookUpdate(to))).toBe('applied')
  expect(applied).toEqual([])
  frame()
  expect(applied).toEqual([['book']])
  expect(book?.bids).toEqual([['10', '201', 1]])
  frame()
  expect(applied).toHaveLength(1)
})

test('another symbol closes the feeds of the one before; another interval only its candles', () => {
  const { client, shown, closed } = market()
  shown.follow(client, view('BTCUSD'))
  shown.follow(client, view('BTCUSD', '5m'))
  expect(closed).toEqual(['candles BTCUSD 1m'])
  shown.follow(client, view('ETHUSD', '5m'))
  expect(closed.slice(1)).toEqual(['book BTCUSD', 'trades BTCUSD', 'ticker BTCUSD', 'candles BTCUSD 5m'])
})

test('a hidden page has no subscription and no frame', () => {
  const { client, shown, applied, closed, frame } = market()
  shown.follow(client, view('BTCUSD'))
  shown.book.feed?.take({ ...bookUpdate(1), type: 'snapshot', sequence: 1 })
  shown.close()
  frame()
  expect([applied, closed.length]).toEqual([[], 4])
})

test('of several changes of a candle the last one is taken, oldest candle first', () => {
  const { client, shown } = market()
  shown.follow(client, view('BTCUSD'))
  const { feed } = shown.candles
  feed?.take({ type: 'snapshot', sequence: 1, candles: [candle(1, '2'), candle(2, '3')] })
  feed?.take({ type: 'update', from: 2, to: 2, candles: [candle(2, '4')] })
  feed?.take({ type: 'update', from: 3, to: 3, candles: [candle(3, '5')] })
  expect(shown.takeCandles().map(({ close }) => close)).toEqual(['2', '4', '5'])
  expect(shown.takeCandles()).toEqual([])
})

test('a subscription that is refused is said, with the cause', async () => {
  const { client, shown, applied, frame } = market()
  shown.follow(client, view('GONE'))
  shown.book.feed?.fail(new Error('instrument_not_found'))
  await new Promise((resolve) => setTimeout(resolve))
  frame()
  expect(applied).toEqual([['book']])
  expect(shown.book.failure).toMatchObject({ message: 'instrument_not_found' })
})

test('a snapshot without trades makes the tape current, at first and after a lost connection', async () => {
  const { client, shown, applied, frame } = market()
  shown.follow(client, view('QUIET'))
  const { feed } = shown.trades
  feed?.take({ type: 'snapshot', sequence: 1, trades: [] })
  await new Promise((resolve) => setTimeout(resolve))
  frame()
  expect(applied).toEqual([['trades']])

  feed?.lose()
  shown.markAll()
  frame()
  feed?.take({ type: 'snapshot', sequence: 1, trades: [] })
  await new Promise((resolve) => setTimeout(resolve))
  frame()
  expect(applied.at(-1)).toEqual(['trades'])
})

test('a feed with a gap is noticed at the next look', () => {
  const { client, shown, applied, frame } = market()
  shown.follow(client, view('BTCUSD'))
  const { feed } = shown.book
  feed?.take({ ...bookUpdate(1), type: 'snapshot', sequence: 1 })
  shown.look()
  frame()
  applied.length = 0
  expect(feed?.take(bookUpdate(3))).toBe('gap')
  shown.look()
  frame()
  expect(applied).toEqual([['book']])
  shown.look()
  frame()
  expect(applied).toHaveLength(1)
})
