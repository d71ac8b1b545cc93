/** The problem object of a rejection (RFC 9457). Title and status come from the table in problems.ts. */

import { FailedRequest } from '../http/failure-rejection.ts'
import type { FailedOrders } from '../protocol/failure.ts'
import { Rejection } from '../protocol/rejection.ts'
import { PROBLEMS, type ProblemCode } from './problems.ts'

/** One of several faults of a request. */
export interface FieldFault {
  readonly code: ProblemCode
  readonly field: string
  readonly detail: string
}

/** A rejection with all faults of the request, if there are several. */
export class FaultyRequest extends Rejection<ProblemCode> {
  readonly errors: readonly FieldFault[]

  constructor({ code, detail, field }: Rejection<ProblemCode>, errors: readonly FieldFault[]) {
    super(code, detail, field)
    this.errors = errors
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
  return {
    type: `/docs/problems#${code}`,
    title,
    status,
    detail,
    code,
    ...(field !== undefined && { field }),
    ...(rejection instanceof FaultyRequest && { errors: rejection.errors }),
    ...(rejection instanceof FailedRequest && rejection.orders),
  }
}
