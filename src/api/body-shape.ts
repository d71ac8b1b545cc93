/** The body of a request as the value of its schema, or the rejection of the body or of its shape. */

import type * as z from 'zod'
import type { OrderFields } from '../entry/order-fields.ts'
import { Rejection } from '../protocol/rejection.ts'
import { placeOrderBody } from './order-requests.ts'
import { plainOrderFields } from './plain-order.ts'
import type { ProblemCode } from './problems.ts'
import { shapeProblem } from './shape-problem.ts'

/** `body` is a JSON value, or the rejection with which reading it ended. Rejections: that one; those of the shape. */
export function shaped<S extends z.ZodType>(schema: S, body: unknown): z.output<S> | Rejection<ProblemCode> {
  if (body instanceof Rejection) return body as Rejection<ProblemCode>
  const shape = schema.safeParse(body)
  return shape.success ? shape.data : shapeProblem(shape.error, body)
}

/** The fields of an order, which order entry checks further. Rejections: as {@link shaped}. */
export const orderFieldsOf = (body: unknown): OrderFields | Rejection<ProblemCode> =>
  plainOrderFields(body) ?? shaped(placeOrderBody, body)
