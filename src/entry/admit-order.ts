/** Charges the rate limit of an account, before the body of its request is read. */

import { Rejection } from '../protocol/rejection.ts'
import type { Caller } from './caller.ts'
import type { EntryRejection } from './entry-codes.ts'
import type { EntryPorts } from './entry-ports.ts'

/** Takes one order from the caller's bucket. Rejections: rate_limited, with the time until the next order. */
export function admitOrder({ rateLimiter, nowMs }: EntryPorts, { account }: Caller): EntryRejection | undefined {
  const pauseMs = rateLimiter.admit(account, nowMs())
  if (pauseMs === 0) return undefined
  return new Rejection(
    'rate_limited',
    `The limit is ${rateLimiter.ordersPerSecond} orders a second.`,
    undefined,
    pauseMs,
  )
}
