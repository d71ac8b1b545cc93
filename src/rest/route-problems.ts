/** The problems that a route can return: its own, and those that follow from its access, query and body. */

import { PROBLEM_CODES, type ProblemCode } from '../api/problems.ts'
import { readsQuery } from './query-parameters.ts'
import { limitOf, type Route } from './route.ts'

const BODY: readonly ProblemCode[] = [
  'unsupported_media_type',
  'body_too_large',
  'incomplete_body',
  'invalid_utf8',
  'malformed_json',
  'duplicate_key',
  'invalid_body',
  'unknown_field',
  'missing_field',
  'wrong_type',
  'invalid_order_id',
  'invalid_value',
]
/** Problems of a request that waits for an outcome no longer than it asked. */
const WAITING: readonly ProblemCode[] = ['not_confirmed']
const ANY: readonly ProblemCode[] = [
  'overloaded',
  'storage_full',
  'storage_failed',
  'stopping',
  'unavailable',
  'internal_error',
]

/** A body that a command ignored could change its meaning. What a GET ignores changes nothing. */
export const refusesBody = ({ method, body }: Route): boolean => body === undefined && method !== 'GET'

/** In order of precedence. */
export function problemsOf(route: Route): ProblemCode[] {
  const codes = new Set<ProblemCode>([...ANY, ...route.problems])
  if (readsQuery(route)) codes.add('invalid_parameter')
  if (route.access !== 'public') codes.add('unauthorized')
  if (route.access === 'operator') codes.add('forbidden')
  if (limitOf(route) !== undefined) codes.add('rate_limited')
  if (route.waits === true) for (const code of WAITING) codes.add(code)
  if (route.body !== undefined) for (const code of BODY) codes.add(code)
  else if (refusesBody(route)) codes.add('body_not_allowed')
  return PROBLEM_CODES.filter((code) => codes.has(code))
}
