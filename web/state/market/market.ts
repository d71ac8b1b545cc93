/**
 * The market data of the symbol on the screen. Each value changes at most once an animation frame, and never in a
 * hidden page. After a lost connection the values stay as they were, and say that they are stale.
 */

import { batch, effect, type ReadonlySignal, signal } from '@preact/signals'
import type { Candle, Ticker, Trade } from '../../../src/client/messages.ts'
import type { LevelText } from '../../../src/marketdata/book-level.ts'
import { INTERVAL_MS, type Interval } from '../../../src/protocol/candle-interval.ts'
import type { TradingPhase } from '../../../src/protocol/command/trading-phases.ts'
import { MarketFeeds, type MarketPart } from '../../feed/market-feeds.ts'
import { watchVisibility } from '../../feed/visibility.ts'
import { interval, symbol } from '../page/settings.ts'
import { noteBookReceived, nowMs } from '../session/connection.ts'
import { client, get } from '../session/session.ts'
import { CANDLES_MAX, isSameMarket, joins, withNewer, withOlder } from './joined-candles.ts'

export type { Candle, Ticker, Trade } from '../../../src/client/messages.ts'
export type { LevelText } from '../../../src/marketdata/book-level.ts'

/** stale: the connection is lost, or what was missed is being read again. refused: the exchange gives none of it. */
export type Freshness = 'loading' | 'live' | 'stale' | 'refused'

export interface BookState {
  readonly symbol: string
  readonly freshness: Freshness
  readonly sequence: number
  readonly timestamp: string | null
  /** Best first. */
  readonly bids: readonly LevelText[]
  readonly asks: readonly LevelText[]
  /** When the screen received the last change. */
  readonly receivedMs: number
}

export interface TradesState {
  readonly symbol: string
  readonly freshness: Freshness
  /** Newest first. */
  readonly trades: readonly Trade[]
}

export interface TickerState {
  readonly symbol: string
  readonly freshness: Freshness
  readonly ticker: Ticker | undefined
}

export interface CandlesState {
  readonly symbol: string
  readonly interval: Interval
  readonly freshness: Freshness
  /** Oldest first. */
  readonly candles: readonly Candle[]
  /** What has changed since the value before: equal to `candles` if `replaced`. */
  readonly changed: readonly Candle[]
  readonly replaced: boolean
}

const TRADES_SHOWN = 200
const OLDER_AT_ONCE = 500

const noBook: BookState = {
  symbol: '',
  freshness: 'loading',
  sequence: 0,
  timestamp: null,
  bids: [],
  asks: [],
  receivedMs: 0,
}
const noTrades: TradesState = { symbol: '', freshness: 'loading', trades: [] }
const noTicker: TickerState = { symbol: '', freshness: 'loading', ticker: undefined }
const noCandles: CandlesState = {
  symbol: '',
  interval: '1m',
  freshness: 'loading',
  candles: [],
  changed: [],
  replaced: true,
}

const presentBook = signal(noBook)
const presentTrades = signal(noTrades)
const presentTicker = signal(noTicker)
const presentCandles = signal(noCandles)
const presentPhase = signal<TradingPhase | undefined>(undefined)
const isVisible = signal(true)

export const book: ReadonlySignal<BookState> = presentBook
export const trades: ReadonlySignal<TradesState> = presentTrades
export const ticker: ReadonlySignal<TickerState> = presentTicker
export const candles: ReadonlySignal<CandlesState> = presentCandles
/** The phase that the book told last; undefined before. */
export const livePhase: ReadonlySignal<TradingPhase | undefined> = presentPhase
/** Levels of each side of {@link book}. */
export const bookDepth = signal<100 | 1000>(100)

const feeds = new MarketFeeds((changed) =>
  batch(() => {
    for (const part of changed) APPLY[part]()
  }),
)

const APPLY: Readonly<Record<MarketPart, () => void>> = {
  book: applyBook,
  trades: applyTrades,
  ticker: applyTicker,
  candles: applyCandles,
}

