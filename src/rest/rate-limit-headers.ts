/** The headers of the rate limit: the policy, and what is left for the account. */

import type { RateLimiter } from '../entry/rate-limiter.ts'

export function rateLimitHeaders(limiter: RateLimiter) {
  const { capacity, ordersPerSecond } = limiter
  const policy = `"orders";q=${capacity};w=${Math.ceil(capacity / ordersPerSecond)}`
  return (account: string) => ({
    'RateLimit-Policy': policy,
    RateLimit: `"orders";r=${limiter.left(account)};t=${limiter.secondsToFull(account)}`,
  })
}
