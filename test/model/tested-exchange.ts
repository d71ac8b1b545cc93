/**
 * The interface of an exchange for scenarios and generated runs. The fast and the naive exchange implement it, so that
 * one text and one comparison work for both.
 */

import type { Command } from '../../src/protocol/command/commands.ts'
import type { TradingPhase } from '../../src/protocol/command/trading-phases.ts'
import type { Event } from '../../src/protocol/event/events.ts'
import type { OrderRecord } from '../../src/protocol/records.ts'

export interface TestedExchange {
  /** Applies a command that arrived at `timestampMs`; returns its events. */
  apply(command: Command, timestampMs: number): Event[]
  book(): BookListing
  /** The present record of every order that has one, in the order of the first events. */
  records(): OrderRecord[]
}

/** The whole book, order by order: each side best price first, each level oldest order first. */
export interface BookListing {
  readonly bids: readonly ListedLevel[]
  readonly asks: readonly ListedLevel[]
  readonly phase: TradingPhase
  readonly bandLow: number
  readonly bandHigh: number
  /** 0 before the first trade. */
  readonly lastTradePrice: number
}

export interface ListedLevel {
  readonly price: number
  /** The total of lots by the exchange's own sums. */
  readonly total: number
  readonly orders: readonly ListedOrder[]
}

export interface ListedOrder {
  readonly account: string
  readonly orderId: string
  readonly remaining: number
}
