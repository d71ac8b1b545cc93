/**
 * Maps a thrown error to the rejection that the caller gets. An operational failure keeps its code and shows
 * whether a retry may help. Any other error is `internal_error`, and its text is not sent to the caller.
 */

import { type FailedOrders, OperationalFailure } from '../protocol/failure.ts'
import { FAILURE_RETRY_AFTER_MS } from '../protocol/limits.ts'
import { Rejection } from '../protocol/rejection.ts'
import type { TransportCode } from './transport-codes.ts'

const NOT_ACCEPTED = 'Send the request again in a moment. An order keeps its id.'
const UNKNOWN =
  'It is not known whether the request was stored: it may be in the order log. ' +
  'Send it again with the same orderId, which is safe: an order enters only once.'

/** The rejection of a request whose orders have ids that the caller may not know. */
export class FailedRequest extends Rejection<TransportCode> {
  readonly orders: FailedOrders

  constructor({ code, detail, field, retryAfterMs }: Rejection<TransportCode>, orders: FailedOrders) {
    super(code, detail, field, retryAfterMs)
    this.orders = orders
  }
}

export function failureRejection(failure: unknown): Rejection<TransportCode> {
  if (!(failure instanceof OperationalFailure)) {
    return new Rejection('internal_error', 'The request could not be answered.')
  }
  const { code, retryable, orders, retryAfterMs = FAILURE_RETRY_AFTER_MS } = failure
  const rejection = retryable
    ? new Rejection(code, NOT_ACCEPTED, undefined, retryAfterMs)
    : new Rejection(code, UNKNOWN, undefined, code === 'not_confirmed' ? retryAfterMs : undefined)
  return orders === undefined ? rejection : new FailedRequest(rejection, orders)
}
