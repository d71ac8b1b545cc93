/**
 * The results of order entry for placed, changed and canceled orders as answers: a status and a body. A dialect
 * writes them in its own envelope.
 */

import type { CanceledOrders, ChangedOrder } from '../entry/change-orders.ts'
import { type EntryPorts, type SubmitOptions, waitLeftMs } from '../entry/entry-ports.ts'
import type { PlacedOrder } from '../entry/place-orders.ts'
import { formatTimestamp } from '../entry/timestamps.ts'
import { failureRejection } from '../http/failure-rejection.ts'
import { OperationalFailure } from '../protocol/failure.ts'
import type { OrderRecord } from '../protocol/records.ts'
import { Rejection } from '../protocol/rejection.ts'
import { problemBody } from './problem-body.ts'
import type { ProblemCode } from './problems.ts'
import { readOrder } from './read-order.ts'

export interface OrderAnswer {
  readonly status: number
  readonly body: unknown
}

/** 202 for a durable order. */
const durableAnswer = ({ orderId, symbol, status, receivedAtMs }: PlacedOrder): OrderAnswer => ({
  status: 202,
  body: { orderId, symbol, status, receivedAt: formatTimestamp(receivedAtMs) },
})

/**
 * The body of {@link durableAnswer} as JSON. Ids, symbols and words need no escapes, because their patterns allow no
 * quote, backslash or control character.
 */
export const durableBodyText = ({ orderId, symbol, status, receivedAtMs }: PlacedOrder): string =>
  `{"orderId":"${orderId}","symbol":"${symbol}","status":"${status}","receivedAt":"${formatTimestamp(receivedAtMs)}"}`

/** 202 for a durable order; 200 with the order if the request waited for the outcome. */
export function placedAnswer(
  ports: EntryPorts,
  placed: PlacedOrder,
  options: SubmitOptions,
): OrderAnswer | Promise<OrderAnswer> {
  const durable = durableAnswer(placed)
  if (placed.order === undefined) return durable
  return readableOrder(ports, placed.order, options).then((body) =>
    body === undefined ? durable : { status: 200, body },
  )
}

/** A result for each order of a batch. Its `status` shows which kind of result it is. */
export async function batchAnswer(
  ports: EntryPorts,
  placed: readonly (PlacedOrder | OperationalFailure | Rejection<ProblemCode>)[],
  options: SubmitOptions,
): Promise<OrderAnswer> {
  const results: unknown[] = []
  for (const each of placed) {
    const rejection = each instanceof OperationalFailure ? failureRejection(each) : each
    if (rejection instanceof Rejection) {
      ports.onProblem?.(rejection.code)
      results.push(problemBody(rejection))
    } else results.push(await batchResult(ports, rejection, options))
  }
  return { status: 200, body: { results } }
}

async function batchResult(
  ports: EntryPorts,
  { orderId, symbol, replayed, receivedAtMs, order }: PlacedOrder,
  options: SubmitOptions,
) {
  const repeated = replayed ? { replayed: true } : undefined
  const body = order === undefined ? undefined : await readableOrder(ports, order, options)
  if (body !== undefined) return { status: 200, order: body, ...repeated }
  return { status: 202, orderId, symbol, receivedAt: formatTimestamp(receivedAtMs), ...repeated }
}

/** 202 for a durable cancel or amendment; 200 with the order if the request waited for the outcome. */
export async function changedAnswer(
  ports: EntryPorts,
  { orderId, symbol, receivedAtMs, order }: ChangedOrder,
  options: SubmitOptions,
): Promise<OrderAnswer> {
  const body = order === undefined ? undefined : await readableOrder(ports, order, options)
  if (body !== undefined) return { status: 200, body }
  return { status: 202, body: { orderId, symbol, receivedAt: formatTimestamp(receivedAtMs) } }
}

/** 202 for a durable cancel-all; 200 with the number of orders if the request waited for the outcome. */
export function canceledAnswer({ symbol: one, receivedAtMs, canceled }: CanceledOrders): OrderAnswer {
  const symbol = one ?? null
  const receivedAt = formatTimestamp(receivedAtMs)
  if (canceled === undefined) return { status: 202, body: { symbol, receivedAt } }
  return { status: 200, body: { symbol, receivedAt, canceled } }
}

/**
 * The order resource; undefined if its fills cannot be read within the wait. The command is durable at this point,
 * so the answer must not be a failure: the caller would send the command again.
 */
async function readableOrder(ports: EntryPorts, order: OrderRecord, options: SubmitOptions) {
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
