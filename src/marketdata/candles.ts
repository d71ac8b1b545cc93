/**
 * Candles: what the trades of an interval did to the price. An interval begins at a multiple of its length since 1970,
 * in UTC. An interval without trades has no candle; {@link fillFlat} makes one for a reader. All values are exact
 * integers: prices in ticks, volume in lots, quote volume in ticks × lots.
 */

import type { Ticks } from '../protocol/units.ts'

/** From the shortest to the longest. Each is a multiple of the one before. */
export const INTERVALS = ['1s', '1m', '5m', '15m', '1h', '4h', '1d'] as const
export type Interval = (typeof INTERVALS)[number]

const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE

/** Milliseconds of each interval. */
export const INTERVAL_MS: Readonly<Record<Interval, number>> = {
  '1s': SECOND,
  '1m': MINUTE,
  '5m': 5 * MINUTE,
  '15m': 15 * MINUTE,
  '1h': HOUR,
  '4h': 4 * HOUR,
  '1d': 24 * HOUR,
}

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
  /** Numbers of the first and the last trade; 0 in a candle without trades. */
  readonly firstTrade: number
  readonly lastTrade: number
}

export interface IntervalCandle extends Candle {
  readonly interval: Interval
}

/** The start of the interval that contains a time. */
export const intervalStart = (timestampMs: number, intervalMs: number): number =>
  timestampMs - (timestampMs % intervalMs)

/**
 * The candles of every interval that starts in [fromMs, toMs). `candles` are those with trades, by time, and may have
 * one before `fromMs`: the last one there gives the price of the quiet intervals behind it. There are no candles
 * before the first trade. The caller bounds the range.
 */
export function fillFlat(
  candles: readonly Candle[],
  fromMs: number,
  toMs: number,
  interval: Interval,
): readonly Candle[] {
  const step = INTERVAL_MS[interval]
  const filled: Candle[] = []
  let before: Candle | undefined
  let next = 0
  for (let startMs = Math.ceil(fromMs / step) * step; startMs < toMs; startMs += step) {
    while (next < candles.length && candles[next].startMs <= startMs) before = candles[next++]
    if (before === undefined) continue
    filled.push(before.startMs === startMs ? before : flatAfter(before, startMs))
  }
  return filled
}

/** The candle of an interval without trades after `before`. */
export function flatAfter({ close }: Candle, startMs: number): Candle {
  const price = { open: close, high: close, low: close, close }
  return { startMs, ...price, volume: 0n, quoteVolume: 0n, count: 0, firstTrade: 0, lastTrade: 0 }
}
