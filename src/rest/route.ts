/**
 * A route is one entry of the route table. The handler, the answer to a wrong method, the OpenAPI document
 * and the list of routes are all made from the same entry, so that they always agree.
 */

import type * as z from 'zod'
import type { ProblemCode } from '../api/problems.ts'
import type { Limited } from '../entry/account-limits.ts'
import type { Caller } from '../entry/caller.ts'
import type { Answer } from '../http/answer-response.ts'
import type { RoutePattern } from '../http/dialect.ts'
import type { HttpCall } from '../http/http-call.ts'
import type { Rejection } from '../protocol/rejection.ts'
import type { AnswerHeader } from './openapi-headers.ts'
import type { RestPorts } from './rest-ports.ts'

/** public: needs no key. A limited kind: needs an account, and counts against its limit of this kind. */
export type Access = 'public' | Limited | 'operator'

/** A request during its processing in the dialect. */
export interface Call {
  readonly ports: RestPorts
  readonly http: HttpCall
  /** On public routes the account is empty. */
  readonly caller: Caller
  /** The query parameters that the route declares, after validation. */
  readonly query: Readonly<Record<string, string>>
}

export type RouteResult = Answer | Rejection<ProblemCode>

export interface Parameter {
  readonly description: string
  /** Validates a value. */
  readonly schema: z.ZodType<string>
}

export interface AnswerDoc {
  readonly description: string
  readonly schema?: z.ZodType
  readonly contentType?: string
  /** In addition to the headers that follow from `access` and `waits`. */
  readonly headers?: readonly AnswerHeader[]
}

export interface Route extends RoutePattern {
  /** Unique name for generated clients. */
  readonly name: string
  readonly summary: string
  readonly access: Access
  readonly query?: Readonly<Record<string, Parameter>>
  readonly body?: { readonly schema: z.ZodType; readonly bytesMax: number }
  /** Whether the route supports `Prefer: wait=N`. */
  readonly waits?: boolean
  /** Whether an exchange with these ports has the route. Absent: every exchange has it. */
  readonly offered?: (ports: RestPorts) => boolean
  readonly answers: Readonly<Record<number, AnswerDoc>>
  /** In addition to the problems that follow from `access`, `query` and `body`. */
  readonly problems: readonly ProblemCode[]
  /** The details of problems of this route that differ from those in PROBLEM_GUIDE. */
  readonly details?: Readonly<Partial<Record<ProblemCode, string>>>
  handle(call: Call): Promise<RouteResult> | RouteResult
}

/** The limit that a route counts against. */
export const limitOf = ({ access }: Route): Limited | undefined =>
  access === 'public' || access === 'operator' ? undefined : access
