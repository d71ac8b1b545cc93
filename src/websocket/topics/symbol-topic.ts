/**
 * A followed topic of a symbol: it knows which messages its followers have, and makes the next one. A topic that shows
 * the past begins with what is stored, which is read once; until then it gathers the changes.
 */

import type { ShownBook } from '../../marketdata/book-view.ts'
import type { IntervalCandle } from '../../protocol/candle.ts'
import type { Instrument } from '../../protocol/instrument/instrument.ts'
import type { ShownTrade } from '../../protocol/trade-record.ts'

/** What has changed in a symbol since the last tick. The book is compared by its views. */
export interface SymbolChange {
  /** Oldest first. */
  readonly trades: readonly ShownTrade[]
  readonly candles: readonly IntervalCandle[]
}

/** The symbol that the topics share. */
export interface SymbolState {
  readonly instrument: Instrument
  readonly book: ShownBook
  nowMs(): number
}

export interface SymbolTopic {
  /** Whether it has what is stored. Before, it makes no message. */
  readonly ready: boolean
  /** Takes a change. Returns whether the topic has changed. */
  take(change: SymbolChange): boolean
  /** The message of what has changed since the last one. */
  update(from: number, to: number): string
  snapshot(sequence: number): string
  /** The time has moved on. Returns whether the topic has changed without an event. */
  advance?(nowMs: number): boolean
}
