/** An order as a program that embeds the engine writes it. */

import {
  BUY,
  FILL_OR_KILL,
  GOOD_TILL_DATE,
  IMMEDIATE_OR_CANCEL,
  MARKET,
  POST_ONLY,
  SELL,
  STP_SHIFT,
} from '../engine/order-tag.ts'
import { SELF_TRADE_PREVENTIONS, type SelfTradePrevention, type Side, type TimeInForce } from '../protocol/commands.ts'

export interface BookOrder {
  readonly id: string
  readonly side: Side
  readonly quantity: string
  /** Absent for a market order. */
  readonly price?: string
  /** GTC if absent. */
  readonly timeInForce?: TimeInForce
  readonly postOnly?: boolean
  /** Whose it is, for self-trade prevention. */
  readonly account?: string
  readonly selfTradePrevention?: SelfTradePrevention
  /** Of GTD orders. */
  readonly expiresAtMs?: number
  /** The time of this command, if time matters; it never goes back. */
  readonly timestampMs?: number
}

/** The bits of order-tag.ts. */
export function optionsOf(order: BookOrder): number {
  let options: number = order.side === 'BUY' ? BUY : SELL
  if (order.price === undefined) options |= MARKET
  switch (order.timeInForce) {
    case 'IOC':
      options |= IMMEDIATE_OR_CANCEL
      break
    case 'FOK':
      options |= FILL_OR_KILL
      break
    case 'GTD':
      options |= GOOD_TILL_DATE
      break
  }
  if (order.postOnly === true) options |= POST_ONLY
  if (order.selfTradePrevention !== undefined) {
    options |= SELF_TRADE_PREVENTIONS.indexOf(order.selfTradePrevention) << STP_SHIFT
  }
  return options
}
