/** The headers of a rate limit: the policy, and the number of orders, cancels or reads left for the account. */

import type { AccountLimits, Limited } from '../entry/account-limits.ts'

export function rateLimitHeaders(limits: AccountLimits, what: Limited) {
  const { capacity, perSecond } = limits[what]
  const policy = `"${what}";q=${capacity};w=${Math.ceil(capacity / perSecond)}`
  const state = (left: number, seconds: number): string => `"${what}";r=${left};t=${seconds}`
  return (account: string) => ({
    'RateLimit-Policy': policy,
    RateLimit: limits[what].state(account, state),
  })
}
