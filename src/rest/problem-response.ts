/**
 * Writes a rejection as `application/problem+json` (RFC 9457). Title and status come from the table in
 * problems.ts. Code, detail and field come from the rejection.
 */

import { answerResponse } from '../http/answer-response.ts'
import { FailedRequest } from '../http/failure-rejection.ts'
import type { FailedOrders } from '../protocol/failure.ts'
import { Rejection } from '../protocol/rejection.ts'
import { PROBLEMS, type ProblemCode } from './problems.ts'

/** One of several faults of a body. */
export interface FieldFault {
  readonly code: ProblemCode
  readonly field: string
  readonly detail: string
}

interface ProblemExtras {
  readonly errors?: readonly FieldFault[]
  readonly headers?: Readonly<Record<string, string>>
}

/** A rejection with the members and headers that only this dialect has. */
export class Problem extends Rejection<ProblemCode> {
  /** All faults of the body, if there are several. */
  readonly errors: readonly FieldFault[] | undefined
  readonly headers: Readonly<Record<string, string>> | undefined

  constructor({ code, detail, field, retryAfterMs }: Rejection<ProblemCode>, { errors, headers }: ProblemExtras) {
    super(code, detail, field, retryAfterMs)
    this.errors = errors
    this.headers = headers
  }
}

export type ProblemBody = ProblemMembers & Partial<FailedOrders>

interface ProblemMembers {
  readonly type: string
  readonly title: string
  readonly status: number
  readonly detail: string
  readonly code: ProblemCode
  readonly field?: string
  readonly errors?: readonly FieldFault[]
}

/**
 * The members of RFC 9457, and `code`. `field`, `errors`, `orderId` and `orderIds` are present if the rejection has
 * them.
 */
export function problemBody(rejection: Rejection<ProblemCode>): ProblemBody {
  const { code, detail, field } = rejection
  const { status, title } = PROBLEMS[code]
  const errors = rejection instanceof Problem ? rejection.errors : undefined
  return {
    type: `/docs/problems#${code}`,
    title,
    status,
    detail,
    code,
    ...(field !== undefined && { field }),
    ...(errors !== undefined && { errors }),
    ...(rejection instanceof FailedRequest && rejection.orders),
  }
}

export function problemResponse(
  rejection: Rejection<ProblemCode>,
  requestId: string,
  more: Readonly<Record<string, string>>,
): Response {
  const { code, retryAfterMs } = rejection
  const headers = {
    ...(code === 'unauthorized' && { 'WWW-Authenticate': 'Bearer' }),
    ...(retryAfterMs !== undefined && { 'Retry-After': String(Math.ceil(retryAfterMs / 1000)) }),
    ...(rejection instanceof Problem && rejection.headers),
  }
  const body = JSON.stringify(problemBody(rejection))
  const { status } = PROBLEMS[code]
  return answerResponse({ status, body, contentType: 'application/problem+json', headers }, requestId, more)
}
