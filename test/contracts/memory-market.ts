/** Candles and tickers in memory, computed from all trades at each read. */

import type { CandleRange, MarketReader } from '../../src/ports/market-reader.ts'
import type { Candle, IntervalCandle } from '../../src/protocol/candle.ts'
import { INTERVALS, type Interval } from '../../src/protocol/candle-interval.ts'
import type { TradeRecord } from '../../src/protocol/records.ts'
import type { Ticker } from '../../src/protocol/ticker.ts'
import { naiveCandles, naiveTicker } from '../marketdata/naive-market.ts'

export class MemoryMarket implements MarketReader {
  private readonly trades: readonly TradeRecord[]

  /** `trades` may grow. */
  constructor(trades: readonly TradeRecord[]) {
    this.trades = trades
  }

  async candles(symbol: string, interval: Interval, { fromMs, toMs }: CandleRange): Promise<Candle[]> {
    const all = naiveCandles(this.of(symbol), interval).filter(({ startMs }) => startMs < toMs)
    const before = all.filter(({ startMs }) => startMs < fromMs)
    return all.slice(Math.max(0, before.length - 1)).map(({ interval: _, ...candle }) => candle)
  }

  async latest(symbol: string): Promise<IntervalCandle[]> {
    return INTERVALS.flatMap((interval) => naiveCandles(this.of(symbol), interval).slice(-1))
  }

  async ticker(symbol: string, nowMs: number): Promise<Ticker | undefined> {
    return naiveTicker(this.of(symbol), nowMs)
  }

  private of(symbol: string): TradeRecord[] {
    return this.trades.filter((trade) => trade.symbol === symbol)
  }
}
