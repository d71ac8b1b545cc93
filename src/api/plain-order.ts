/**
 * Recognizes the usual order without a schema: known fields, each with a value of its type. It accepts nothing that the
 * schema rejects, and leaves to the schema what has to be converted or explained. A test compares both.
 */

import type { OrderFields } from '../entry/order-fields.ts'
import { ORDER_ID_PATTERN } from '../protocol/limits.ts'
import { CORE_ORDER_FIELDS, OPTIONAL_FIELDS, type OrderField, requestNameOf } from '../protocol/order/order-fields.ts'

type Check = (value: unknown) => boolean

const isText: Check = (value) => typeof value === 'string'
const matches =
  (pattern: RegExp): Check =>
  (value) =>
    typeof value === 'string' && pattern.test(value)

function checkOf(field: OrderField): Check {
  switch (field.kind) {
    case 'flag':
      return (value) => typeof value === 'boolean'
    case 'word':
      return (value) => typeof value === 'string' && field.words.includes(value)
    case 'text':
      return matches(field.pattern)
    case 'time':
      return isText
    case 'ticks':
    case 'lots':
      return (value) => typeof value === 'number' || typeof value === 'string'
  }
}

const CHECKS: ReadonlyMap<string, Check> = new Map<string, Check>([
  ['orderId', matches(ORDER_ID_PATTERN)],
  ['symbol', isText],
  ...Object.entries(CORE_ORDER_FIELDS).map(([name, field]): [string, Check] => [name, checkOf(field)]),
  ...OPTIONAL_FIELDS.map((field): [string, Check] => [requestNameOf(field), checkOf(field)]),
])

/** The fields of an order in a JSON value; undefined: the schema has to look at it. */
export function plainOrderFields(body: unknown): OrderFields | undefined {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return undefined
  const fields = body as Readonly<Record<string, unknown>>
  for (const name in fields) {
    const check = CHECKS.get(name)
    if (check === undefined || !check(fields[name])) return undefined
  }
  const { symbol, side, quantity } = fields
  return symbol === undefined || side === undefined || quantity === undefined ? undefined : (body as OrderFields)
}
