/** Turns the results of order entry for placed, changed and canceled orders into answers. */

import type { CanceledOrders, ChangedOrder } from '../entry/change-orders.ts'
import { type SubmitOptions, waitLeftMs } from '../entry/entry-ports.ts'
import type { PlacedOrder } from '../entry/place-orders.ts'
import { formatTimestamp } from '../entry/timestamps.ts'
import type { Answer } from '../http/answer-response.ts'
import { failureRejection } from '../http/failure-rejection.ts'
import { OperationalFailure } from '../protocol/failure.ts'
import type { OrderRecord } from '../protocol/records.ts'
import { Rejection } from '../protocol/rejection.ts'
import { problemBody } from './problem-response.ts'
import type { ProblemCode } from './problems.ts'
import { readOrder } from './read-order.ts'
import type { RestPorts } from './rest-ports.ts'
import { preferenceHeaders } from './wait-preference.ts'

/** 202 for a durable order; 200 with the order if the request waited for the outcome. */
export function placedAnswer(ports: RestPorts, placed: PlacedOrder, options: SubmitOptions): Answer | Promise<Answer> {
  const { orderId, symbol, status, order } = placed
  const headers: Record<string, string> = { Location: `/orders/${orderId}` }
  if (placed.replayed) headers['Idempotent-Replayed'] = 'true'
  if (options.waitMs > 0) Object.assign(headers, preferenceHeaders(options.waitMs))
  const pending = { orderId, symbol, status, receivedAt: formatTimestamp(placed.receivedAtMs) }
  if (order === undefined) return { status: 202, body: pending, headers }
  return readableOrder(ports, order, options).then((body) =>
    body === undefined ? { status: 202, body: pending, headers } : { status: 200, body, headers },
  )
}

/** A result for each order of a batch. Its `status` shows which kind of result it is. */
export async function batchAnswer(
  ports: RestPorts,
  placed: readonly (PlacedOrder | OperationalFailure | Rejection<ProblemCode>)[],
  options: SubmitOptions,
): Promise<Answer> {
  const results: unknown[] = []
  for (const each of placed) {
    if (each instanceof Rejection) results.push(problemBody(each))
    else if (each instanceof OperationalFailure) results.push(problemBody(failureRejection(each)))
    else results.push(await batchResult(ports, each, options))
  }
  return { status: 200, body: { results }, headers: preferenceHeaders(options.waitMs) }
}

async function batchResult(
  ports: RestPorts,
  { orderId, symbol, replayed, receivedAtMs, order }: PlacedOrder,
  options: SubmitOptions,
) {
  const repeated = replayed ? { replayed: true } : undefined
  const body = order === undefined ? undefined : await readableOrder(ports, order, options)
  if (body !== undefined) return { status: 200, order: body, ...repeated }
  return { status: 202, orderId, symbol, receivedAt: formatTimestamp(receivedAtMs), ...repeated }
}

/** 202 for a durable cancel or amendment; 200 with the order if the request waited for the outcome. */
export async function changedAnswer(ports: RestPorts, changed: ChangedOrder, options: SubmitOptions): Promise<Answer> {
  const { orderId, symbol, receivedAtMs, order } = changed
  const headers = { Location: `/orders/${orderId}`, ...preferenceHeaders(options.waitMs) }
  const body = order === undefined ? undefined : await readableOrder(ports, order, options)
  if (body !== undefined) return { status: 200, body, headers }
  return { status: 202, body: { orderId, symbol, receivedAt: formatTimestamp(receivedAtMs) }, headers }
}

/** 202 for a durable cancel-all; 200 with the number of orders if the request waited for the outcome. */
export function canceledAnswer(
  { symbol: one, receivedAtMs, canceled }: CanceledOrders,
  options: SubmitOptions,
): Answer {
  const symbol = one ?? null
  const receivedAt = formatTimestamp(receivedAtMs)
  const headers = preferenceHeaders(options.waitMs)
  if (canceled === undefined) return { status: 202, body: { symbol, receivedAt }, headers }
  return { status: 200, body: { symbol, receivedAt, canceled }, headers }
}

/**
 * The order resource; undefined if its fills cannot be read within the wait. The command is durable at this point,
 * so the answer must not be a failure: the caller would send the command again.
 */
async function readableOrder(ports: RestPorts, order: OrderRecord, options: SubmitOptions) {
  if (order.fills.length === 0) return readOrder(ports, order)
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), waitLeftMs(options))
  })
  try {
    return await Promise.race([readOrder(ports, order), late])
  } catch (cause) {
    if (!(cause instanceof OperationalFailure)) throw cause
    return undefined
  } finally {
    clearTimeout(timer)
  }
}
