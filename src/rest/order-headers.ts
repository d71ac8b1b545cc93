/** The answers of the routes that place, change and cancel orders: those of the API with the headers of HTTP. */

import type { OrderAnswer } from '../api/order-answers.ts'
import type { SubmitOptions } from '../entry/entry-ports.ts'
import type { PlacedOrder } from '../entry/place-orders.ts'
import type { Answer } from '../http/answer-response.ts'
import { preferenceHeaders } from './wait-preference.ts'

/** Not async, because every order uses it: a further promise costs as much as the checks of the fields. */
export function placedHeaders(
  { orderId, replayed }: PlacedOrder,
  { waitMs }: SubmitOptions,
  answer: OrderAnswer | Promise<OrderAnswer>,
): Answer | Promise<Answer> {
  const headers: Record<string, string> = { Location: `/orders/${orderId}` }
  if (replayed) headers['Idempotent-Replayed'] = 'true'
  if (waitMs > 0) Object.assign(headers, preferenceHeaders(waitMs))
  return answer instanceof Promise ? answer.then((each) => ({ ...each, headers })) : { ...answer, headers }
}

export const changedHeaders = (orderId: string, { waitMs }: SubmitOptions, answer: OrderAnswer): Answer => ({
  ...answer,
  headers: { Location: `/orders/${orderId}`, ...preferenceHeaders(waitMs) },
})

export const waitedHeaders = ({ waitMs }: SubmitOptions, answer: OrderAnswer): Answer => ({
  ...answer,
  headers: preferenceHeaders(waitMs),
})
