/**
 * The terms of an order: its fields without account, order id and symbol. Most terms are option bits, price and
 * quantity. The others are extras: optional fields without an option bit, stored apart so that an order without
 * them costs nothing.
 */

import type { PlaceOrder } from '../command/commands.ts'
import type { Lots, Ticks } from '../units.ts'
import { type FieldsByName, sameOptionalFields } from './optional-fields.ts'
import {
  hasOptionalFields,
  OPTIONAL_FIELDS,
  type OptionalFieldName,
  type OptionalFieldTable,
  type OptionalOrderFields,
  type RecordedOrderFields,
} from './order-fields.ts'
import { isPostOnly, selfTradePreventionOf, sideOf, timeInForceOf, typeOf } from './order-options.ts'

export type OrderTerms = Omit<PlaceOrder, 'kind' | 'symbol' | 'requestId' | 'account' | 'orderId'>

type ExtraName = {
  [N in OptionalFieldName]: OptionalFieldTable[N] extends { readonly optionBits: true } ? never : N
}[OptionalFieldName]

/** Optional fields without an option bit. */
export type OrderExtras = Pick<OptionalOrderFields, ExtraName>

const EXTRAS = OPTIONAL_FIELDS.filter(({ optionBits }) => optionBits === undefined).map(({ name }) => name)

/** The extras of an order; undefined if it has none. */
export function extrasOf(order: OptionalOrderFields): OrderExtras | undefined {
  if (!hasOptionalFields(order)) return undefined
  let extras: FieldsByName | undefined
  for (const name of EXTRAS) {
    if (order[name] === undefined) continue
    extras ??= {}
    extras[name] = order[name]
  }
  return extras as OrderExtras | undefined
}

/** Terms from the parts in which they are stored. Defaults are absent, as in a command. */
export function termsOf(
  options: number,
  price: Ticks | undefined,
  quantity: Lots,
  extras: OrderExtras | undefined,
): OrderTerms {
  const terms: { -readonly [K in keyof OrderTerms]: OrderTerms[K] } = {
    side: sideOf(options),
    type: typeOf(options),
    timeInForce: timeInForceOf(options),
    quantity,
  }
  if (price !== undefined) terms.price = price
  if (isPostOnly(options)) terms.postOnly = true
  const prevention = selfTradePreventionOf(options)
  if (prevention !== 'NONE') terms.selfTradePrevention = prevention
  return extras === undefined ? terms : { ...terms, ...extras }
}

/** The terms of an order that is known: of its record, or from {@link termsOf}. */
type KnownTerms = Omit<OrderTerms, 'price' | OptionalFieldName> & { readonly price?: Ticks | null } & (
    | OptionalOrderFields
    | RecordedOrderFields
  )

/**
 * Whether an order repeats a known one: equal in every term, whatever the spelling of decimals and defaults. This
 * is the only definition. The matcher uses it for open orders, and everything before it for records.
 */
export function sameTerms(known: KnownTerms, order: OrderTerms): boolean {
  return (
    known.side === order.side &&
    known.type === order.type &&
    known.timeInForce === order.timeInForce &&
    (known.price ?? null) === (order.price ?? null) &&
    known.quantity === order.quantity &&
    sameOptionalFields(known, order)
  )
}