export function startMarket(): void {
  watchVisibility((visible) => {
    isVisible.value = visible
  })
  effect(() => resetTo(symbol.value))
  effect(() => {
    presentCandles.value = { ...noCandles, symbol: symbol.value, interval: interval.value }
  })
  effect(() => {
    const { value } = client
    if (value === undefined || symbol.value === '' || !isVisible.value) return feeds.close()
    feeds.follow(value, { symbol: symbol.value, interval: interval.value, depth: bookDepth.value })
    feeds.markAll()
  })
  effect(() => client.value?.onState(() => feeds.markAll()))
  effect(() => {
    void nowMs.value
    feeds.look()
  })
}

/** Reads older candles than the first one. Returns whether there may be more: also if they cannot be read now. */
export async function olderCandles(): Promise<boolean> {
  const before = presentCandles.peek()
  const first = before.candles[0]
  if (first === undefined || before.candles.length >= CANDLES_MAX) return false
  const query = new URLSearchParams({
    interval: before.interval,
    to: first.start,
    limit: String(OLDER_AT_ONCE),
  })
  let older: readonly Candle[]
  try {
    const path = `/candles/${encodeURIComponent(before.symbol)}?${query}`
    older = ((await get(path)) as { candles: readonly Candle[] }).candles
  } catch {
    return true
  }
  const now = presentCandles.peek()
  if (now.symbol !== before.symbol || now.interval !== before.interval) return true
  const joined = withOlder(now.candles, older)
  if (joined[0]?.start === now.candles[0]?.start) return false
  presentCandles.value = { ...now, candles: joined, changed: joined, replaced: true }
  return true
}

function resetTo(name: string): void {
  batch(() => {
    presentBook.value = { ...noBook, symbol: name }
    presentTrades.value = { ...noTrades, symbol: name }
    presentTicker.value = { ...noTicker, symbol: name }
    presentPhase.value = undefined
  })
}

/** What is shown while the feed is not current. `failure`: why the exchange has refused it. */
export function notCurrent<T extends { readonly freshness: Freshness }>(value: T, failure: unknown): T {
  if (failure !== undefined) return { ...value, freshness: 'refused' }
  return value.freshness === 'live' ? { ...value, freshness: 'stale' } : value
}

function applyBook(): void {
  const { feed, isCurrent, failure } = feeds.book
  const before = presentBook.peek()
  if (feed === undefined || !isCurrent) {
    presentBook.value = notCurrent(before, failure)
    return
  }
  const { sequence, timestamp, bids, asks, phase } = feed
  if (before.freshness === 'live' && bids === before.bids && asks === before.asks && sequence === before.sequence)
    return
  const receivedMs = Date.now()
  presentBook.value = { symbol: feed.symbol, freshness: 'live', sequence, timestamp, bids, asks, receivedMs }
  presentPhase.value = phase
  noteBookReceived(receivedMs)
}

function applyTrades(): void {
  const { feed, isCurrent, failure } = feeds.trades
  const before = presentTrades.peek()
  if (feed === undefined || !isCurrent) presentTrades.value = notCurrent(before, failure)
  else {
    const shown = feed.trades.slice(-TRADES_SHOWN).reverse()
    presentTrades.value = { symbol: feed.symbol, freshness: 'live', trades: shown }
  }
}

function applyTicker(): void {
  const { feed, isCurrent, failure } = feeds.ticker
  const before = presentTicker.peek()
  if (feed === undefined || !isCurrent) presentTicker.value = notCurrent(before, failure)
  else presentTicker.value = { symbol: feed.symbol, freshness: 'live', ticker: feed.ticker }
}

function applyCandles(): void {
  const { feed, isCurrent, failure } = feeds.candles
  const before = presentCandles.peek()
  if (feed === undefined || !isCurrent) {
    presentCandles.value = notCurrent(before, failure)
    return
  }
  const changed = feeds.takeCandles()
  const step = INTERVAL_MS[feed.interval]
  const isSame = before.symbol === feed.symbol && before.interval === feed.interval
  if (isSame && before.freshness === 'live' && changed.length === 0) return
  const replaced = !isSame || before.freshness !== 'live' || !joins(before.candles, changed, step)
  // After a lost connection the snapshot may reach further back than what changed.
  const fresh = replaced ? feed.candles : changed
  const continues = isSame && (!replaced || isSameMarket(before.candles, fresh))
  const joined = continues ? withNewer(before.candles, fresh, step) : fresh
  presentCandles.value = {
    symbol: feed.symbol,
    interval: feed.interval,
    freshness: 'live',
    candles: joined,
    changed: replaced ? joined : changed,
    replaced,
  }
}
