/**
 * The rate limits of an account. Orders, cancels and reads have a limit each, so that an account that has used
 * up its orders can still cancel and read. A request is charged before its body is read.
 */

import { CANCELS_PER_ORDER, READ_BURST_SECONDS } from '../protocol/limits.ts'
import { Rejection } from '../protocol/rejection.ts'
import type { Caller } from './caller.ts'
import type { EntryRejection } from './entry-codes.ts'
import type { EntryPorts } from './entry-ports.ts'
import { RateLimiter } from './rate-limiter.ts'

/** What a limit counts. */
export type Limited = 'orders' | 'cancels' | 'reads'

export type AccountLimits = Readonly<Record<Limited, RateLimiter>>

export const accountLimits = (
  ordersPerSecond: number,
  readsPerSecond: number,
  monotonicMs?: () => number,
): AccountLimits => ({
  orders: new RateLimiter(ordersPerSecond, 1, monotonicMs),
  cancels: new RateLimiter(ordersPerSecond * CANCELS_PER_ORDER, 1, monotonicMs),
  reads: new RateLimiter(readsPerSecond, READ_BURST_SECONDS, monotonicMs),
})

/** Takes one token from a bucket of the caller. Rejections: rate_limited, with the time until the next token. */
export function admit({ limits }: EntryPorts, { account }: Caller, what: Limited): EntryRejection | undefined {
  const pauseMs = limits[what].admit(account)
  if (pauseMs === 0) return undefined
  const detail = `The limit is ${limits[what].perSecond} a second. RateLimit-Policy names what it counts.`
  return new Rejection('rate_limited', detail, undefined, pauseMs)
}
