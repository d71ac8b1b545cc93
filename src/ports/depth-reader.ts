/** A whole book, to join it and the events after it. */

import type { TradingPhase } from '../protocol/command/trading-phases.ts'

/** Numbers of a level: price in ticks, open lots, number of orders. */
export const NUMBERS_PER_LEVEL = 3

/** All levels of a book after an event that ends a command. */
export interface WholeDepth {
  /** The number of the last event that it contains. */
  readonly eventNumber: number
  /** Time of the last command that it contains; 0 before the first. */
  readonly timestampMs: number
  readonly phase: TradingPhase
  /** {@link NUMBERS_PER_LEVEL} for each level, best first. */
  readonly bids: Float64Array
  readonly asks: Float64Array
  /** The number of the last trade. */
  readonly tradeNumber: number
}
