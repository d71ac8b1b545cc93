/** The candles of one interval as a topic: the last ones, filled flat, then each one that changed. */

import { fillFlat } from '../../marketdata/flat-candles.ts'
import { type Candle, intervalStart } from '../../protocol/candle.ts'
import { INTERVAL_MS, type Interval } from '../../protocol/candle-interval.ts'
import { candlesSnapshot, candlesUpdate } from '../messages/candle-messages.ts'
import type { SymbolChange, SymbolState, SymbolTopic } from './symbol-topic.ts'

/** Candles of a snapshot. */
export const CANDLES_SHOWN = 100

export class CandlesTopic implements SymbolTopic {
  ready = false
  private readonly symbol: SymbolState
  private readonly interval: Interval
  /** By start, oldest first: those with trades. One more than a snapshot shows, because it gives the price before. */
  private candles: Candle[] = []
  private changed: readonly Candle[] = []

  constructor(symbol: SymbolState, interval: Interval) {
    this.symbol = symbol
    this.interval = interval
  }

  /** The candle before the first change. */
  continueFrom(newest: Candle | undefined): void {
    if (newest !== undefined) this.candles.unshift(newest)
  }

  /** The start of the first candle that a snapshot shows now. */
  get fromMs(): number {
    const step = INTERVAL_MS[this.interval]
    return Math.max(0, this.endMs - CANDLES_SHOWN * step)
  }

  /** `stored`: the last candles with trades, oldest first. A candle that has changed since may be in it. */
  begin(stored: readonly Candle[]): void {
    const first = this.candles[0]?.startMs ?? Number.POSITIVE_INFINITY
    this.candles = [...stored.filter(({ startMs }) => startMs < first), ...this.candles]
    this.ready = true
  }

  take({ candles }: SymbolChange): boolean {
    const changed = candles.filter(({ interval }) => interval === this.interval)
    this.changed = changed
    for (const candle of changed) {
      if (this.candles.at(-1)?.startMs === candle.startMs) this.candles.pop()
      this.candles.push(candle)
    }
    if (this.candles.length > 2 * CANDLES_SHOWN) this.candles = this.candles.slice(-CANDLES_SHOWN - 1)
    return changed.length > 0
  }

  update(from: number, to: number): string {
    return candlesUpdate(this.symbol.instrument, this.at(this.changed), from, to)
  }

  snapshot(sequence: number): string {
    const filled = fillFlat(this.candles, this.fromMs, this.endMs, this.interval)
    return candlesSnapshot(this.symbol.instrument, this.at(filled), sequence)
  }

  /** The end of the newest candle. The clock of the exchange may be ahead of this one. */
  private get endMs(): number {
    const step = INTERVAL_MS[this.interval]
    return Math.max(intervalStart(this.symbol.nowMs(), step), this.candles.at(-1)?.startMs ?? 0) + step
  }

  private at(candles: readonly Candle[]) {
    return { interval: this.interval, candles, nowMs: this.symbol.nowMs() }
  }
}
