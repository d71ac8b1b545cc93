/**
 * The four feeds of the symbol on the screen: book, trades, ticker and candles. Changes are gathered and given on once
 * an animation frame. While the page is hidden the feeds are closed, so the exchange sends nothing.
 */

import type { ExchangeClient } from '../../src/client/exchange-client.ts'
import type { BookFeed } from '../../src/client/feeds/book-feed.ts'
import type { CandlesFeed } from '../../src/client/feeds/candles-feed.ts'
import type { TickerFeed } from '../../src/client/feeds/ticker-feed.ts'
import type { TradesChange, TradesFeed } from '../../src/client/feeds/trades-feed.ts'
import type { Candle, Ticker } from '../../src/client/messages.ts'
import type { Interval } from '../../src/protocol/candle-interval.ts'
import { FollowedFeed } from './followed-feed.ts'
import { browserFrames, FrameBatch, type Frames } from './frame-batch.ts'

export type MarketPart = 'book' | 'trades' | 'ticker' | 'candles'
export const MARKET_PARTS: readonly MarketPart[] = ['book', 'trades', 'ticker', 'candles']

/** What the screen shows. */
export interface MarketView {
  readonly symbol: string
  readonly interval: Interval
  /** Levels of each side. */
  readonly depth: 10 | 100 | 1000
}

export class MarketFeeds {
  readonly book = new FollowedFeed<BookFeed, BookFeed>(() => this.batch.mark('book'))
  readonly trades = new FollowedFeed<TradesChange, TradesFeed>(() => this.batch.mark('trades'))
  readonly ticker = new FollowedFeed<Ticker, TickerFeed>(() => this.batch.mark('ticker'))
  readonly candles = new FollowedFeed<readonly Candle[], CandlesFeed>((changes) => this.candlesChanged(changes))
  private readonly batch: FrameBatch<MarketPart>
  private changedCandles: Candle[] = []

  /** `apply` is called at most once a frame, with the parts that have changed. */
  constructor(apply: (changed: ReadonlySet<MarketPart>) => void, frames: Frames = browserFrames) {
    this.batch = new FrameBatch(apply, frames)
  }

  /** Opens the feeds of a view, and keeps those that it has already. */
  follow(client: ExchangeClient, { symbol, interval, depth }: MarketView): void {
    this.book.follow(client.book(symbol, depth))
    this.trades.follow(client.trades(symbol))
    this.ticker.follow(client.ticker(symbol))
    const candles = client.candles(symbol, interval)
    if (candles !== this.candles.feed) this.changedCandles = []
    this.candles.follow(candles)
  }

  /** Ends the subscriptions. What is there already stays. */
  close(): void {
    for (const part of MARKET_PARTS) this[part].follow(undefined)
    this.changedCandles = []
    this.batch.clear()
  }

  /** Everything is looked at in the next frame, for a connection that was lost or has come back. */
  markAll(): void {
    for (const part of MARKET_PARTS) {
      this.batch.mark(part)
      this[part].awaitCurrent()
    }
  }

  /** Marks the feeds that have become stale or current. A feed that has a gap tells nobody. */
  look(): void {
    for (const part of MARKET_PARTS) if (this[part].hasTurned) this.batch.mark(part)
  }

  /** The candles that have changed since the last call, each in its last state, oldest first. */
  takeCandles(): readonly Candle[] {
    const byStart = new Map(this.changedCandles.map((candle) => [candle.start, candle]))
    this.changedCandles = []
    return [...byStart.values()].sort((a, b) => (a.start < b.start ? -1 : 1))
  }

  private candlesChanged(changes: readonly Candle[] | undefined): void {
    for (const candle of changes ?? []) this.changedCandles.push(candle)
    this.batch.mark('candles')
  }
}
