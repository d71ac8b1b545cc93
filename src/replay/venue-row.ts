/**
 * One row of a venue's feed: what happened to one of its orders, and when. A feed is CSV with these
 * columns, in any order, told apart by the header; others are ignored. Prices stay text until an
 * instrument says what a tick is; volumes are whole satoshi (10^-8 of the base).
 */

import type { Side } from '../protocol/order-words.ts'
import type { Step } from '../protocol/units.ts'

export const COLUMNS = ['id', 'timestamp', 'price', 'volume', 'action', 'direction'] as const
export type Column = (typeof COLUMNS)[number]

/** An order entered the venue's book, a fill made it smaller, or it left. */
export const ACTIONS = ['created', 'changed', 'deleted'] as const
export type Action = (typeof ACTIONS)[number]

export interface VenueRow {
  /** Where it stands in the file; the header is line 1. */
  readonly line: number
  readonly id: string
  readonly timestampMs: number
  /** Plain decimal text. */
  readonly price: string
  /** What is left of the order after this row, in satoshi. */
  readonly volume: number
  readonly action: Action
  readonly side: Side
}

/** The unit of `volume`. */
export const SATOSHI: Step = { decimals: 8, multiple: 1 }

/** The input is no feed, or is damaged. The message is for the person who named the file. */
export class FeedError extends Error {
  override readonly name = 'FeedError'
}
