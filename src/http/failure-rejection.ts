/**
 * Maps a thrown error to the rejection that the caller gets. An operational failure keeps its code and shows
 * whether a retry may help. Any other error is `internal_error`, and its text is not sent to the caller.
 */

import { OperationalFailure } from '../protocol/failure.ts'
import { FAILURE_RETRY_AFTER_MS } from '../protocol/limits.ts'
import { Rejection } from '../protocol/rejection.ts'
import type { TransportCode } from './transport-codes.ts'

export function failureRejection(failure: unknown): Rejection<TransportCode> {
  if (failure instanceof OperationalFailure) {
    return failure.retryable
      ? new Rejection(
          failure.code,
          'Send the request again in a moment. An order keeps its id.',
          undefined,
          FAILURE_RETRY_AFTER_MS,
        )
      : new Rejection(
          failure.code,
          'It is not known whether an order was stored. Send it again with the same id when the exchange is back.',
        )
  }
  return new Rejection('internal_error', 'The request could not be answered.')
}
