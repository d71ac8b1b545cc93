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

/** Whether two orders have the same terms. An explicit default equals an absent field. */
export function sameTerms(a: OrderTerms, b: OrderTerms): boolean {
  return (
    a.side === b.side &&
    a.type === b.type &&
    a.timeInForce === b.timeInForce &&
    a.price === b.price &&
    a.quantity === b.quantity &&
    sameOptionalFields(a, b)
  )
}
