/**
 * The last 24 hours of one symbol, from its minute candles: the 1,440 minutes that end with the present one. The window
 * moves by the minute, also without trades. After 24 quiet hours all prices are the last one, and the volume is 0.
 */

import type { Ticks } from '../protocol/units.ts'
import { type Candle, INTERVAL_MS, intervalStart } from './candles.ts'

const MINUTE_MS = INTERVAL_MS['1m']
export const WINDOW_MS = INTERVAL_MS['1d']

export interface TickerValues {
  readonly last: Ticks
  /** The price of the first trade in the window. */
  readonly open: Ticks
  readonly high: Ticks
  readonly low: Ticks
  /** Lots, and ticks × lots. */
  readonly volume: bigint
  readonly quoteVolume: bigint
  readonly count: number
  /** last − open, in ticks. */
  readonly change: number
}

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
  values(): TickerValues | undefined {
    const { newest, minutes, older } = this
    if (newest === undefined) return undefined
    const last = newest.close
    const total = minutes.length === 0 ? NOTHING : sum(older, newest)
    const open = minutes.length === 0 ? last : minutes[0].open
    const high = minutes.length === 0 ? last : (total.high as Ticks)
    const low = minutes.length === 0 ? last : (total.low as Ticks)
    const { volume, quoteVolume, count } = total
    return { last, open, high, low, volume, quoteVolume, count, change: last - open }
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
