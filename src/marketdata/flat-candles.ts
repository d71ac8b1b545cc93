/** Candles of quiet intervals: the price stays at the close before, and nothing is traded. */

import type { Candle } from '../protocol/candle.ts'
import { INTERVAL_MS, type Interval } from '../protocol/candle-interval.ts'

/**
 * The candles of every interval that starts in [fromMs, toMs). `candles` are those with trades, by time, and may have
 * some before `fromMs`: the last one there gives the price of the quiet intervals behind it. There are no candles
 * before the first trade. The caller bounds the range.
 */
export function fillFlat(candles: readonly Candle[], fromMs: number, toMs: number, interval: Interval): Candle[] {
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
  const prices = { open: close, high: close, low: close, close }
  return { startMs, ...prices, volume: 0n, quoteVolume: 0n, count: 0, firstTrade: 0, lastTrade: 0 }
}
