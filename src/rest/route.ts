/**
 * What a route is: one entry of the route table. The same entry makes the handler, the answer to a
 * wrong method, the OpenAPI document and the list of routes, so none of them can drift.
 */

import type * as z from 'zod'
import type { Caller } from '../entry/caller.ts'
import type { Answer } from '../http/answer-response.ts'
import type { RoutePattern } from '../http/dialect.ts'
import type { HttpCall } from '../http/http-call.ts'
import type { Rejection } from '../protocol/rejection.ts'
import type { AnswerHeader } from './openapi-headers.ts'
import type { ProblemCode } from './problems.ts'
import type { RestPorts } from './rest-ports.ts'

/** public: needs no key. orders: an account, and counts against its rate limit. */
export type Access = 'public' | 'account' | 'orders' | 'operator'

/** A request on its way through the dialect. */
export interface Call {
  readonly ports: RestPorts
  readonly http: HttpCall
  /** Of public routes: nobody. */
  readonly caller: Caller
  /** The query parameters that the route declares; each was checked. */
  readonly query: Readonly<Record<string, string>>
}

export type RouteResult = Answer | Rejection<ProblemCode>

export interface Parameter {
  readonly description: string
  /** Whether a value will do. */
  readonly schema: z.ZodType<string>
}

export interface AnswerDoc {
  readonly description: string
  readonly schema?: z.ZodType
  readonly contentType?: string
  /** Beside those that its access and waiting bring along. */
  readonly headers?: readonly AnswerHeader[]
}

export interface Route extends RoutePattern {
  /** Unique name for generated clients. */
  readonly name: string
  readonly summary: string
  readonly access: Access
  readonly query?: Readonly<Record<string, Parameter>>
  readonly body?: { readonly schema: z.ZodType; readonly bytesMax: number }
  /** Whether it honors `Prefer: wait=N`. */
  readonly waits?: boolean
  readonly answers: Readonly<Record<number, AnswerDoc>>
  /** Beside those that its access, query and body bring along. */
  readonly problems: readonly ProblemCode[]
  /** What a problem says here, where that is not what PROBLEM_GUIDE shows. */
  readonly details?: Readonly<Partial<Record<ProblemCode, string>>>
  handle(call: Call): Promise<RouteResult> | RouteResult
}
