/**
 * The options of an order as bits of one word: its side, type, time in force, post-only and self-trade
 * prevention. The engine, the matcher and the records store options in this layout. The engine has a second word
 * with bits of its own (engine/order-tag.ts). A plain good-till-canceled limit order to buy has no bit set, so
 * that one comparison with 0 finds the common case. Snapshots store the word, so a bit never changes its meaning.
 *
 *   bit 0    side: 0 buy, 1 sell
 *   bit 1-2  self-trade prevention: index in SELF_TRADE_PREVENTIONS
 *   bit 3    post-only
 *   bit 4    has an expiry time
 *   bit 5    market
 *   bit 6    immediate or cancel
 *   bit 7    fill or kill
 */

import {
  type OrderType,
  SELF_TRADE_PREVENTIONS,
  type SelfTradePrevention,
  type Side,
  type TimeInForce,
} from './order-words.ts'

export const BUY = 0
export const SELL = 1

export const SIDE_BIT = 1
export const STP_SHIFT = 1
export const STP_MASK = 3 << STP_SHIFT
export const STP_NONE = 0
export const STP_EXPIRE_TAKER = 1 << STP_SHIFT
export const STP_EXPIRE_MAKER = 2 << STP_SHIFT
export const STP_EXPIRE_BOTH = 3 << STP_SHIFT
export const POST_ONLY = 1 << 3
export const GOOD_TILL_DATE = 1 << 4
export const MARKET = 1 << 5
export const IMMEDIATE_OR_CANCEL = 1 << 6
export const FILL_OR_KILL = 1 << 7
/** All options are below this number. */
export const OPTIONS_END = 1 << 8

/** The fields that options contain. Absent fields mean LIMIT, GTC, not post-only, no self-trade prevention. */
export interface OrderWords {
  readonly side: Side
  readonly type?: OrderType
  readonly timeInForce?: TimeInForce
  readonly postOnly?: boolean
  readonly selfTradePrevention?: SelfTradePrevention
}

export function optionsOf(order: OrderWords): number {
  let options: number = order.side === 'BUY' ? BUY : SELL
  if (order.type === 'MARKET') options |= MARKET
  else order.type satisfies 'LIMIT' | undefined
  if (order.timeInForce === 'IOC') options |= IMMEDIATE_OR_CANCEL
  else if (order.timeInForce === 'FOK') options |= FILL_OR_KILL
  else if (order.timeInForce === 'GTD') options |= GOOD_TILL_DATE
  else order.timeInForce satisfies 'GTC' | undefined
  if (order.postOnly === true) options |= POST_ONLY
  if (order.selfTradePrevention !== undefined) {
    options |= SELF_TRADE_PREVENTIONS.indexOf(order.selfTradePrevention) << STP_SHIFT
  }
  return options
}

export const sideOf = (options: number): Side => ((options & SIDE_BIT) === BUY ? 'BUY' : 'SELL')

export const typeOf = (options: number): OrderType => ((options & MARKET) === 0 ? 'LIMIT' : 'MARKET')

export const isPostOnly = (options: number): boolean => (options & POST_ONLY) !== 0

export function timeInForceOf(options: number): TimeInForce {
  if ((options & IMMEDIATE_OR_CANCEL) !== 0) return 'IOC'
  if ((options & FILL_OR_KILL) !== 0) return 'FOK'
  return (options & GOOD_TILL_DATE) === 0 ? 'GTC' : 'GTD'
}

export const selfTradePreventionOf = (options: number): SelfTradePrevention =>
  SELF_TRADE_PREVENTIONS[(options & STP_MASK) >> STP_SHIFT]
