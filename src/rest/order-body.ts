/**
 * Reads the JSON body of an order or an amendment into fields of order entry. It checks the shape: the
 * names of the fields and their JSON types. A number of more than 15 digits becomes decimal text.
 */

import type { AmendmentFields } from '../entry/change-orders.ts'
import type { OrderFields } from '../entry/order-fields.ts'
import { isLongNumber, withoutMark } from '../http/exact-json.ts'
import { Rejection } from '../protocol/rejection.ts'
import type { ProblemCode } from './problems.ts'
import { amendOrderBody, placeOrderBody } from './request-schemas.ts'
import { shapeProblem } from './shape-problem.ts'

/** Rejections: those of the shape of a body. */
export function orderFieldsOf(body: unknown): OrderFields | Rejection<ProblemCode> {
  const shape = placeOrderBody.safeParse(body)
  if (!shape.success) return shapeProblem(shape.error, body)
  // The schema has made the object, so that it may be changed.
  const fields = shape.data
  if (isLongNumber(fields.symbol)) return new Rejection('wrong_type', 'symbol must be a string.', 'symbol')
  if (isLongNumber(fields.expiresAt)) return new Rejection('wrong_type', 'expiresAt must be a string.', 'expiresAt')
  fields.quantity = withoutMark(fields.quantity)
  if (fields.price !== undefined) fields.price = withoutMark(fields.price)
  return fields
}

/** Rejections: those of the shape of a body. */
export function amendmentFieldsOf(body: unknown): AmendmentFields | Rejection<ProblemCode> {
  const shape = amendOrderBody.safeParse(body)
  if (!shape.success) return shapeProblem(shape.error, body)
  const { price, quantity } = shape.data
  return { price: withoutMark(price), quantity: withoutMark(quantity) }
}
