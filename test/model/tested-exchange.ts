/**
 * What a scenario or a generated run can see of an exchange, whichever it is: the fast one and the
 * naive one show themselves through this interface, so that one text and one comparison serve both.
 */

import type { Command } from '../../src/protocol/commands.ts'
import type { Event } from '../../src/protocol/events.ts'
import type { TradingPhase } from '../../src/protocol/operator-commands.ts'
import type { OrderRecord } from '../../src/protocol/records.ts'

export interface TestedExchange {
  /** Applies a command that arrived at `timestampMs`; returns what happened. */
  apply(command: Command, timestampMs: number): Event[]
  book(): BookListing
  /** Every order that ever got a record, as it stands now, in the order of the first events. */
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
  /** Lots in all, as the exchange itself counts them. */
  readonly total: number
  readonly orders: readonly ListedOrder[]
}

export interface ListedOrder {
  readonly account: string
  readonly orderId: string
  readonly remaining: number
}
