/**
 * The REST dialect: JSON over HTTP at the root, with problems of RFC 9457. For each request it authenticates
 * the caller, checks the permission, reads the query and charges the rate limit, in this order. Then the
 * route reads the body, makes commands and returns an answer. The dialect has no state and no access to a book.
 */

import type { ProblemCode } from '../api/problems.ts'
import { admit } from '../entry/account-limits.ts'
import { type Caller, operatorOnly } from '../entry/caller.ts'
import { type Answer, answerResponse } from '../http/answer-response.ts'
import type { Dialect } from '../http/dialect.ts'
import type { HttpCall } from '../http/http-call.ts'
import { announcesBody } from '../http/request-body.ts'
import { Rejection } from '../protocol/rejection.ts'
import { problemResponse } from './problem-response.ts'
import { readQuery } from './query-parameters.ts'
import { rateLimitHeaders } from './rate-limit-headers.ts'
import type { RestPorts } from './rest-ports.ts'
import { limitOf, type Route, type RouteResult } from './route.ts'
import { refusesBody } from './route-problems.ts'
import { ROUTES } from './route-table.ts'

/** The caller of a public route. */
const NOBODY: Caller = { account: '', operator: false, keyName: '' }
const NO_HEADERS: Readonly<Record<string, string>> = {}

export function restDialect(ports: RestPorts): Dialect<Route, Caller, Answer> {
  const limitHeaders = {
    orders: rateLimitHeaders(ports.limits, 'orders'),
    cancels: rateLimitHeaders(ports.limits, 'cancels'),
    reads: rateLimitHeaders(ports.limits, 'reads'),
  }
  return {
    prefix: '',
    routes: ROUTES,
    notFoundDetail: 'See /docs for the list of routes.',
    authenticate: ({ headers }, { access }) =>
      access === 'public'
        ? NOBODY
        : (ports.authenticate(headers) ??
          new Rejection('unauthorized', 'Send Authorization: Bearer KEY, or X-API-Key: KEY.')),
    answer: (http, route, caller) => answer(ports, http, route, caller),
    render(result, { requestId }, route, caller) {
      const what = route === undefined ? undefined : limitOf(route)
      if (result instanceof Rejection) ports.onProblem?.(result.code)
      const headers = what === undefined || caller === undefined ? NO_HEADERS : limitHeaders[what](caller.account)
      return result instanceof Rejection
        ? problemResponse(result as Rejection<ProblemCode>, requestId, headers)
        : answerResponse(result, requestId, headers)
    },
  }
}

function answer(ports: RestPorts, http: HttpCall, route: Route, caller: Caller): Promise<RouteResult> | RouteResult {
  const { access } = route
  const forbidden = access === 'operator' ? operatorOnly(caller) : undefined
  if (forbidden !== undefined) return forbidden
  const query = readQuery(route, http.url)
  if (query instanceof Rejection) return query
  if (refusesBody(route) && announcesBody(http.request)) {
    return new Rejection('body_not_allowed', 'This route takes no body, so it would ignore the one that was sent.')
  }
  const what = limitOf(route)
  const limited = what === undefined ? undefined : admit(ports, caller, what)
  if (limited !== undefined) return limited
  return route.handle({ ports, http, caller, query })
}
