/** An order's options in the words of the protocol and in the bits of the engine (order-tag.ts). */

import {
  type OrderType,
  SELF_TRADE_PREVENTIONS,
  type SelfTradePrevention,
  type Side,
  type TimeInForce,
} from '../protocol/commands.ts'
import {
  BUY,
  FILL_OR_KILL,
  GOOD_TILL_DATE,
  IMMEDIATE_OR_CANCEL,
  MARKET,
  POST_ONLY,
  SELL,
  SIDE_BIT,
  STP_MASK,
  STP_SHIFT,
} from './order-tag.ts'

/** What is absent is GTC, not post-only, no self-trade prevention. */
export interface OrderWords {
  readonly side: Side
  readonly timeInForce?: TimeInForce
  readonly postOnly?: boolean
  readonly selfTradePrevention?: SelfTradePrevention
}

export function optionsOf(order: OrderWords, type: OrderType): number {
  let options: number = order.side === 'BUY' ? BUY : SELL
  if (type === 'MARKET') options |= MARKET
  if (order.timeInForce === 'IOC') options |= IMMEDIATE_OR_CANCEL
  else if (order.timeInForce === 'FOK') options |= FILL_OR_KILL
  else if (order.timeInForce === 'GTD') options |= GOOD_TILL_DATE
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
