/** The public view of a book: totals by price, without accounts. */

import type { TradingPhase } from './command/trading-phases.ts'
import type { Lots, Ticks } from './units.ts'

export interface DepthLevel {
  readonly price: Ticks
  readonly quantity: Lots
  /** Number of orders; null in a view that an earlier program has written. */
  readonly orders: number | null
}

export interface BookState {
  readonly symbol: string
  /** The number of the last event that it contains. */
  readonly eventNumber: number
  /** Time of the last command that it contains; 0 before the first. */
  readonly timestampMs: number
  /** Best first. */
  readonly bids: readonly DepthLevel[]
  readonly asks: readonly DepthLevel[]
  /** null before the first trade. */
  readonly lastTradePrice: Ticks | null
  readonly phase: TradingPhase
  /** null without a bound. */
  readonly bandLow: Ticks | null
  readonly bandHigh: Ticks | null
}
