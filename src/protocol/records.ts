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
 * 64 bits of FNV-1a in two lanes, of `SYMBOL|SIDE|TYPE|TIME_IN_FORCE|price|quantity|postOnly|
 * selfTradePrevention|expiresAtMs`. It tells a repeated request from another; it is no defence
 * against an attacker, who could only confuse two orders of his own. Every order that is matched has
 * one, so the text is never put together, nor its numbers written out: that took longer than matching.
 */
export function fingerprintOf(order: PlaceOrder): string {
  const { high, low } = digestOf(order)
  return fingerprintText(high, low)
}

/** A fingerprint's two words as its text. */
export const fingerprintText = (high: number, low: number): string => base36(high >>> 0) + base36(low >>> 0)

/** The two words of a fingerprint; good until the next call. */
export function digestOf(order: PlaceOrder): { readonly high: number; readonly low: number } {
  digest.high = 0x811c9dc5
  digest.low = 0x050c5d1f
  digest.length = 0
  addText(order.symbol)
  addText(BAR)
  addText(order.side)
  addText(BAR)
  addText(order.type)
  addText(BAR)
  addText(order.timeInForce)
  addText(BAR)
  if (order.price !== undefined) addNumber(order.price)
  addText(BAR)
  addNumber(order.quantity)
  addText(order.postOnly === true ? '|true|' : '|false|')
  addText(order.selfTradePrevention ?? 'NONE')
  addText(BAR)
  if (order.expiresAtMs !== undefined) addNumber(order.expiresAtMs)
  return digest
}

const BAR = '|'
const digest = { high: 0, low: 0, length: 0 }
const digits = new Uint8Array(20)

function addText(text: string): void {
  let { high, low, length } = digest
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    high = Math.imul(high ^ code, 0x01000193)
    low = Math.imul(low ^ (code + length++), 0x01000193)
  }
  digest.high = high
  digest.low = low
  digest.length = length
}

/** Adds an integer as its decimal text. */
function addNumber(number: number): void {
  if (number < 0) {
    addText(String(number))
    return
  }
  let count = 0
  let rest = number
  do {
    const next = Math.floor(rest / 10)
    digits[count++] = 48 + (rest - next * 10)
    rest = next
  } while (rest > 0)
  let { high, low, length } = digest
  while (count > 0) {
    const code = digits[--count]
    high = Math.imul(high ^ code, 0x01000193)
    low = Math.imul(low ^ (code + length++), 0x01000193)
  }
  digest.high = high
  digest.low = low
  digest.length = length
}

const PAIRS = Array.from({ length: 36 * 36 }, (_, i) => i.toString(36).padStart(2, '0'))

/** Like `toString(36)`, which takes a word of 32 bits for a double and is ten times slower. */
function base36(word: number): string {
  const low = word % 36 ** 4
  const high = (word - low) / 36 ** 4
  if (high < 36) return word.toString(36)
  const text = PAIRS[(high / 1296) | 0] + PAIRS[high % 1296] + PAIRS[(low / 1296) | 0] + PAIRS[low % 1296]
  return text.slice(high < 1296 ? 2 : 1)
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
