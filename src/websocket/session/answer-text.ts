/** The answers to requests, as messages. */

import { problemBody } from '../../api/problem-body.ts'
import type { ProblemCode } from '../../api/problems.ts'
import type { Rejection } from '../../protocol/rejection.ts'
import type { Operation, RequestId } from '../messages/operations.ts'

export interface OperationResult {
  readonly status: number
  readonly body: unknown
  /** The order was sent before. */
  readonly replayed?: boolean
}

export const resultText = (id: RequestId, op: Operation, { status, body, replayed }: OperationResult): string =>
  JSON.stringify({ type: 'result', id, op, status, result: body, ...(replayed && { replayed }) })

export function errorText(id: RequestId | null, op: Operation | null, rejection: Rejection<ProblemCode>): string {
  const { retryAfterMs } = rejection
  const when = retryAfterMs === undefined ? undefined : { retryAfterMs: Math.ceil(retryAfterMs) }
  return JSON.stringify({ type: 'error', id, op, error: problemBody(rejection), ...when })
}
