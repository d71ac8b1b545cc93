/**
 * Reads one event at a time. Matching passes its events through a cursor, and so does the reader of the feed's
 * bytes (event-feed-reader.ts), so one fold works with both. Getters read the event in place, so a fold allocates
 * objects only if it needs them.
 *
 * A value is valid only until the cursor moves. A getter that does not apply to the kind of the event returns
 * '', 0, false or undefined.
 */

import type { Command } from '../command/commands.ts'
import type { OperatorNote } from '../command/operator-commands.ts'
import type { TradingPhase } from '../command/trading-phases.ts'
import type { InstrumentText } from '../instrument/instrument.ts'
import type { EchoFields } from '../order/order-fields.ts'
import type { OrderExtras } from '../order/order-terms.ts'
import type { CancelReason, RejectReason } from '../reasons.ts'
import type { EventKind } from './events.ts'

export interface EventCursor {
  readonly kind: EventKind
  readonly symbol: string
  /** 1, 2, 3 … within the symbol. */
  readonly number: number
  readonly timestampMs: number
  /**
   * The command that caused the event. undefined: the event has no cause (an order that expired), or the cause
   * is not available, as in the feed's bytes.
   */
  readonly cause: Command | undefined
  /** Request id of the cause, if it had one. */
  readonly requestId: string | undefined
  readonly reason: RejectReason | CancelReason | undefined
  /** Whether the event concerns the symbol itself and not an order (event-kinds.ts). */
  readonly concernsSymbol: boolean

  /**
   * The order that the event concerns; in a trade, the maker's order. The handle identifies it among the open
   * orders of the symbol from its OrderAccepted to its last event. 0: the order is not open.
   */
  readonly handle: number
  readonly account: string
  readonly orderId: string
  /** OrderAccepted, OrderRejected, OrderCanceled and OrderAmended: whether the order is to sell. */
  readonly sells: boolean
  /** OrderAccepted and OrderRejected: the order's terms besides price and quantity; see termsOf in order-terms.ts. */
  readonly options: number
  readonly extras: OrderExtras | undefined
  /** The echo fields of the order; undefined if it has none (echo-fields.ts). */
  readonly echo: EchoFields | undefined
  /** Ticks: of the order, of the trade, or after an amendment. 0: none, as in CancelRejected and AmendRejected. */
  readonly price: number
  /** Lots: ordered, traded, or canceled; after an amendment the new total. */
  readonly quantity: number
  /** OrderAmended: whether the order kept its priority. */
  readonly priorityKept: boolean
  /** OrderAmended: the price in ticks and the open lots before the amendment, and the open lots after it. */
  readonly priceBefore: number
  readonly openBefore: number
  readonly open: number

  /** TradeExecuted only. */
  readonly tradeNumber: number
  readonly takerHandle: number
  readonly takerAccount: string
  readonly takerOrderId: string
  readonly takerEcho: EchoFields | undefined
  /** The aggressor's side. */
  readonly takerSells: boolean
  /** Whether this trade fills the maker's order, and so closes it. */
  readonly makerFilled: boolean
  readonly takerFilled: boolean

  /** Events that concern the symbol. Who sent the operator command, if that is known. */
  readonly operatorNote: OperatorNote | undefined
  /** PhaseChanged only. */
  readonly phase: TradingPhase | undefined
  /** PriceBandSet only. Ticks; 0: no bound. */
  readonly bandLow: number
  readonly bandHigh: number
  /** The instrument after the event. */
  readonly instrument: InstrumentText | undefined
  /** Version of the rules after the event. */
  readonly rules: number
}

/** Receives events one by one, in the order of their numbers within a symbol. */
export interface EventFold {
  take(event: EventCursor): void
}
