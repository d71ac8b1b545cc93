/** The answers to requests, as messages. */

import { durableBodyText } from '../../api/order-answers.ts'
import { problemBody } from '../../api/problem-body.ts'
import type { ProblemCode } from '../../api/problems.ts'
import type { PlacedOrder } from '../../entry/place-orders.ts'
import type { Rejection } from '../../protocol/rejection.ts'
import type { Operation, RequestId } from '../messages/operations.ts'

export interface OperationResult {
  readonly status: number
  readonly body: unknown
  /** The order was sent before. */
  readonly replayed?: boolean
}

export const resultText = (id: RequestId, op: Operation, { status, body, replayed }: OperationResult): string =>
  resultOf(id, op, status, JSON.stringify(body), replayed)

/** The result of an order that was placed without a wait. Made from parts, because JSON.stringify takes ten times as long. */
export const placedText = (id: RequestId, placed: PlacedOrder): string =>
  resultOf(id, 'place', 202, durableBodyText(placed), placed.replayed)

/** `body` is JSON. The id needs no escapes, because its pattern allows no quote, backslash or control character. */
function resultOf(id: RequestId, op: Operation, status: number, body: string, replayed: boolean | undefined): string {
  const name = typeof id === 'number' ? id : `"${id}"`
  const more = replayed ? ',"replayed":true' : ''
  return `{"type":"result","id":${name},"op":"${op}","status":${status},"result":${body}${more}}`
}

export function errorText(id: RequestId | null, op: Operation | null, rejection: Rejection<ProblemCode>): string {
  const { retryAfterMs } = rejection
  const when = retryAfterMs === undefined ? undefined : { retryAfterMs: Math.ceil(retryAfterMs) }
  return JSON.stringify({ type: 'error', id, op, error: problemBody(rejection), ...when })
}
