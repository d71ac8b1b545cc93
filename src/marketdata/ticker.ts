/**
 * The last 24 hours of one symbol, from its minute candles: the 1,440 minutes that end with the present one. The window
 * moves by the minute, also without trades.
 */

import { type Candle, intervalStart } from '../protocol/candle.ts'
import { INTERVAL_MS } from '../protocol/candle-interval.ts'
import type { Ticker } from '../protocol/ticker.ts'
import type { Ticks } from '../protocol/units.ts'

const MINUTE_MS = INTERVAL_MS['1m']
export const WINDOW_MS = INTERVAL_MS['1d']

/** The start of the first minute in the window of a time. */
export const windowStart = (nowMs: number): number => intervalStart(nowMs, MINUTE_MS) + MINUTE_MS - WINDOW_MS

const NOTHING = { high: 0, low: Number.POSITIVE_INFINITY, volume: 0n, quoteVolume: 0n, count: 0 }

export class TickerWindow {
  /** The minutes in the window that have trades, oldest first. */
  private minutes: Candle[] = []
  /** All of them but the newest. */
  private older = NOTHING
  /** The newest minute of all, in the window or before it. */
  private newest: Candle | undefined
  private startMs = Number.NEGATIVE_INFINITY

  /** Takes a minute candle: the newest one again, or the next. An older one is ignored. */
  update(candle: Candle): void {
    const { minutes, newest } = this
    if (newest !== undefined && candle.startMs < newest.startMs) return
    this.newest = candle
    if (minutes.length > 0 && minutes[minutes.length - 1].startMs === candle.startMs) minutes.pop()
    else if (minutes.length > 0) this.older = sum(this.older, minutes[minutes.length - 1])
    minutes.push(candle)
    this.moveTo(windowStart(candle.startMs))
  }

  /** Moves the window to a time; it never goes back. Returns whether a minute has left it. */
  advance(nowMs: number): boolean {
    return this.moveTo(windowStart(nowMs))
  }

  /** undefined before the first trade. */
  values(): Ticker | undefined {
    const { newest, minutes, older } = this
    if (newest === undefined) return undefined
    const last = newest.close
    if (minutes.length === 0) {
      return { last, open: null, high: null, low: null, volume: 0n, quoteVolume: 0n, count: 0, change: null }
    }
    const { high, low, ...sums } = sum(older, newest)
    const { open } = minutes[0]
    return { last, open, high: high as Ticks, low: low as Ticks, ...sums, change: last - open }
  }

  private moveTo(startMs: number): boolean {
    this.startMs = Math.max(this.startMs, startMs)
    const { minutes } = this
    let left = 0
    while (left < minutes.length && minutes[left].startMs < this.startMs) left++
    if (left === 0) return false
    minutes.splice(0, left)
    this.older = minutes.slice(0, -1).reduce(sum, NOTHING)
    return true
  }
}

function sum(a: typeof NOTHING, b: typeof NOTHING): typeof NOTHING {
  return {
    high: Math.max(a.high, b.high),
    low: Math.min(a.low, b.low),
    volume: a.volume + b.volume,
    quoteVolume: a.quoteVolume + b.quoteVolume,
    count: a.count + b.count,
  }
}
