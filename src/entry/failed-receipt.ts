/** The failure of a command that failed beside others, or with the ids of its orders, which the caller may not know. */

import type { Failed } from '../ports/order-entry.ts'
import { type FailedOrders, OperationalFailure } from '../protocol/failure.ts'

export const failureOf = ({ code, message, retryable }: Failed, orders?: FailedOrders): OperationalFailure =>
  new OperationalFailure(code, message, { retryable, ...(orders !== undefined && { orders }) })

/** The failure with the ids of its orders. Any other error stays as it is. */
export function withOrders(cause: unknown, orders: FailedOrders): unknown {
  if (!(cause instanceof OperationalFailure)) return cause
  const { code, message, retryable } = cause
  return new OperationalFailure(code, message, { retryable, orders, cause })
}
