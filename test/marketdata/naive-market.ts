/** Candles and ticker computed from all trades at once, by their definition. */

import type { IntervalCandle } from '../../src/protocol/candle.ts'
import { INTERVAL_MS, INTERVALS, type Interval } from '../../src/protocol/candle-interval.ts'
import type { Ticker } from '../../src/protocol/ticker.ts'
import type { Ticks } from '../../src/protocol/units.ts'

export interface TestTrade {
  readonly tradeNumber: number
  readonly price: number
  readonly quantity: number
  readonly timestampMs: number
}

/** What trades that follow each other did. Asserts that there is one. */
function summaryOf(trades: readonly TestTrade[]) {
  const prices = trades.map((trade) => trade.price as Ticks)
  return {
    open: prices[0],
    high: Math.max(...prices) as Ticks,
    low: Math.min(...prices) as Ticks,
    close: prices[prices.length - 1],
    volume: trades.reduce((sum, { quantity }) => sum + BigInt(quantity), 0n),
    quoteVolume: trades.reduce((sum, { price, quantity }) => sum + BigInt(price) * BigInt(quantity), 0n),
    count: trades.length,
  }
}

/** The candles of an interval that have trades, by time. */
export function naiveCandles(trades: readonly TestTrade[], interval: Interval): IntervalCandle[] {
  const length = INTERVAL_MS[interval]
  const groups = new Map<number, TestTrade[]>()
  for (const trade of trades) {
    const start = Math.floor(trade.timestampMs / length) * length
    groups.set(start, [...(groups.get(start) ?? []), trade])
  }
  return [...groups].map(([startMs, group]) => ({
    interval,
    startMs,
    ...summaryOf(group),
    firstTrade: group[0].tradeNumber,
    lastTrade: group[group.length - 1].tradeNumber,
  }))
}

export const allNaiveCandles = (trades: readonly TestTrade[]): IntervalCandle[] =>
  INTERVALS.flatMap((interval) => naiveCandles(trades, interval))

/** The ticker at a time: of the minutes that ended less than 24 hours before the end of the present minute. */
export function naiveTicker(trades: readonly TestTrade[], nowMs: number): Ticker | undefined {
  if (trades.length === 0) return undefined
  const last = trades[trades.length - 1].price as Ticks
  const minute = (timestampMs: number) => Math.floor(timestampMs / 60_000)
  const recent = trades.filter(({ timestampMs }) => minute(timestampMs) > minute(nowMs) - 24 * 60)
  if (recent.length === 0) {
    return { last, open: null, high: null, low: null, volume: 0n, quoteVolume: 0n, count: 0, change: null }
  }
  const { close, ...summary } = summaryOf(recent)
  return { last, ...summary, change: close - summary.open }
}

/** The last state of each candle, as a reader of changes has it. */
export class CandleShelf {
  private readonly candles = new Map<string, IntervalCandle>()

  put(candles: readonly IntervalCandle[]): void {
    for (const candle of candles) this.candles.set(`${candle.interval} ${candle.startMs}`, candle)
  }

  /** In the order of {@link allNaiveCandles}. */
  all(): IntervalCandle[] {
    const place = ({ interval }: IntervalCandle) => INTERVALS.indexOf(interval)
    return [...this.candles.values()].sort((a, b) => place(a) - place(b) || a.startMs - b.startMs)
  }
}
