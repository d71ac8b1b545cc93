/** `Prefer: wait=N` (RFC 7240): how long a request wants to wait for the outcome of its commands. */

import { WAIT_SECONDS_MAX } from '../protocol/limits.ts'

const WAIT = /(?:^|[,;])\s*wait\s*=\s*"?(\d{1,9})"?\s*(?=[,;]|$)/i

/** Seconds to wait, never above the limit; 0 without the preference. Others are ignored, as the RFC asks. */
export function waitSeconds(headers: Headers): number {
  const prefer = headers.get('prefer')
  if (prefer === null) return 0
  const wait = WAIT.exec(prefer)
  return wait === null ? 0 : Math.min(Number(wait[1]), WAIT_SECONDS_MAX)
}

/** The value of `Preference-Applied`. */
export const preferenceApplied = (seconds: number): string => `wait=${seconds}`
