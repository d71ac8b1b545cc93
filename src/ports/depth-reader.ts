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
  readonly bids: Float64Array<ArrayBuffer>
  readonly asks: Float64Array<ArrayBuffer>
  /** The number of the last trade. */
  readonly tradeNumber: number
}

/**
 * Some levels of a book that is read in parts: those that are worse than the levels of the parts before. Events may
 * happen between two parts. An event behind a part changes the levels that were read; a later part contains what it
 * did to the others.
 */
export interface DepthPart extends WholeDepth {
  /** Worse levels of this side are in a later part. If not, the whole side is known. */
  readonly moreBids: boolean
  readonly moreAsks: boolean
}
