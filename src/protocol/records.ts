/**
 * The records that users read: an order as it stands, and a trade. Both are folds of the events.
 * An order's record remembers the number of the last event it holds, so that writing it twice or
 * late does no harm.
 */

import type { PlaceOrder } from './commands.ts'
import { copyOptionalFields, NO_RECORDED_FIELDS, sameOptionalFields } from './optional-fields.ts'
import type { RecordedOrderFields, TradeEchoFields } from './order-fields.ts'
import type { OrderType, Side, TimeInForce } from './order-words.ts'
import type { CancelReason, RejectReason } from './reasons.ts'
import type { Lots, Ticks } from './units.ts'

/** PENDING: durable in the stream, not matched yet. The other words are FIX's. */
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
  /** Why it was rejected, or ended unfilled. */
  readonly reason: RejectReason | CancelReason | null
  readonly receivedAtMs: number
  readonly updatedAtMs: number
  /** The event that made it; 0 while PENDING. */
  readonly firstEvent: number
  /** The last event it holds. 0 while PENDING. */
  readonly lastEvent: number
  /** Numbers of its trades, oldest first; after {@link FILLS_LISTED_MAX} no more are added. */
  readonly fills: readonly number[]
  /** Price and quantity as placed, if an amendment has changed them; else null. */
  readonly placed: PlacedTerms | null
  readonly requestId: string | null
}

/** What an amendment can change. */
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
 * Whether an order is the one that a record of its account and id was made from: equal in every term,
 * whatever the spelling of its decimals and defaults. Who sends the same again is told what became of
 * it; another order under that id is a conflict.
 */
export function isSameOrder(known: OrderRecord, order: PlaceOrder): boolean {
  const { price, quantity } = known.placed ?? known
  return (
    known.symbol === order.symbol &&
    known.side === order.side &&
    known.type === order.type &&
    known.timeInForce === order.timeInForce &&
    price === (order.price ?? null) &&
    quantity === order.quantity &&
    sameOptionalFields(known, order)
  )
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
