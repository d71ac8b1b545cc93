/**
 * A candle: what the trades of an interval did to the price. An interval without trades has no candle; a reader may
 * fill it flat (marketdata/flat-candles.ts). All values are exact integers.
 */

import type { Interval } from './candle-interval.ts'
import type { Ticks } from './units.ts'

export interface Candle {
  /** Milliseconds since 1970; a multiple of the interval. */
  readonly startMs: number
  readonly open: Ticks
  readonly high: Ticks
  readonly low: Ticks
  readonly close: Ticks
  /** Lots. A sum of trades can exceed 2^53. */
  readonly volume: bigint
  /** Ticks × lots. */
  readonly quoteVolume: bigint
  /** Number of trades. */
  readonly count: number
  /** Numbers of the first and the last trade; 0 in a flat candle. */
  readonly firstTrade: number
  readonly lastTrade: number
}

export interface IntervalCandle extends Candle {
  readonly interval: Interval
}

/** The start of the interval that contains a time. */
export const intervalStart = (timestampMs: number, intervalMs: number): number =>
  timestampMs - (timestampMs % intervalMs)
