/**
 * The fields of a new order as a dialect passes them: text, numbers and booleans, with the names of this
 * project. A dialect need not check them: entry checks types and values, first of each field, then of all fields
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
import { hasType, wrongType } from './field-types.ts'

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

interface CheckedField {
  readonly name: string
  readonly kind: OrderField['kind']
  readonly words: readonly string[] | undefined
  readonly pattern: RegExp | undefined
}

/** Objects of one shape, which are faster to read. */
const checked = (name: string, field: OrderField): CheckedField => ({
  name,
  kind: field.kind,
  words: field.kind === 'word' ? field.words : undefined,
  pattern: field.kind === 'text' ? field.pattern : undefined,
})

/** Every field of an order by its name in requests. The order id is first, because its code has precedence. */
const FIELDS: readonly CheckedField[] = [
  { name: 'orderId', kind: 'text', words: undefined, pattern: ORDER_ID_PATTERN },
  { name: 'symbol', kind: 'text', words: undefined, pattern: undefined },
  ...Object.entries(CORE_ORDER_FIELDS).map(([name, field]) => checked(name, field)),
  ...OPTIONAL_FIELDS.map((field) => checked(requestNameOf(field), field)),
]

const FIELDS_BY_NAME = new Map(FIELDS.map((field) => [field.name, field]))

/** The first fault of a single field. Rejections: missing_field, wrong_type, invalid_order_id, invalid_value. */
export function fieldRejection(fields: OrderFields): EntryRejection | undefined {
  if (isFaultless(fields)) return undefined
  for (const name of REQUIRED) {
    if (fields[name] === undefined) return new Rejection('missing_field', `${name} is required.`, name)
  }
  let invalid: EntryRejection | undefined
  for (const field of FIELDS) {
    const value = (fields as Readonly<Record<string, unknown>>)[field.name]
    if (value === undefined) continue
    if (!hasType(field.kind, value)) return wrongType(field.kind, field.name)
    invalid ??= valueRejection(field, value as string)
  }
  return invalid
}

/**
 * Whether no field has a fault. Only the fields that are present are looked at, in any order: the order decides only
 * between faults. To ask for each field of the table by its name takes three times as long.
 */
function isFaultless(fields: OrderFields): boolean {
  if (fields.symbol === undefined || fields.side === undefined || fields.quantity === undefined) return false
  for (const name in fields) {
    const value = (fields as Readonly<Record<string, unknown>>)[name]
    const field = FIELDS_BY_NAME.get(name)
    if (value === undefined || field === undefined) continue
    if (!hasType(field.kind, value) || !isAllowed(field, value as string)) return false
  }
  return true
}

const isAllowed = ({ words, pattern }: CheckedField, value: string): boolean =>
  (words === undefined || words.includes(value)) && (pattern === undefined || pattern.test(value))

function valueRejection(field: CheckedField, value: string): EntryRejection | undefined {
  if (isAllowed(field, value)) return undefined
  const { name, words, pattern } = field
  if (words !== undefined) return new Rejection('invalid_value', `${name} must be one of ${words.join(', ')}.`, name)
  return name === 'orderId'
    ? new Rejection('invalid_order_id', 'orderId has characters or a length that are not allowed.', name)
    : new Rejection('invalid_value', `${name} must match ${pattern?.source}.`, name)
}
