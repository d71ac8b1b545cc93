/**
 * A dialect: one way to speak to the exchange over HTTP. It is a table of routes, a way to know the
 * caller, and a way to write answers and rejections. Several dialects run side by side, each under
 * its own prefix. A dialect throws only for failures; a request that it rejects is data.
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
  /** Tells a caller who has the wrong path where to look. */
  readonly notFoundDetail: string
  /**
   * Who calls, or why nobody may. It sees the method, the URL, the headers, and through
   * {@link HttpCall.bytes} the raw body, so that it can check a signature over them.
   */
  authenticate(call: HttpCall, route: Route): Caller | Rejection | Promise<Caller | Rejection>
  answer(call: HttpCall, route: Route, caller: Caller): Promise<Result | Rejection> | Result | Rejection
  /**
   * Writes the response. `route` is absent if no route has the path or the method, `caller` if nobody
   * was authenticated. The result is also the rejection of a call that failed before or in `answer`.
   */
  render(result: Result | Rejection, call: HttpCall, route?: Route, caller?: Caller): Response
}
