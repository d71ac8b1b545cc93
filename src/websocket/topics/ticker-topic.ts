/** The ticker of a symbol as a topic: the last 24 hours and the best levels. Each message is the whole ticker. */

import type { BookLevel } from '../../marketdata/book-level.ts'
import { TickerWindow } from '../../marketdata/ticker.ts'
import type { Candle } from '../../protocol/candle.ts'
import { type TickerAfter, tickerSnapshot, tickerUpdate } from '../messages/ticker-messages.ts'
import type { SymbolChange, SymbolState, SymbolTopic } from './symbol-topic.ts'

export class TickerTopic implements SymbolTopic {
  ready = false
  private readonly symbol: SymbolState
  private readonly window = new TickerWindow()
  /** Minute candles that have changed before what is stored was read. */
  private gathered: Candle[] = []
  private bid: BookLevel | undefined
  private ask: BookLevel | undefined
  private rolledMs = 0

  constructor(symbol: SymbolState) {
    this.symbol = symbol
    this.readBest()
  }

  /** The minute candle before the first change. */
  continueFrom(newest: Candle | undefined): void {
    if (newest !== undefined) this.gathered.unshift(newest)
  }

  /** `stored`: the minutes of the window and the newest one before it, oldest first. */
  begin(stored: readonly Candle[]): void {
    const first = this.gathered[0]?.startMs ?? Number.POSITIVE_INFINITY
    for (const candle of stored) if (candle.startMs < first) this.window.update(candle)
    for (const candle of this.gathered) this.window.update(candle)
    this.gathered = []
    this.window.advance(this.symbol.nowMs())
    this.ready = true
  }

  take({ candles }: SymbolChange): boolean {
    let traded = false
    for (const candle of candles) {
      if (candle.interval !== '1m') continue
      if (this.ready) this.window.update(candle)
      else this.gathered.push(candle)
      traded = true
    }
    return this.readBest() || traded
  }

  advance(nowMs: number): boolean {
    if (!this.ready || !this.window.advance(nowMs)) return false
    this.rolledMs = nowMs
    return true
  }

  update(from: number, to: number): string {
    return tickerUpdate(this.symbol.instrument, this.after(), from, to)
  }

  snapshot(sequence: number): string {
    return tickerSnapshot(this.symbol.instrument, this.after(), sequence)
  }

  private after(): TickerAfter {
    const timestampMs = Math.max(this.symbol.book.timestampMs, this.rolledMs)
    return { timestampMs, ticker: this.window.values(), bid: this.bid, ask: this.ask }
  }

  /** Returns whether a best level has changed in what a ticker shows. */
  private readBest(): boolean {
    const { bids, asks } = this.symbol.book.top(1)
    const changed = differs(this.bid, bids[0]) || differs(this.ask, asks[0])
    this.bid = bids[0]
    this.ask = asks[0]
    return changed
  }
}

const differs = (before: BookLevel | undefined, now: BookLevel | undefined): boolean =>
  before?.price !== now?.price || before?.quantity !== now?.quantity
