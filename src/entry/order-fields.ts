/**
 * The fields of a new order as a dialect passes them: text, numbers and booleans, with the names of this
 * project. The dialect checked their types. Entry checks the values, first of each field, then of all fields
 * together. An absent field is undefined.
 */

import { ORDER_ID_PATTERN } from '../protocol/limits.ts'
import {
  CORE_ORDER_FIELDS,
  OPTIONAL_FIELDS,
  type OptionalFieldName,
  type OptionalFieldTable,
  type OrderField,
  requestNameOf,
} from '../protocol/order/order-fields.ts'
import type { OrderType, Side, TimeInForce } from '../protocol/order/order-words.ts'
import { Rejection } from '../protocol/rejection.ts'
import type { DecimalInput } from './decimals.ts'
import type { EntryRejection } from './entry-codes.ts'

type RequestName<N extends OptionalFieldName> = OptionalFieldTable[N] extends {
  readonly requestName: infer R extends string
}
  ? R
  : N

type RequestedValue<F extends { readonly kind: OrderField['kind'] }> = F['kind'] extends 'flag'
  ? boolean
  : F['kind'] extends 'word' | 'text'
    ? string
    : // A decimal, or for a time RFC 3339 text or milliseconds since 1970.
      DecimalInput

/** The optional fields of the table, by their names in requests. */
export type RequestedOptionalFields = {
  readonly [N in OptionalFieldName as RequestName<N>]?: RequestedValue<OptionalFieldTable[N]> | undefined
}

export interface OrderFields extends RequestedOptionalFields {
  readonly orderId?: string | undefined
  readonly symbol?: string | undefined
  readonly side?: string | undefined
  /** LIMIT if absent. */
  readonly type?: string | undefined
  /** GTC if absent; IOC for a market order. */
  readonly timeInForce?: string | undefined
  readonly quantity?: DecimalInput | undefined
  readonly price?: DecimalInput | undefined
}

/** Fields after the check of each: required fields are present, and words are known. */
export interface KnownFields extends OrderFields {
  readonly symbol: string
  readonly side: Side
  readonly type?: OrderType | undefined
  readonly timeInForce?: TimeInForce | undefined
  readonly quantity: DecimalInput
}

const REQUIRED = ['symbol', 'side', 'quantity'] as const

/** The first fault of a single field. Rejections: missing_field, invalid_order_id, invalid_value. */
export function fieldRejection(fields: OrderFields): EntryRejection | undefined {
  for (const name of REQUIRED) {
    if (fields[name] === undefined) return new Rejection('missing_field', `${name} is required.`, name)
  }
  const { orderId } = fields
  if (orderId !== undefined && !ORDER_ID_PATTERN.test(orderId)) {
    return new Rejection('invalid_order_id', 'orderId has characters or a length that are not allowed.', 'orderId')
  }
  for (const { field, name } of WORDS_AND_TEXTS) {
    const value = (fields as Readonly<Record<string, unknown>>)[name]
    const rejection = value === undefined ? undefined : valueRejection(field, value, name)
    if (rejection !== undefined) return rejection
  }
  return undefined
}

const WORDS_AND_TEXTS = [
  ...Object.entries(CORE_ORDER_FIELDS).map(([name, field]) => ({ field, name })),
  ...OPTIONAL_FIELDS.map((field) => ({ field, name: requestNameOf(field) })),
].filter(({ field: { kind } }) => kind === 'word' || kind === 'text')

function valueRejection(field: OrderField, value: unknown, name: string): EntryRejection | undefined {
  if (field.kind === 'word' && !field.words.includes(value as string)) {
    return new Rejection('invalid_value', `${name} must be one of ${field.words.join(', ')}.`, name)
  }
  if (field.kind === 'text' && !field.pattern.test(value as string)) {
    return new Rejection('invalid_value', `${name} must match ${field.pattern.source}.`, name)
  }
  return undefined
}
