/** Candles from candles: of a longer interval, or of two successive runs of trades in one interval. */

import { type Candle, intervalStart } from '../protocol/candle.ts'
import { INTERVAL_MS, type Interval } from '../protocol/candle-interval.ts'
import type { Ticker } from '../protocol/ticker.ts'
import type { Ticks } from '../protocol/units.ts'

/** One candle of the trades of both. All trades of `older` are before those of `newer`. */
export function joinCandles(older: Candle, newer: Candle, startMs = older.startMs): Candle {
  return {
    startMs,
    open: older.open,
    high: Math.max(older.high, newer.high) as Ticks,
    low: Math.min(older.low, newer.low) as Ticks,
    close: newer.close,
    volume: older.volume + newer.volume,
    quoteVolume: older.quoteVolume + newer.quoteVolume,
    count: older.count + newer.count,
    firstTrade: older.firstTrade,
    lastTrade: newer.lastTrade,
  }
}

/** The candles of an interval from candles with trades of the same or a shorter one, by time. One may be in parts. */
export function longerCandles(candles: Iterable<Candle>, interval: Interval): Candle[] {
  const joined: Candle[] = []
  for (const candle of candles) {
    const startMs = intervalStart(candle.startMs, INTERVAL_MS[interval])
    const last = joined.at(-1)
    if (last?.startMs === startMs) joined[joined.length - 1] = joinCandles(last, candle)
    else joined.push(startingAt(candle, startMs))
  }
  return joined
}

function startingAt(candle: Candle, startMs: number): Candle {
  const { open, high, low, close, volume, quoteVolume, count, firstTrade, lastTrade } = candle
  return { startMs, open, high, low, close, volume, quoteVolume, count, firstTrade, lastTrade }
}

/** The ticker of a window from its candles, by time, and the last candle before it. undefined: no trade at all. */
export function tickerOf(window: readonly Candle[], before: Candle | undefined): Ticker | undefined {
  const [first, ...others] = window
  if (first === undefined) {
    if (before === undefined) return undefined
    const nothing = { volume: 0n, quoteVolume: 0n, count: 0 }
    return { last: before.close, open: null, high: null, low: null, ...nothing, change: null }
  }
  const { open, high, low, close, volume, quoteVolume, count } = others.reduce((a, b) => joinCandles(a, b), first)
  return { last: close, open, high, low, volume, quoteVolume, count, change: close - open }
}
