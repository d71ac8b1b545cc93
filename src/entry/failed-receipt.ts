/** The failure of a command that failed beside others, or with the ids of its orders, which the caller may not know. */

import type { Failed } from '../ports/order-entry.ts'
import { type FailedOrders, OperationalFailure } from '../protocol/failure.ts'

export function failureOf({ code, message, retryable, retryAfterMs }: Failed, orders?: FailedOrders) {
  const when = retryAfterMs === undefined ? undefined : { retryAfterMs }
  return new OperationalFailure(code, message, { retryable, ...when, ...(orders !== undefined && { orders }) })
}

/** The failure with the ids of its orders. Any other error stays as it is. */
export function withOrders(cause: OperationalFailure, orders: FailedOrders): OperationalFailure
export function withOrders(cause: unknown, orders: FailedOrders): unknown
export function withOrders(cause: unknown, orders: FailedOrders): unknown {
  if (!(cause instanceof OperationalFailure)) return cause
  const { code, message, retryable, retryAfterMs } = cause
  const when = retryAfterMs === undefined ? undefined : { retryAfterMs }
  return new OperationalFailure(code, message, { retryable, orders, cause, ...when })
}
