/**
 * The HTTP edge: one hono app for Node and for AWS Lambda. For each request, in this order: find the
 * route, know the caller, read the query, spend the rate limit, then the route reads the body, makes
 * commands and answers. It keeps no state but the rate limits, and never sees a book.
 */

import { type Context, Hono } from 'hono'
import { failureProblem } from './failures.ts'
import type { Caller, GatewayPorts } from './gateway-ports.ts'
import { allowedMethods } from './methods.ts'
import { Problem } from './problems.ts'
import { readQuery } from './query.ts'
import { RateLimiter } from './rate-limiter.ts'
import { RequestIds } from './request-id.ts'
import { answerResponse, problemResponse } from './response.ts'
import type { Answer, Route } from './route.ts'
import { ROUTES } from './route-table.ts'

export type { Caller, DocsAsset, GatewayPorts, Health } from './gateway-ports.ts'

/** What public routes know of their caller. */
const NOBODY: Caller = { account: '', operator: false }
const NO_HEADERS: Readonly<Record<string, string>> = {}

export function createGateway(ports: GatewayPorts): Hono {
  const app = new Hono()
  const limiter = new RateLimiter(ports.rateLimit.ordersPerSecond)
  const requestIds = new RequestIds()
  for (const route of ROUTES) {
    app.on(route.method, route.path.replaceAll(/\{(\w+)\}/g, ':$1'), handlerOf(route, ports, limiter, requestIds))
  }
  app.notFound((c) => {
    const startedMs = performance.now()
    const response = unmatched(c, requestIds.of(c.req.raw.headers))
    ports.observe?.('unmatched', c.req.method, response.status, (performance.now() - startedMs) / 1000)
    return response
  })
  return app
}

function handlerOf(route: Route, ports: GatewayPorts, limiter: RateLimiter, requestIds: RequestIds) {
  const limited = route.access === 'orders'
  return async (c: Context): Promise<Response> => {
    const startedMs = ports.observe === undefined ? 0 : performance.now()
    const request = c.req.raw
    const clientRequestId = requestIds.sent(request.headers)
    const requestId = clientRequestId ?? requestIds.next()
    let result: Answer | Problem
    let caller: Caller | undefined
    try {
      caller = route.access === 'public' ? NOBODY : ports.authenticate(request.headers)
      const query = admit(route, caller, request.url, limiter, ports)
      result =
        query instanceof Problem
          ? query
          : await route.handle({
              ports,
              request,
              caller: caller as Caller,
              requestId,
              clientRequestId,
              limiter,
              param: (name) => c.req.param(name) as string,
              query,
            })
    } catch (failure) {
      result = failureProblem(failure)
      ports.failed?.(failure, requestId)
    }
    const headers =
      limited && caller !== undefined
        ? { 'RateLimit-Policy': limiter.policy, RateLimit: limiter.state(caller.account) }
        : NO_HEADERS
    ports.observe?.(route.path, route.method, result.status, (performance.now() - startedMs) / 1000)
    return result instanceof Problem
      ? problemResponse(result, requestId, headers)
      : answerResponse(result, requestId, headers)
  }
}

/** The query of a request that may go on to its route, or why it may not. */
function admit(route: Route, caller: Caller | undefined, url: string, limiter: RateLimiter, ports: GatewayPorts) {
  if (caller === undefined) {
    return new Problem('unauthorized', 'Send Authorization: Bearer KEY, or X-API-Key: KEY.', undefined, {
      headers: { 'WWW-Authenticate': 'Bearer' },
    })
  }
  if (route.access === 'operator' && !caller.operator) {
    return new Problem('forbidden', 'Only an operator may do this.')
  }
  const query = readQuery(route, url)
  if (query instanceof Problem || route.access !== 'orders') return query
  const pauseMs = limiter.admit(caller.account, ports.nowMs())
  if (pauseMs === 0) return query
  return new Problem('rate_limited', `The limit is ${ports.rateLimit.ordersPerSecond} orders a second.`, undefined, {
    headers: { 'Retry-After': String(Math.ceil(pauseMs / 1000)) },
  })
}

/** No route has this method and path: tell what there is. */
function unmatched(c: Context, requestId: string): Response {
  const allowed = allowedMethods(ROUTES, c.req.path)
  if (allowed === undefined) {
    return problemResponse(new Problem('not_found', 'See /docs for what there is.'), requestId, NO_HEADERS)
  }
  const headers = { Allow: allowed }
  if (c.req.method === 'OPTIONS') {
    return new Response(null, { status: 204, headers: { ...headers, 'X-Request-Id': requestId } })
  }
  const detail = `The methods here are ${allowed}.`
  return problemResponse(new Problem('method_not_allowed', detail), requestId, headers)
}
