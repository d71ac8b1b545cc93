/**
 * Answers that fit one frame. An order with many fills, and a batch of such orders, may be longer. The answer is then
 * the one of a request whose outcome did not come in time: the order is read with `GET /orders/{orderId}`.
 */

import { type OperationResult, resultText } from '../session/answer-text.ts'
import type { Request } from '../session/read-request.ts'
import { fitsFrame } from '../socket-bounds.ts'

type Fields = Readonly<Record<string, unknown>>

/** `result`: of a request with at most 50 orders. */
export function fittingResult({ id, op }: Request, result: OperationResult): string {
  const whole = resultText(id, op, result)
  if (fitsFrame(whole)) return whole
  if (op !== 'placeBatch')
    return resultText(id, op, { ...result, status: 202, body: pendingOf(op, result.body as Fields) })
  const { results } = result.body as { readonly results: readonly Fields[] }
  const pending = results.map(pendingResult)
  const textOf = (results: readonly Fields[]) => resultText(id, op, { status: 200, body: { results } })
  const longest = [pending, pending.map(withoutErrors)].map(textOf).find(fitsFrame)
  return longest ?? textOf(pending.map(withoutWords))
}

function pendingOf(op: string, { orderId, symbol, status, receivedAt }: Fields): Fields {
  return op === 'place' ? { orderId, symbol, status, receivedAt } : { orderId, symbol, receivedAt }
}

function pendingResult(each: Fields): Fields {
  if (each.order === undefined) return each
  const { orderId, symbol, receivedAt } = each.order as Fields
  return { status: 202, orderId, symbol, receivedAt, ...(each.replayed === true && { replayed: true }) }
}

/** A problem names its first fault; `errors` has them all. */
function withoutErrors({ errors: _, ...rest }: Fields): Fields {
  return rest
}

/** A problem may quote what the client sent, which may be several times as long in JSON. */
function withoutWords(result: Fields): Fields {
  if (result.title === undefined) return result
  const { field: _, ...rest } = withoutErrors(result)
  return { ...rest, detail: result.title }
}
