/** What a caller learns of a failure: that the world failed, or that we did; never how it looks inside. */

import { OperationalFailure } from '../protocol/failure.ts'
import { Problem } from './problems.ts'

/** Seconds after which a retry of an operational failure may help. */
const RETRY_AFTER_SECONDS = '1'

/** 503 with the failure's code for an operational failure, else internal_error. */
export function failureProblem(failure: unknown): Problem {
  if (failure instanceof OperationalFailure) {
    const detail = failure.retryable
      ? 'Send it again in a moment; an order under the same id.'
      : 'Whether an order was taken is not known. Send it again under the same id when the exchange is back.'
    return failure.retryable
      ? new Problem(failure.code, detail, undefined, { headers: { 'Retry-After': RETRY_AFTER_SECONDS } })
      : new Problem(failure.code, detail)
  }
  return new Problem('internal_error', 'The request could not be answered.')
}
