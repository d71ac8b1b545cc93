/** A book as the world may see it: totals by price, never whose orders they are. */

import type { TradingPhase } from './operator-commands.ts'
import type { Lots, Ticks } from './units.ts'

export interface DepthLevel {
  readonly price: Ticks
  readonly quantity: Lots
}

export interface BookState {
  readonly symbol: string
  /** The last event it holds. */
  readonly eventNumber: number
  /** Of the last command it holds; 0 before the first. */
  readonly timestampMs: number
  /** Best first. */
  readonly bids: readonly DepthLevel[]
  readonly asks: readonly DepthLevel[]
  /** null before the first trade. */
  readonly lastTradePrice: Ticks | null
  readonly phase: TradingPhase
  /** null where there is no bound. */
  readonly bandLow: Ticks | null
  readonly bandHigh: Ticks | null
}
