/**
 * What a route is: one entry of the route table. The same entry makes the handler, the answer to a
 * wrong method, the OpenAPI document and the list of routes, so none of them can drift.
 */

import type * as z from 'zod'
import type { Caller, GatewayPorts } from './gateway-ports.ts'
import type { AnswerHeader } from './openapi-headers.ts'
import type { Problem, ProblemCode } from './problems.ts'
import type { RateLimiter } from './rate-limiter.ts'

export type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE'

/** public: needs no key. orders: an account, and counts against its rate limit. */
export type Access = 'public' | 'account' | 'orders' | 'operator'

/** A request on its way through the gateway. */
export interface Call {
  readonly ports: GatewayPorts
  readonly request: Request
  /** Of public routes: nobody. */
  readonly caller: Caller
  /** Echoed in the answer. */
  readonly requestId: string
  /** What the client sent, to be carried by its commands. */
  readonly clientRequestId: string | undefined
  readonly limiter: RateLimiter
  /** A decoded part of the path. */
  param(name: string): string
  /** The query parameters that the route declares; each was checked. */
  readonly query: Readonly<Record<string, string>>
}

export interface Answer {
  readonly status: number
  /** A JSON value, or with `contentType` the text or bytes themselves. */
  readonly body: unknown
  readonly contentType?: string
  readonly headers?: Readonly<Record<string, string>>
}

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

export interface Route {
  readonly method: Method
  /** `/orders/{orderId}` */
  readonly path: string
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
  handle(call: Call): Promise<Answer | Problem> | Answer | Problem
}
