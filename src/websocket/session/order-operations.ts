/**
 * The operations of orders. Rules, limits, idempotency and answers are those of order entry and of the API; nothing is
 * decided here. A cancel or an amendment waits for the place of its order, if that was sent over the same connection.
 */

import { orderFieldsOf, shaped } from '../../api/body-shape.ts'
import { batchAnswer, canceledAnswer, changedAnswer, type OrderAnswer, placedAnswer } from '../../api/order-answers.ts'
import type { Caller } from '../../entry/caller.ts'
import { amendOrder, type ChangedOrder, cancelAllOrders, cancelOrder } from '../../entry/change-orders.ts'
import type { EntryRejection } from '../../entry/entry-codes.ts'
import type { SubmitOptions } from '../../entry/entry-ports.ts'
import { placeOrder, placeOrders } from '../../entry/place-orders.ts'
import { OperationalFailure } from '../../protocol/failure.ts'
import { Rejection } from '../../protocol/rejection.ts'
import { REQUEST_SCHEMAS } from '../messages/schemas/request-schemas.ts'
import type { AccountOperation, OperationCall, OperationOutcome } from './operation-call.ts'

export const orderOperations = {
  place: { limit: 'orders', handle: place },
  placeBatch: { limit: 'orders', handle: placeBatch },
  cancel: { limit: 'cancels', handle: cancel },
  cancelAll: { limit: 'cancels', handle: cancelAll },
  amend: { limit: 'orders', handle: amend },
} as const satisfies Record<string, AccountOperation>

/** How the commands of a request are submitted. `wait` in seconds. */
const optionsOf = ({ id, arrivedMs }: OperationCall, wait = 0): SubmitOptions => ({
  waitMs: wait * 1_000,
  arrivedMs,
  requestId: typeof id === 'string' ? id : undefined,
})

async function place(call: OperationCall, caller: Caller): Promise<OperationOutcome> {
  const { ports, orders } = call.session
  const request = shaped(REQUEST_SCHEMAS.place, call.fields)
  if (request instanceof Rejection) return request
  const fields = orderFieldsOf(request.order)
  if (fields instanceof Rejection) return fields
  const options = optionsOf(call, request.wait)
  try {
    const placed = await orders.whilePlacing([fields.orderId], placeOrder(ports, caller, fields, options))
    if (placed instanceof Rejection) return placed
    orders.placed(placed)
    return { ...(await placedAnswer(ports, placed, options)), replayed: placed.replayed }
  } catch (failure) {
    orders.failed(failure, [fields.symbol])
    throw failure
  }
}

async function placeBatch(call: OperationCall, caller: Caller): Promise<OperationOutcome> {
  const { ports, orders, bounds } = call.session
  const request = shaped(REQUEST_SCHEMAS.placeBatch, call.fields)
  if (request instanceof Rejection) return request
  if (request.orders.length > bounds.batchOrders) {
    return new Rejection('batch_too_long', `Send at most ${bounds.batchOrders} orders.`, 'orders')
  }
  const options = optionsOf(call, request.wait)
  const ids = request.orders.map((order) => textOf(order, 'orderId'))
  const symbols = request.orders.map((order) => textOf(order, 'symbol'))
  try {
    const placed = await orders.whilePlacing(ids, placeOrders(ports, caller, request.orders, orderFieldsOf, options))
    if (placed instanceof Rejection) return placed
    placed.forEach((each, i) => {
      if (each instanceof OperationalFailure) orders.failed(each, [symbols[i]])
      else if (!(each instanceof Rejection)) orders.placed(each)
    })
    return batchAnswer(ports, placed, options)
  } catch (failure) {
    orders.failed(failure, symbols)
    throw failure
  }
}

async function cancel(call: OperationCall, caller: Caller): Promise<OperationOutcome> {
  const request = shaped(REQUEST_SCHEMAS.cancel, call.fields)
  if (request instanceof Rejection) return request
  const { ports, orders } = call.session
  const options = optionsOf(call, request.wait)
  await orders.whenPlaced(request.orderId)
  return changed(call, await cancelOrder(ports, caller, request.orderId, options), options)
}

async function amend(call: OperationCall, caller: Caller): Promise<OperationOutcome> {
  const request = shaped(REQUEST_SCHEMAS.amend, call.fields)
  if (request instanceof Rejection) return request
  const { ports, orders } = call.session
  const options = optionsOf(call, request.wait)
  await orders.whenPlaced(request.orderId)
  return changed(call, await amendOrder(ports, caller, request.orderId, request, options), options)
}

async function cancelAll(call: OperationCall, caller: Caller): Promise<OperationOutcome> {
  const request = shaped(REQUEST_SCHEMAS.cancelAll, call.fields)
  if (request instanceof Rejection) return request
  const canceled = await cancelAllOrders(call.session.ports, caller, request.symbol, optionsOf(call, request.wait))
  return canceled instanceof Rejection ? canceled : canceledAnswer(canceled)
}

const changed = (
  { session: { ports } }: OperationCall,
  order: ChangedOrder | EntryRejection,
  options: SubmitOptions,
): Promise<OrderAnswer> | EntryRejection => (order instanceof Rejection ? order : changedAnswer(ports, order, options))

/** A field of an order of a batch, which is not checked yet. */
function textOf(order: unknown, field: 'orderId' | 'symbol'): string | undefined {
  if (typeof order !== 'object' || order === null) return undefined
  const value = (order as Readonly<Record<string, unknown>>)[field]
  return typeof value === 'string' ? value : undefined
}
