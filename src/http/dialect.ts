/**
 * A dialect: one API of the exchange over HTTP. It has a table of routes, authenticates callers, and writes
 * answers and rejections. Several dialects run in one process, each under its own prefix. A dialect throws only
 * for failures. A rejection is a value that it returns.
 */

import type { Rejection } from '../protocol/rejection.ts'
import type { HttpCall } from './http-call.ts'

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

export interface RoutePattern {
  readonly method: Method
  /** `/orders/{orderId}`, without the prefix of the dialect. */
  readonly path: string
}

export interface Dialect<Route extends RoutePattern = RoutePattern, Caller = unknown, Result = unknown> {
  /** `/api/v3`; empty for the dialect at the root. */
  readonly prefix: string
  readonly routes: readonly Route[]
  /** The detail of a 404. It says where the caller can find the routes. */
  readonly notFoundDetail: string
  /**
   * The caller, or a rejection. The function can read the method, the URL and the headers. It can read the raw
   * body with {@link HttpCall.bytes}, so that it can check a signature.
   */
  authenticate(call: HttpCall, route: Route): Caller | Rejection | Promise<Caller | Rejection>
  answer(call: HttpCall, route: Route, caller: Caller): Promise<Result | Rejection> | Result | Rejection
  /**
   * Writes the response. `route` is absent if no route has the path and method. `caller` is absent if no caller
   * was authenticated. If the call failed in `authenticate` or `answer`, the result is a rejection.
   */
  render(result: Result | Rejection, call: HttpCall, route?: Route, caller?: Caller): Response
}
