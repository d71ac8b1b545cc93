/**
 * Reads the text of a frame as a request: an object with an id and an operation. The other fields are checked by the
 * operation. Whatever is readable of id and operation is kept, so that a rejection can name the request.
 */

import type { ProblemCode } from '../../api/problems.ts'
import { parseExactJson } from '../../http/exact-json.ts'
import { REQUEST_ID_PATTERN, SOCKET_REQUEST_NUMBER_MAX } from '../../protocol/limits.ts'
import { Rejection } from '../../protocol/rejection.ts'
import { OPERATIONS, type Operation, type RequestId } from '../messages/operations.ts'

export interface Request {
  readonly id: RequestId
  readonly op: Operation
  /** The whole message, `id` and `op` included. */
  readonly fields: Readonly<Record<string, unknown>>
}

export interface Unreadable {
  readonly id: RequestId | null
  readonly op: Operation | null
  readonly rejection: Rejection<ProblemCode>
}

const REPLACEMENT = '\uFFFD'

const unreadable = (rejection: Rejection<ProblemCode>): Unreadable => ({ id: null, op: null, rejection })

/**
 * Rejections, in order: invalid_utf8, malformed_json, duplicate_key, invalid_body; of `id`, then of `op`:
 * missing_field, wrong_type, invalid_value.
 */
export function readRequest(text: string): Request | Unreadable {
  // As in a body: the character stands for bytes that are not UTF-8, and no field may contain it.
  if (text.includes(REPLACEMENT)) return unreadable(new Rejection('invalid_utf8', 'The message contains U+FFFD.'))
  const message = parseExactJson(text)
  if (message instanceof Rejection) return unreadable(message as Rejection<ProblemCode>)
  if (typeof message !== 'object' || message === null || Array.isArray(message)) {
    return unreadable(new Rejection('invalid_body', 'Expected a JSON object.'))
  }
  const fields = message as Readonly<Record<string, unknown>>
  const id = requestIdOf(fields.id)
  const op = operationOf(fields.op)
  if (id instanceof Rejection) return { id: null, op: op instanceof Rejection ? null : op, rejection: id }
  return op instanceof Rejection ? { id, op: null, rejection: op } : { id, op, fields }
}

function requestIdOf(id: unknown): RequestId | Rejection<ProblemCode> {
  switch (typeof id) {
    case 'number':
      if (Number.isInteger(id) && id >= 0 && id <= SOCKET_REQUEST_NUMBER_MAX) return id
      break
    case 'string':
      if (REQUEST_ID_PATTERN.test(id)) return id
      break
    // A number of more than 15 digits.
    case 'symbol':
      break
    case 'undefined':
      return new Rejection('missing_field', 'id is required.', 'id')
    default:
      return new Rejection('wrong_type', 'id must be a whole number or a string.', 'id')
  }
  const detail = `id must be a whole number from 0 to ${SOCKET_REQUEST_NUMBER_MAX}, or 1 to 64 of A-Z a-z 0-9 . _ -`
  return new Rejection('invalid_value', detail, 'id')
}

function operationOf(op: unknown): Operation | Rejection<ProblemCode> {
  if (op === undefined) return new Rejection('missing_field', 'op is required.', 'op')
  if (typeof op !== 'string') return new Rejection('wrong_type', 'op must be a string.', 'op')
  if (OPERATIONS.includes(op as Operation)) return op as Operation
  return new Rejection('invalid_value', `op must be one of ${OPERATIONS.join(', ')}.`, 'op')
}
