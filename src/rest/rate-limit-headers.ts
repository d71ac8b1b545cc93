/** The headers of the rate limit: the policy, and the number of orders left for the account. */

import type { RateLimiter } from '../entry/rate-limiter.ts'

const rateLimit = (ordersLeft: number, seconds: number): string => `"orders";r=${ordersLeft};t=${seconds}`

export function rateLimitHeaders(limiter: RateLimiter) {
  const { capacity, ordersPerSecond } = limiter
  const policy = `"orders";q=${capacity};w=${Math.ceil(capacity / ordersPerSecond)}`
  return (account: string) => ({
    'RateLimit-Policy': policy,
    RateLimit: limiter.state(account, rateLimit),
  })
}
