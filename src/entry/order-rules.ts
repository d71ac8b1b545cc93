/**
 * The rules between the fields of an order. They reject combinations of fields that have no meaning, and need
 * no instrument and no book. The first broken rule is reported, in the order of entry-codes.ts.
 */

import { ORDER_TYPE_TERMS } from '../protocol/order/order-types.ts'
import type { OrderType, TimeInForce } from '../protocol/order/order-words.ts'
import { Rejection } from '../protocol/rejection.ts'
import type { EntryRejection } from './entry-codes.ts'
import type { OrderFields } from './order-fields.ts'

/**
 * Rejections: time_in_force_not_allowed, price_required, price_not_allowed, post_only_not_allowed,
 * expires_at_required, expires_at_not_allowed.
 */
export function combinationRejection(
  fields: OrderFields,
  type: OrderType,
  timeInForce: TimeInForce,
): EntryRejection | undefined {
  const { hasPrice, timesInForce } = ORDER_TYPE_TERMS[type]
  const mayRest = timeInForce === 'GTC' || timeInForce === 'GTD'
  if (!timesInForce.includes(timeInForce)) {
    const detail = `A ${wordsOf(type)} order must be ${listOf(timesInForce)}.`
    return new Rejection('time_in_force_not_allowed', detail, 'timeInForce')
  }
  if (hasPrice && fields.price === undefined) {
    return new Rejection('price_required', `A ${wordsOf(type)} order needs a price.`, 'price')
  }
  if (!hasPrice && fields.price !== undefined) {
    return new Rejection('price_not_allowed', `A ${wordsOf(type)} order must not have a price.`, 'price')
  }
  if (fields.postOnly === true && !mayRest) {
    return new Rejection('post_only_not_allowed', 'A post-only order must be GTC or GTD.', 'postOnly')
  }
  if (timeInForce === 'GTD' && fields.expiresAt === undefined) {
    return new Rejection('expires_at_required', 'A GTD order needs expiresAt.', 'expiresAt')
  }
  if (timeInForce !== 'GTD' && fields.expiresAt !== undefined) {
    return new Rejection('expires_at_not_allowed', 'Only a GTD order may have expiresAt.', 'expiresAt')
  }
  return undefined
}

const wordsOf = (type: OrderType): string => type.toLowerCase().replaceAll('_', '-')

/** `IOC or FOK`; `GTC, IOC or FOK`. */
const listOf = (words: readonly string[]): string => words.join(', ').replace(/, ([^,]*)$/, ' or $1')
