/**
 * The events: the only output of matching. Their names are in past tense. Events of a symbol are numbered from 1
 * without gaps, and the same commands give the same events, byte for byte. Records, market data and the lake are
 * folds of them. docs/reference/events.md is their specification.
 */

import type { InstrumentTerms, OperatorNote } from '../command/operator-commands.ts'
import type { TradingPhase } from '../command/trading-phases.ts'
import type { EchoFields, OptionalOrderFields, TradeEchoFields } from '../order/order-fields.ts'
import type { OrderType, Side, TimeInForce } from '../order/order-words.ts'
import type { CancelReason, RejectReason } from '../reasons.ts'
import type { Lots, Ticks } from '../units.ts'

interface EventBase {
  readonly symbol: string
  /** 1, 2, 3 … within the symbol. */
  readonly number: number
  /** Arrival time of the command in the stream; never decreases within the symbol. */
  readonly timestampMs: number
  readonly requestId?: string
}

/** Repeats the echo fields of its order, if the order is known. */
interface OrderEventBase extends EventBase, EchoFields {
  readonly account: string
  readonly orderId: string
}

export interface OrderAccepted extends OrderEventBase, OptionalOrderFields {
  readonly kind: 'OrderAccepted'
  readonly side: Side
  readonly type: OrderType
  readonly timeInForce: TimeInForce
  readonly quantity: Lots
  readonly price?: Ticks
}

/** The order did not enter the book. The event contains its terms, so that the record is complete. */
export interface OrderRejected extends Omit<OrderAccepted, 'kind'> {
  readonly kind: 'OrderRejected'
  readonly reason: RejectReason
}

export interface TradeExecuted extends EventBase, TradeEchoFields {
  readonly kind: 'TradeExecuted'
  /** 1, 2, 3 … within the symbol. Symbol and number form the trade id. */
  readonly tradeNumber: number
  /** The maker's price. */
  readonly price: Ticks
  readonly quantity: Lots
  readonly takerSide: Side
  readonly makerAccount: string
  readonly makerOrderId: string
  readonly takerAccount: string
  readonly takerOrderId: string
}

export interface OrderCanceled extends OrderEventBase {
  readonly kind: 'OrderCanceled'
  readonly reason: CancelReason
  /** Lots that will not be filled. */
  readonly quantity: Lots
}

export interface OrderAmended extends OrderEventBase {
  readonly kind: 'OrderAmended'
  readonly price: Ticks
  /** The new total, filled lots included. */
  readonly quantity: Lots
  /** Whether the order kept its priority. */
  readonly priorityKept: boolean
}

export interface CancelRejected extends OrderEventBase {
  readonly kind: 'CancelRejected'
  readonly reason: RejectReason
}

export interface AmendRejected extends OrderEventBase {
  readonly kind: 'AmendRejected'
  readonly reason: RejectReason
}

/** An event of an operator command, with the operator who sent it. */
interface ControlEventBase extends EventBase, OperatorNote {}

export interface PhaseChanged extends ControlEventBase {
  readonly kind: 'PhaseChanged'
  readonly phase: TradingPhase
}

export interface PriceBandSet extends ControlEventBase {
  readonly kind: 'PriceBandSet'
  readonly low?: Ticks
  readonly high?: Ticks
}

/** The instrument is open, and its phase is CONTINUOUS. */
export interface InstrumentDefined extends ControlEventBase, InstrumentTerms {
  readonly kind: 'InstrumentDefined'
}

/** Contains all terms of the instrument after the change. */
export interface InstrumentChanged extends ControlEventBase, InstrumentTerms {
  readonly kind: 'InstrumentChanged'
}

/** The instrument is closed, and its phase is CLOSED. The cancels of its open orders follow. */
export interface InstrumentClosed extends ControlEventBase {
  readonly kind: 'InstrumentClosed'
}

export interface RulesAdopted extends ControlEventBase {
  readonly kind: 'RulesAdopted'
  readonly rules: number
}

/** An operator command was rejected. */
export interface ControlRejected extends ControlEventBase {
  readonly kind: 'ControlRejected'
  readonly reason: RejectReason
}

export type Event =
  | OrderAccepted
  | OrderRejected
  | TradeExecuted
  | OrderCanceled
  | OrderAmended
  | CancelRejected
  | AmendRejected
  | PhaseChanged
  | PriceBandSet
  | InstrumentDefined
  | InstrumentChanged
  | InstrumentClosed
  | RulesAdopted
  | ControlRejected

/** event-kinds.ts says what each concerns. */
export type EventKind = Event['kind']

/** `BTCUSD-17` */
export const tradeIdOf = (symbol: string, tradeNumber: number): string => `${symbol}-${tradeNumber}`
