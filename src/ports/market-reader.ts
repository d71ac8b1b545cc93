/**
 * Reads candles and tickers: folds of all trades of a symbol. An answer contains every trade up to some trade, and no
 * later one. Intervals without trades have no candle here.
 */

import type { Candle, IntervalCandle } from '../protocol/candle.ts'
import type { Interval } from '../protocol/candle-interval.ts'
import type { Ticker } from '../protocol/ticker.ts'

/** Times that are multiples of the interval. The caller bounds the range. */
export interface CandleRange {
  readonly fromMs: number
  readonly toMs: number
}

/** The range has more trades than a reader makes candles of. */
export class RangeTooLarge extends Error {
  override readonly name = 'RangeTooLarge'
  readonly trades: number
  readonly tradesMax: number

  constructor(trades: number, tradesMax: number) {
    super(`the range has ${trades} trades, and the most are ${tradesMax}`)
    this.trades = trades
    this.tradesMax = tradesMax
  }
}

export interface MarketReader {
  /**
   * The candles that start in [fromMs, toMs), by time. Before them the last candle before the range, if there is one:
   * its close is the price of quiet intervals. Its start may be that of a shorter interval.
   * A reader without stored seconds throws RangeTooLarge for seconds with too many trades.
   */
  candles(symbol: string, interval: Interval, range: CandleRange): Promise<Candle[]>
  /** The newest candle of each interval. All end with the same trade. None before the first trade. */
  latest(symbol: string): Promise<IntervalCandle[]>
  /** The 24 hours of a time (marketdata/ticker.ts). undefined before the first trade. */
  ticker(symbol: string, nowMs: number): Promise<Ticker | undefined>
}
