/**
 * The HTTP app: one hono app for Node and for AWS Lambda that mounts every dialect under its prefix. For each
 * request it finds the route, authenticates the caller, gets the answer and writes the response, in this order.
 * It owns what all dialects share: request ids, 404, 405 with Allow, OPTIONS, failures and observation.
 */

import { type Context, Hono } from 'hono'
import { Rejection } from '../protocol/rejection.ts'
import { allowedMethods } from './allowed-methods.ts'
import type { Dialect, RoutePattern } from './dialect.ts'
import { failureRejection } from './failure-rejection.ts'
import { HttpCall } from './http-call.ts'
import { RequestIds } from './request-ids.ts'

/** A request of a route, for its trace. */
export interface RoutedRequest {
  readonly method: string
  readonly route: string
  readonly requestId: string
  readonly traceparent: string | null
}

export interface HttpObserver {
  /** Answers a request of a route by calling `answer` once. */
  traced?(request: RoutedRequest, answer: () => Promise<Response>): Promise<Response>
  /** Called once per answered request; `route` is the path's template with its prefix, or `unmatched`. */
  observe?(route: string, method: string, status: number, seconds: number): void
  /** Called with every failure that caused a 500 or a 503, for the log. */
  failed?(failure: unknown, requestId: string): void
}

/** Throws RangeError if two dialects have the same prefix. */
export function createHttpApp(dialects: readonly Dialect[], observer: HttpObserver = {}): Hono {
  // The longest prefix is first, because a path belongs to the dialect with the longest matching prefix.
  const byPrefix = [...dialects].sort((a, b) => b.prefix.length - a.prefix.length)
  if (new Set(byPrefix.map(({ prefix }) => prefix)).size < byPrefix.length) {
    throw new RangeError('two dialects have the same prefix')
  }
  const app = new Hono()
  const ids = new RequestIds()
  for (const dialect of byPrefix) {
    for (const route of dialect.routes) {
      const path = `${dialect.prefix}${route.path}`
      app.on(route.method, path.replaceAll(/\{(\w+)\}/g, ':$1'), handlerOf(dialect, route, path, ids, observer))
    }
  }
  app.notFound((c) => {
    const startedMs = performance.now()
    const { path } = c.req
    const dialect = byPrefix.find(({ prefix }) => path.startsWith(`${prefix}/`)) ?? byPrefix[byPrefix.length - 1]
    const response = unmatched(c, dialect, new HttpCall(c.req.raw, ids))
    observer.observe?.('unmatched', c.req.method, response.status, (performance.now() - startedMs) / 1000)
    return response
  })
  return app
}

function handlerOf(dialect: Dialect, route: RoutePattern, path: string, ids: RequestIds, observer: HttpObserver) {
  const answer = async (call: HttpCall): Promise<Response> => {
    const startedMs = observer.observe === undefined ? 0 : performance.now()
    let result: unknown
    let caller: unknown
    try {
      const known = dialect.authenticate(call, route)
      const found = known instanceof Promise ? await known : known
      if (found instanceof Rejection) {
        result = found
      } else {
        caller = found
        result = await dialect.answer(call, route, caller)
      }
    } catch (failure) {
      result = failureRejection(failure)
      observer.failed?.(failure, call.requestId)
    }
    const response = dialect.render(result, call, route, caller)
    observer.observe?.(path, route.method, response.status, (performance.now() - startedMs) / 1000)
    return response
  }
  return (c: Context): Promise<Response> => {
    const call = new HttpCall(c.req.raw, ids, c)
    if (observer.traced === undefined) return answer(call)
    const traceparent = call.headers.get('traceparent')
    const request = { method: route.method, route: path, requestId: call.requestId, traceparent }
    return observer.traced(request, () => answer(call))
  }
}

/** The response if no route has this method and path: 404, 405, or the methods for OPTIONS. */
function unmatched(c: Context, dialect: Dialect, call: HttpCall): Response {
  const allowed = allowedMethods(dialect.routes, c.req.path.slice(dialect.prefix.length))
  if (allowed === undefined) return dialect.render(new Rejection('not_found', dialect.notFoundDetail), call)
  if (c.req.method === 'OPTIONS') {
    return new Response(null, { status: 204, headers: { Allow: allowed, 'X-Request-Id': call.requestId } })
  }
  const detail = `This path supports ${allowed}.`
  const response = dialect.render(new Rejection('method_not_allowed', detail), call)
  response.headers.set('Allow', allowed)
  return response
}
