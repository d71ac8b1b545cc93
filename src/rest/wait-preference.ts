/** `Prefer: wait=N` (RFC 7240): how long a request waits for the outcome of its commands. */

import type { ProblemCode } from '../api/problems.ts'
import type { EntryRejection } from '../entry/entry-codes.ts'
import type { SubmitOptions } from '../entry/entry-ports.ts'
import { MatcherRejection } from '../entry/matcher-rejection.ts'
import type { HttpCall } from '../http/http-call.ts'
import { WAIT_SECONDS_MAX } from '../protocol/limits.ts'
import type { Rejection } from '../protocol/rejection.ts'
import { WaitedRejection } from './problem-response.ts'

const WAIT = /(?:^|[,;])\s*wait\s*=\s*"?(\d{1,9})"?\s*(?=[,;]|$)/i
const NO_HEADERS: Readonly<Record<string, string>> = {}

/** How the commands of a request are submitted. */
export const submitOptions = ({ headers, clientRequestId, arrivedMs }: HttpCall): SubmitOptions => ({
  waitMs: waitSeconds(headers) * 1000,
  arrivedMs,
  requestId: clientRequestId,
})

/** Seconds to wait, at most the limit; 0 without the preference. RFC 7240 requires to ignore other preferences. */
function waitSeconds(headers: Headers): number {
  const prefer = headers.get('prefer')
  if (prefer === null) return 0
  const wait = WAIT.exec(prefer)
  return wait === null ? 0 : Math.min(Number(wait[1]), WAIT_SECONDS_MAX)
}

/** `Preference-Applied`, if the request waited. */
export const preferenceHeaders = (waitMs: number): Readonly<Record<string, string>> =>
  waitMs > 0 ? { 'Preference-Applied': `wait=${waitMs / 1000}` } : NO_HEADERS

/** Adds `Preference-Applied` to a rejection of the matcher, because the request waited for it. */
export const waitedRejection = (rejection: EntryRejection, { waitMs }: SubmitOptions): Rejection<ProblemCode> =>
  rejection instanceof MatcherRejection ? new WaitedRejection(rejection, preferenceHeaders(waitMs)) : rejection
