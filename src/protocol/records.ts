/**
 * The records that users read: an order as it stands, and a trade. Both are folds of the events.
 * An order's record remembers the number of the last event it holds, so that writing it twice or
 * late does no harm.
 */

import type { OrderType, PlaceOrder, SelfTradePrevention, Side, TimeInForce } from './commands.ts'
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

export interface OrderRecord {
  readonly account: string
  readonly orderId: string
  readonly symbol: string
  readonly side: Side
  readonly type: OrderType
  readonly timeInForce: TimeInForce
  readonly postOnly: boolean
  readonly selfTradePrevention: SelfTradePrevention
  /** null for a market order. */
  readonly price: Ticks | null
  readonly quantity: Lots
  readonly filled: Lots
  readonly status: OrderStatus
  /** Why it was rejected, or ended unfilled. */
  readonly reason: RejectReason | CancelReason | null
  readonly expiresAtMs: number | null
  readonly receivedAtMs: number
  readonly updatedAtMs: number
  /** The event that made it; 0 while PENDING. */
  readonly firstEvent: number
  /** The last event it holds. 0 while PENDING. */
  readonly lastEvent: number
  /** Numbers of its trades, oldest first; after {@link FILLS_LISTED_MAX} no more are added. */
  readonly fills: readonly number[]
  /** Digest of the order as placed: the same id with another fingerprint is a conflict. */
  readonly fingerprint: string
  readonly requestId: string | null
}

export interface TradeRecord {
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
 * A digest of what was asked: equal for equal orders, whatever the spelling of their decimals.
 * 64 bits of FNV-1a in two lanes. It tells a repeated request from another; it is no defence
 * against an attacker, who could only confuse two orders of his own.
 */
export function fingerprintOf(order: PlaceOrder): string {
  const text = `${order.symbol}|${order.side}|${order.type}|${order.timeInForce}|${order.price ?? ''}|${order.quantity}|${order.postOnly === true}|${order.selfTradePrevention ?? 'NONE'}|${order.expiresAtMs ?? ''}`
  let high = 0x811c9dc5
  let low = 0x050c5d1f
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    high = Math.imul(high ^ code, 0x01000193)
    low = Math.imul(low ^ (code + i), 0x01000193)
  }
  return (high >>> 0).toString(36) + (low >>> 0).toString(36)
}

/** The record of an order that is durable but not matched yet. */
export function pendingOrder(order: PlaceOrder, receivedAtMs: number): OrderRecord {
  return {
    account: order.account,
    orderId: order.orderId,
    symbol: order.symbol,
    side: order.side,
    type: order.type,
    timeInForce: order.timeInForce,
    postOnly: order.postOnly === true,
    selfTradePrevention: order.selfTradePrevention ?? 'NONE',
    price: order.price ?? null,
    quantity: order.quantity,
    filled: 0 as Lots,
    status: 'PENDING',
    reason: null,
    expiresAtMs: order.expiresAtMs ?? null,
    receivedAtMs,
    updatedAtMs: receivedAtMs,
    firstEvent: 0,
    lastEvent: 0,
    fills: [],
    fingerprint: fingerprintOf(order),
    requestId: order.requestId ?? null,
  }
}
