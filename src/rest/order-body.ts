/**
 * Reads the JSON body of an order or an amendment into fields of order entry. It checks the shape: the
 * names of the fields and their JSON types. A number of more than 15 digits becomes decimal text.
 */

import type { AmendmentFields } from '../entry/change-orders.ts'
import type { OrderFields, RequestedOptionalFields } from '../entry/order-fields.ts'
import { isLongNumber, withoutMark } from '../http/exact-json.ts'
import { OPTIONAL_FIELDS, requestNameOf } from '../protocol/order/order-fields.ts'
import { Rejection } from '../protocol/rejection.ts'
import type { ProblemCode } from './problems.ts'
import { amendOrderBody, placeOrderBody } from './request-schemas.ts'
import { shapeProblem } from './shape-problem.ts'

const OPTIONALS = OPTIONAL_FIELDS.map((field) => ({
  kind: field.kind,
  name: requestNameOf(field) as keyof RequestedOptionalFields,
}))

/** Rejections: those of the shape of a body. */
export function orderFieldsOf(body: unknown): OrderFields | Rejection<ProblemCode> {
  const shape = placeOrderBody.safeParse(body)
  if (!shape.success) return shapeProblem(shape.error, body)
  // The schema created this object, so it is safe to change it.
  const fields = shape.data
  if (isLongNumber(fields.symbol)) return new Rejection('wrong_type', 'symbol must be a string.', 'symbol')
  for (const { kind, name } of OPTIONALS) {
    const value = fields[name]
    if (!isLongNumber(value)) continue
    if (kind === 'ticks' || kind === 'lots') Object.assign(fields, { [name]: withoutMark(value) })
    else return new Rejection('wrong_type', `${name} must be a string.`, name)
  }
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
