/**
 * The fields of a new order as a dialect hands them over: text, numbers and booleans under our names.
 * A dialect has checked their types; entry checks what they say, each field by itself and all of them
 * together. An absent field is undefined.
 */

import { ORDER_ID_PATTERN } from '../protocol/limits.ts'
import {
  ORDER_TYPES,
  type OrderType,
  SELF_TRADE_PREVENTIONS,
  type SelfTradePrevention,
  SIDES,
  type Side,
  TIMES_IN_FORCE,
  type TimeInForce,
} from '../protocol/order-words.ts'
import { Rejection } from '../protocol/rejection.ts'
import type { DecimalInput } from './decimals.ts'
import type { EntryRejection } from './entry-codes.ts'

export interface OrderFields {
  readonly orderId?: string | undefined
  readonly symbol?: string | undefined
  readonly side?: string | undefined
  /** LIMIT if absent. */
  readonly type?: string | undefined
  /** GTC if absent; IOC for a market order. */
  readonly timeInForce?: string | undefined
  readonly quantity?: DecimalInput | undefined
  readonly price?: DecimalInput | undefined
  readonly postOnly?: boolean | undefined
  readonly selfTradePrevention?: string | undefined
  /** RFC 3339 text, or milliseconds since 1970. */
  readonly expiresAt?: string | number | undefined
}

/** Fields whose words are known. */
export interface KnownFields extends OrderFields {
  readonly symbol: string
  readonly side: Side
  readonly type?: OrderType | undefined
  readonly timeInForce?: TimeInForce | undefined
  readonly quantity: DecimalInput
  readonly selfTradePrevention?: SelfTradePrevention | undefined
}

const REQUIRED = ['symbol', 'side', 'quantity'] as const

/** The first fault of a single field. Rejections: missing_field, invalid_order_id, invalid_value. */
export function fieldRejection(fields: OrderFields): EntryRejection | undefined {
  for (const name of REQUIRED) {
    if (fields[name] === undefined) return new Rejection('missing_field', `${name} is required.`, name)
  }
  const { orderId } = fields
  if (orderId !== undefined && !ORDER_ID_PATTERN.test(orderId)) {
    return new Rejection('invalid_order_id', 'orderId has characters or a length that no order id has.', 'orderId')
  }
  return (
    wordRejection(fields.side, SIDES, 'side') ??
    wordRejection(fields.type, ORDER_TYPES, 'type') ??
    wordRejection(fields.timeInForce, TIMES_IN_FORCE, 'timeInForce') ??
    wordRejection(fields.selfTradePrevention, SELF_TRADE_PREVENTIONS, 'selfTradePrevention')
  )
}

function wordRejection(word: string | undefined, words: readonly string[], name: string): EntryRejection | undefined {
  if (word === undefined || words.includes(word)) return undefined
  return new Rejection('invalid_value', `${name} must be one of ${words.join(', ')}.`, name)
}
