/** A price level of a book, inside the exchange as integers and in messages as text. */

import type { Lots, Ticks } from '../protocol/units.ts'

export interface BookLevel {
  readonly price: Ticks
  /** All lots that are open at this price. */
  readonly quantity: Lots
  /** Number of orders. */
  readonly orders: number
}

/** Levels of both sides, best first. */
export interface BookSides {
  readonly bids: readonly BookLevel[]
  readonly asks: readonly BookLevel[]
}

/** A level in a message: decimal text as sent. Quantity `0` in an update means that the level is gone. */
export type LevelText = readonly [price: string, quantity: string, orders: number]
