/**
 * One row of a venue's feed: what happened to one of its orders, and when. A feed is CSV with a header and these
 * columns in any order. Other columns are ignored. Prices are text until an instrument defines the tick. Volumes
 * are whole satoshi (10^-8 of the base).
 */

import type { Side } from '../protocol/order/order-words.ts'
import type { Step } from '../protocol/units.ts'

export const COLUMNS = ['id', 'timestamp', 'price', 'volume', 'action', 'direction'] as const
export type Column = (typeof COLUMNS)[number]

/** An order entered the venue's book, was partially filled, or left the book. */
export const ACTIONS = ['created', 'changed', 'deleted'] as const
export type Action = (typeof ACTIONS)[number]

export interface VenueRow {
  /** Its line number in the file; the header is line 1. */
  readonly line: number
  readonly id: string
  readonly timestampMs: number
  /** Plain decimal text. */
  readonly price: string
  /** The remaining volume of the order after this row, in satoshi. */
  readonly volume: number
  readonly action: Action
  readonly side: Side
}

/** The unit of `volume`. */
export const SATOSHI: Step = { decimals: 8, multiple: 1 }

/** The input is not a feed, or is damaged. The message is for the user. */
export class FeedError extends Error {
  override readonly name = 'FeedError'
}
