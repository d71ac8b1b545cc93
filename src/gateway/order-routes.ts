/** The routes that place orders and read them. Every answer concerns the caller's own account only. */

import { BadCursor, type Page } from '../ports/order-reader.ts'
import { BATCH_BODY_BYTES_MAX, BATCH_ORDERS_MAX, ORDER_BODY_BYTES_MAX, PAGE_ROWS_DEFAULT } from '../protocol/limits.ts'
import type { OrderRecord, OrderStatus } from '../protocol/records.ts'
import { batchResultsSchema, orderSchema, ordersPageSchema, pendingOrderSchema } from './answer-schemas.ts'
import { instrumentOf, readOrder } from './order-lookup.ts'
import { orderSummary } from './order-resource.ts'
import { type OrderContext, placeOrderOf } from './place-order.ts'
import { placeAll, placeOne } from './placement.ts'
import { Problem } from './problems.ts'
import { cursorParameter, limitParameter, statusParameter, symbolParameter } from './query.ts'
import { readJsonBody } from './request-body.ts'
import { batchBody, placeOrderBody } from './request-schemas.ts'
import type { Answer, Call, Route } from './route.ts'
import { shapeProblem } from './shape.ts'
import { unknownSymbol } from './unknown-symbol.ts'

const RULES = [
  'unknown_symbol',
  'expires_at_not_a_timestamp',
  'time_in_force_not_allowed',
  'price_required',
  'price_not_allowed',
  'post_only_not_allowed',
  'expires_at_required',
  'expires_at_not_allowed',
  'quantity_not_a_decimal',
  'quantity_not_positive',
  'quantity_too_large',
  'quantity_not_on_lot',
  'price_not_a_decimal',
  'price_not_positive',
  'price_too_large',
  'price_not_on_tick',
  'expires_at_not_in_future',
] as const

export const orderRoutes: readonly Route[] = [
  {
    method: 'POST',
    path: '/orders',
    name: 'placeOrder',
    summary: 'Place an order',
    access: 'orders',
    body: { schema: placeOrderBody, bytesMax: ORDER_BODY_BYTES_MAX },
    waits: true,
    answers: {
      200: {
        description: 'It was waited for: the order as it then stood, rejected or not.',
        schema: orderSchema,
        headers: ['Location', 'Idempotent-Replayed'],
      },
      202: {
        description: 'The order is durable and will be matched.',
        schema: pendingOrderSchema,
        headers: ['Location', 'Idempotent-Replayed'],
      },
    },
    problems: [...RULES, 'order_id_conflict', 'duplicate_order_id'],
    handle: placeOrder,
  },
  {
    method: 'POST',
    path: '/orders/batch',
    name: 'placeOrders',
    summary: `Place up to ${BATCH_ORDERS_MAX} orders`,
    access: 'orders',
    body: { schema: batchBody, bytesMax: BATCH_BODY_BYTES_MAX },
    waits: true,
    answers: {
      200: { description: 'A result for each order; a bad one does not stop the others.', schema: batchResultsSchema },
    },
    problems: ['batch_empty', 'batch_too_long'],
    handle: placeBatch,
  },
  {
    method: 'GET',
    path: '/orders',
    name: 'listOrders',
    summary: 'List own orders, newest first',
    access: 'account',
    query: { status: statusParameter, symbol: symbolParameter, limit: limitParameter, cursor: cursorParameter },
    answers: { 200: { description: 'A page of orders, without their fills.', schema: ordersPageSchema } },
    problems: ['unknown_symbol'],
    handle: listOrders,
  },
  {
    method: 'GET',
    path: '/orders/{orderId}',
    name: 'getOrder',
    summary: 'Read an own order with its fills',
    access: 'account',
    answers: { 200: { description: 'The order.', schema: orderSchema } },
    problems: ['order_not_found'],
    handle: getOrder,
  },
]

async function placeOrder(call: Call): Promise<Answer | Problem> {
  const body = await readJsonBody(call.request, ORDER_BODY_BYTES_MAX)
  if (body instanceof Problem) return body
  const order = placeOrderOf(body, contextOf(call))
  return placeOne(call, body, order)
}

async function placeBatch(call: Call): Promise<Answer | Problem> {
  const body = await readJsonBody(call.request, BATCH_BODY_BYTES_MAX)
  if (body instanceof Problem) return body
  const shape = batchBody.safeParse(body)
  if (!shape.success) return shapeProblem(shape.error, body)
  const { orders } = shape.data
  if (orders.length === 0) return new Problem('batch_empty', 'Send at least one order.', 'orders')
  if (orders.length > BATCH_ORDERS_MAX) {
    return new Problem('batch_too_long', `Send at most ${BATCH_ORDERS_MAX} orders.`, 'orders')
  }
  call.limiter.charge(call.caller.account, orders.length - 1)
  const context = contextOf(call)
  return placeAll(
    call,
    orders.map((asked) => ({ asked, order: placeOrderOf(asked, context) })),
  )
}

async function listOrders({ ports, caller, query }: Call): Promise<Answer | Problem> {
  const { symbol, status, limit, cursor } = query
  if (symbol !== undefined && !ports.instruments.has(symbol)) {
    return unknownSymbol(symbol, ports.instruments)
  }
  let page: Page<OrderRecord>
  try {
    page = await ports.orderReader.list(caller.account, {
      limit: limit === undefined ? PAGE_ROWS_DEFAULT : Number(limit),
      ...(symbol !== undefined && { symbol }),
      ...(status !== undefined && { status: status as OrderStatus | 'OPEN' }),
      ...(cursor !== undefined && { cursor }),
    })
  } catch (failure) {
    if (failure instanceof BadCursor)
      return new Problem('invalid_parameter', 'No page has given this cursor.', 'cursor')
    throw failure
  }
  const orders = page.rows.map((order) => orderSummary(order, instrumentOf(ports, order.symbol)))
  return { status: 200, body: { orders, nextCursor: page.next ?? null } }
}

async function getOrder(call: Call): Promise<Answer | Problem> {
  const order = await call.ports.orderReader.get(call.caller.account, call.param('orderId'))
  if (order === undefined) return new Problem('order_not_found', 'The account has no such order.')
  return { status: 200, body: await readOrder(call.ports, order) }
}

function contextOf({ ports, caller, clientRequestId }: Call): OrderContext {
  return {
    instruments: ports.instruments,
    account: caller.account,
    nowMs: ports.nowMs(),
    newOrderId: ports.newOrderId,
    requestId: clientRequestId,
  }
}
