/**
 * The records that users read: the present state of an order, and a trade. Both are folds of the events. An
 * order's record contains the number of its last event, so that writing it twice or late does no harm.
 */

import type { PlaceOrder } from './command/commands.ts'
import { copyOptionalFields, NO_RECORDED_FIELDS } from './order/optional-fields.ts'
import type { RecordedOrderFields, TradeEchoFields } from './order/order-fields.ts'
import { sameTerms } from './order/order-terms.ts'
import type { OrderType, Side, TimeInForce } from './order/order-words.ts'
import type { CancelReason, RejectReason } from './reasons.ts'
import type { Lots, Ticks } from './units.ts'

/** PENDING: durable in the stream, not matched yet. The other statuses are those of FIX. */
export const ORDER_STATUSES = [
  'PENDING',
  'NEW',
  'PARTIALLY_FILLED',
  'FILLED',
  'CANCELED',
  'EXPIRED',
  'REJECTED',
] as const
export type OrderStatus = (typeof ORDER_STATUSES)[number]

/** Whether an order of this status may still change. */
export const isOpen = (status: OrderStatus): boolean =>
  status === 'PENDING' || status === 'NEW' || status === 'PARTIALLY_FILLED'

export interface OrderRecord extends RecordedOrderFields {
  readonly account: string
  readonly orderId: string
  readonly symbol: string
  readonly side: Side
  readonly type: OrderType
  readonly timeInForce: TimeInForce
  /** null for a market order. */
  readonly price: Ticks | null
  readonly quantity: Lots
  readonly filled: Lots
  readonly status: OrderStatus
  /** Why the order was rejected or canceled. */
  readonly reason: RejectReason | CancelReason | null
  readonly receivedAtMs: number
  readonly updatedAtMs: number
  /** Number of its first event; 0 while PENDING. */
  readonly firstEvent: number
  /** Number of its last event; 0 while PENDING. */
  readonly lastEvent: number
  /** Numbers of its trades, oldest first; after {@link FILLS_LISTED_MAX} no more are added. */
  readonly fills: readonly number[]
  /** Price and quantity as placed, if an amendment has changed them; else null. */
  readonly placed: PlacedTerms | null
  readonly requestId: string | null
}

/** The terms that an amendment can change. */
export interface PlacedTerms {
  readonly price: Ticks
  readonly quantity: Lots
}

/** Repeats the echo fields of both orders. */
export interface TradeRecord extends TradeEchoFields {
  readonly symbol: string
  readonly tradeNumber: number
  readonly eventNumber: number
  readonly price: Ticks
  readonly quantity: Lots
  readonly takerSide: Side
  readonly makerAccount: string
  readonly makerOrderId: string
  readonly takerAccount: string
  readonly takerOrderId: string
  readonly timestampMs: number
}

/**
 * Whether an order repeats the one of an existing record with its account and id, as it was placed. A repeated
 * order returns the existing record. Another order under that id is a conflict.
 */
export function isSameOrder(known: OrderRecord, order: PlaceOrder): boolean {
  return known.symbol === order.symbol && sameTerms({ ...known, ...known.placed }, order)
}

/** The record of an order that is durable but not matched yet. */
export function pendingOrder(order: PlaceOrder, receivedAtMs: number): OrderRecord {
  const record: OrderRecord = {
    account: order.account,
    orderId: order.orderId,
    symbol: order.symbol,
    side: order.side,
    type: order.type,
    timeInForce: order.timeInForce,
    price: order.price ?? null,
    quantity: order.quantity,
    filled: 0 as Lots,
    status: 'PENDING',
    reason: null,
    receivedAtMs,
    updatedAtMs: receivedAtMs,
    firstEvent: 0,
    lastEvent: 0,
    fills: [],
    placed: null,
    requestId: order.requestId ?? null,
    ...NO_RECORDED_FIELDS,
  }
  copyOptionalFields(order, record)
  return record
}
