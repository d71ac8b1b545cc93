/**
 * The routes that cancel and amend. The order is looked up first, so that a caller learns at once
 * that it never existed or has ended; between the look-up and the matcher it may still end, which
 * only a request that waits is told.
 */

import type { Command } from '../protocol/commands.ts'
import { ORDER_BODY_BYTES_MAX } from '../protocol/limits.ts'
import { isOpen, type OrderRecord } from '../protocol/records.ts'
import { cancelAllSchema, orderChangeSchema, orderSchema } from './answer-schemas.ts'
import { submitChanges } from './change.ts'
import { priceOf, quantityOf } from './decimals.ts'
import { instrumentOf, readOrder } from './order-lookup.ts'
import { Problem } from './problems.ts'
import { symbolParameter } from './query.ts'
import { readJsonBody } from './request-body.ts'
import { amendOrderBody } from './request-schemas.ts'
import type { Answer, Call, Route } from './route.ts'
import { shapeProblem } from './shape.ts'
import { unknownSymbol } from './unknown-symbol.ts'

const ANSWERS: Route['answers'] = {
  200: { description: 'It was waited for: the order as it then stood.', schema: orderSchema, headers: ['Location'] },
  202: { description: 'The command is durable and will be applied.', schema: orderChangeSchema, headers: ['Location'] },
}

export const orderChangeRoutes: readonly Route[] = [
  {
    method: 'PATCH',
    path: '/orders/{orderId}',
    name: 'amendOrder',
    summary: 'Amend the price or quantity of an own order',
    access: 'orders',
    body: { schema: amendOrderBody, bytesMax: ORDER_BODY_BYTES_MAX },
    waits: true,
    answers: ANSWERS,
    problems: [
      'nothing_to_change',
      'order_not_found',
      'order_not_open',
      'quantity_not_a_decimal',
      'quantity_not_positive',
      'quantity_too_large',
      'quantity_not_on_lot',
      'price_not_a_decimal',
      'price_not_positive',
      'price_too_large',
      'price_not_on_tick',
      'symbol_halted',
      'quantity_not_above_filled',
      'price_outside_band',
      'book_full',
      'post_only_would_cross',
    ],
    handle: amendOrder,
  },
  {
    method: 'DELETE',
    path: '/orders/{orderId}',
    name: 'cancelOrder',
    summary: 'Cancel an own order',
    access: 'orders',
    waits: true,
    answers: ANSWERS,
    problems: ['order_not_found', 'order_not_open'],
    handle: cancelOrder,
  },
  {
    method: 'DELETE',
    path: '/orders',
    name: 'cancelAllOrders',
    summary: 'Cancel all own orders, of one instrument or of all',
    access: 'orders',
    query: { symbol: symbolParameter },
    waits: true,
    answers: {
      200: { description: 'It was waited for: how many orders ended.', schema: cancelAllSchema },
      202: { description: 'The commands are durable and will be applied.', schema: cancelAllSchema },
    },
    problems: ['unknown_symbol'],
    handle: cancelAllOrders,
  },
]

async function amendOrder(call: Call): Promise<Answer | Problem> {
  const body = await readJsonBody(call.request, ORDER_BODY_BYTES_MAX)
  if (body instanceof Problem) return body
  const shape = amendOrderBody.safeParse(body)
  if (!shape.success) return shapeProblem(shape.error, body)
  const asked = shape.data
  if (asked.price === undefined && asked.quantity === undefined) {
    return new Problem('nothing_to_change', 'Send a price or a quantity.')
  }
  const order = await findOpen(call)
  if (order instanceof Problem) return order
  const instrument = instrumentOf(call.ports, order.symbol)
  const quantity = asked.quantity === undefined ? undefined : quantityOf(asked.quantity, instrument)
  if (quantity instanceof Problem) return quantity
  const price = asked.price === undefined ? undefined : priceOf(asked.price, instrument)
  if (price instanceof Problem) return price
  return change(call, order, {
    kind: 'AmendOrder',
    ...nameOf(call, order),
    ...(price !== undefined && { price }),
    ...(quantity !== undefined && { quantity }),
  })
}

async function cancelOrder(call: Call): Promise<Answer | Problem> {
  const order = await findOpen(call)
  if (order instanceof Problem) return order
  return change(call, order, { kind: 'CancelOrder', ...nameOf(call, order) })
}

async function cancelAllOrders(call: Call): Promise<Answer | Problem> {
  const { ports, caller, query } = call
  const { symbol } = query
  if (symbol !== undefined && !ports.instruments.has(symbol)) {
    return unknownSymbol(symbol, ports.instruments)
  }
  const symbols = symbol === undefined ? [...ports.instruments.keys()] : [symbol]
  const { account } = caller
  const submitted = await submitChanges(
    call,
    symbols.map((each) => ({ kind: 'CancelAllOrders', symbol: each, account, ...requestIdOf(call) })),
  )
  if (submitted instanceof Problem) return submitted
  const { receivedAt, outcomes, headers } = submitted
  if (outcomes === undefined) return { status: 202, body: { symbols, receivedAt }, headers }
  const canceled = outcomes.reduce((sum, outcome) => sum + (outcome.canceled ?? 0), 0)
  return { status: 200, body: { symbols, receivedAt, canceled }, headers }
}

/** The order in the path. Problems: order_not_found, order_not_open. */
async function findOpen({ ports, caller, param }: Call): Promise<OrderRecord | Problem> {
  const order = await ports.orderReader.get(caller.account, param('orderId'))
  if (order === undefined) return new Problem('order_not_found', 'The account has no such order.')
  return isOpen(order.status) ? order : new Problem('order_not_open', `The order is ${order.status}.`)
}

async function change(call: Call, order: OrderRecord, command: Command): Promise<Answer | Problem> {
  const submitted = await submitChanges(call, [command])
  if (submitted instanceof Problem) return submitted
  const { receivedAt, outcomes } = submitted
  const headers = { Location: `/orders/${order.orderId}`, ...submitted.headers }
  const changed = outcomes?.[0].order
  if (changed !== undefined) return { status: 200, body: await readOrder(call.ports, changed), headers }
  return { status: 202, body: { orderId: order.orderId, symbol: order.symbol, receivedAt }, headers }
}

const nameOf = (call: Call, { symbol, account, orderId }: OrderRecord) => ({
  symbol,
  account,
  orderId,
  ...requestIdOf(call),
})

const requestIdOf = ({ clientRequestId }: Call) =>
  clientRequestId === undefined ? undefined : { requestId: clientRequestId }
