/** Reads of stored candles on the reader thread, each with the last trade that the candles contain. */

import { longerCandles } from '../../../marketdata/joined-candles.ts'
import { windowStart } from '../../../marketdata/ticker.ts'
import type { CandleRange } from '../../../ports/market-reader.ts'
import { finish, type Paced } from '../../../ports/paced.ts'
import { type Candle, type IntervalCandle, intervalStart } from '../../../protocol/candle.ts'
import { INTERVAL_MS, INTERVALS, type Interval } from '../../../protocol/candle-interval.ts'
import { storedIntervalOf } from '../records/stored-candles.ts'
import type { StoredRecords } from '../records/stored-records.ts'

export interface StoredMarket<C extends Candle = Candle> {
  /** The last trade that the candles contain. */
  readonly lastTrade: number
  /** By time. */
  readonly candles: C[]
}

/** The candles of which those of an interval are made, and the last one before the range. */
export function* candlesOf(
  store: StoredRecords,
  symbol: string,
  interval: Interval,
  range: CandleRange,
): Paced<StoredMarket> {
  const lastTrade = foldedUpTo(store, symbol)
  return { lastTrade, candles: yield* store.candles.list(symbol, interval, range) }
}

/**
 * The candles of the 24 hours of a time, and the last one before them: minutes up to the first whole hour, then hours.
 * That is at most 60 and 25 rows.
 */
export function candlesOfDay(store: StoredRecords, symbol: string, nowMs: number): StoredMarket {
  const lastTrade = foldedUpTo(store, symbol)
  const fromMs = windowStart(nowMs)
  const hourMs = Math.ceil(fromMs / INTERVAL_MS['1h']) * INTERVAL_MS['1h']
  const hours = finish(store.candles.list(symbol, '1h', { fromMs: hourMs, toMs: Number.MAX_SAFE_INTEGER }))
  const minutes = finish(store.candles.list(symbol, '1m', { fromMs, toMs: hourMs }))
  // The last hour before the first whole one has minutes that are not in the window.
  return { lastTrade, candles: [...minutes, ...hours.filter(({ startMs }) => startMs >= hourMs)] }
}

/** The newest candle of each interval, by interval: each from at most 15 stored ones. */
export function newestCandles(store: StoredRecords, symbol: string): StoredMarket<IntervalCandle> {
  const lastTrade = foldedUpTo(store, symbol)
  const candles: IntervalCandle[] = []
  for (const interval of INTERVALS) {
    const newest = store.candles.newest(symbol, storedIntervalOf(interval))
    if (newest === undefined) continue
    const fromMs = intervalStart(newest.startMs, INTERVAL_MS[interval])
    const parts = finish(store.candles.list(symbol, interval, { fromMs, toMs: Number.MAX_SAFE_INTEGER }))
    const [candle] = longerCandles(
      parts.filter(({ startMs }) => startMs >= fromMs),
      interval,
    )
    candles.push({ ...candle, interval })
  }
  return { lastTrade, candles }
}

/** Throws if there are trades that the candles do not contain. */
function foldedUpTo(store: StoredRecords, symbol: string): number {
  const lastTrade = store.foldedUpTo(symbol)
  if (lastTrade === undefined) throw new Error(`the candles of ${symbol} are being made; try again later`)
  return lastTrade
}
