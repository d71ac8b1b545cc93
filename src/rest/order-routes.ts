/** The routes that place orders and read them. Answers contain only orders of the caller's account. */

import { orderFieldsOf, shaped } from '../api/body-shape.ts'
import { batchAnswer, placedAnswer } from '../api/order-answers.ts'
import { batchBody, placeOrderBody } from '../api/order-requests.ts'
import { orderSummary } from '../api/order-resource.ts'
import { batchResultsSchema, orderSchema, pendingOrderSchema } from '../api/order-schemas.ts'
import { instrumentOf, readOrder } from '../api/read-order.ts'
import { ORDER_RULE_CODES } from '../entry/entry-codes.ts'
import { placeOrder, placeOrders } from '../entry/place-orders.ts'
import { unknownSymbol } from '../entry/unknown-symbol.ts'
import { readJsonBody } from '../http/request-body.ts'
import { BadCursor, type Page } from '../ports/order-reader.ts'
import { BATCH_BODY_BYTES_MAX, BATCH_ORDERS_MAX, ORDER_BODY_BYTES_MAX, ROWS_PER_READ } from '../protocol/limits.ts'
import type { OrderRecord, OrderStatus } from '../protocol/records.ts'
import { Rejection } from '../protocol/rejection.ts'
import { ordersPageSchema } from './answer-schemas.ts'
import { placedHeaders, waitedHeaders } from './order-headers.ts'
import {
  cursorParameter,
  fromParameter,
  limitParameter,
  listRangeOf,
  sortParameter,
  statusParameter,
  symbolParameter,
  toParameter,
} from './query-parameters.ts'
import type { Call, Route, RouteResult } from './route.ts'
import { submitOptions } from './wait-preference.ts'

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
        description: 'The order after matching, if the request waited for it. It may be rejected.',
        schema: orderSchema,
        headers: ['Location', 'Idempotent-Replayed'],
      },
      202: {
        description: 'The order is durable and will be matched.',
        schema: pendingOrderSchema,
        headers: ['Location', 'Idempotent-Replayed'],
      },
    },
    problems: [
      ...ORDER_RULE_CODES,
      'order_id_conflict',
      'too_many_open_orders',
      'memory_full',
      'duplicate_order_id',
      'symbol_suspended',
    ],
    handle: placeOne,
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
      200: {
        description: 'A result for each order. An invalid order does not stop the others.',
        schema: batchResultsSchema,
      },
    },
    problems: ['batch_empty', 'batch_too_long', 'symbol_suspended'],
    details: { body_too_large: `The body may have at most ${BATCH_BODY_BYTES_MAX} bytes.` },
    handle: placeBatch,
  },
  {
    method: 'GET',
    path: '/orders',
    name: 'listOrders',
    summary: 'List own orders, newest or oldest first',
    access: 'reads',
    query: {
      status: statusParameter,
      symbol: symbolParameter,
      sort: sortParameter,
      from: fromParameter,
      to: toParameter,
      limit: limitParameter,
      cursor: cursorParameter,
    },
    answers: { 200: { description: 'A page of orders, without their fills.', schema: ordersPageSchema } },
    problems: ['unknown_symbol'],
    handle: listOrders,
  },
  {
    method: 'GET',
    path: '/orders/{orderId}',
    name: 'getOrder',
    summary: 'Read an own order with its fills',
    access: 'reads',
    answers: { 200: { description: 'The order.', schema: orderSchema } },
    problems: ['order_not_found'],
    handle: getOrder,
  },
]

async function placeOne({ ports, http, caller }: Call): Promise<RouteResult> {
  const fields = orderFieldsOf(await readJsonBody(http.request, ORDER_BODY_BYTES_MAX))
  if (fields instanceof Rejection) return fields
  const options = submitOptions(http)
  const placed = await placeOrder(ports, caller, fields, options)
  return placed instanceof Rejection ? placed : placedHeaders(placed, options, placedAnswer(ports, placed, options))
}

async function placeBatch({ ports, http, caller }: Call): Promise<RouteResult> {
  const batch = shaped(batchBody, await readJsonBody(http.request, BATCH_BODY_BYTES_MAX))
  if (batch instanceof Rejection) return batch
  const options = submitOptions(http)
  const placed = await placeOrders(ports, caller, batch.orders, orderFieldsOf, options)
  return placed instanceof Rejection ? placed : waitedHeaders(options, await batchAnswer(ports, placed, options))
}

async function listOrders({ ports, caller, query }: Call): Promise<RouteResult> {
  const { symbol, status, cursor } = query
  if (symbol !== undefined && !ports.instruments.has(symbol)) {
    return unknownSymbol(symbol, ports.instruments)
  }
  const range = listRangeOf(query)
  if (range instanceof Rejection) return range
  ports.limits.reads.charge(caller.account, Math.ceil(range.limit / ROWS_PER_READ) - 1)
  let page: Page<OrderRecord>
  try {
    page = await ports.orderReader.list(caller.account, {
      ...range,
      ...(symbol !== undefined && { symbol }),
      ...(status !== undefined && { status: status as OrderStatus | 'OPEN' }),
      ...(cursor !== undefined && { cursor }),
    })
  } catch (failure) {
    if (failure instanceof BadCursor)
      return new Rejection('invalid_parameter', 'The cursor does not come from a page of this list.', 'cursor')
    throw failure
  }
  const orders = page.rows.map((order) => orderSummary(order, instrumentOf(ports.instruments, order.symbol)))
  return { status: 200, body: { orders, nextCursor: page.next ?? null } }
}

async function getOrder({ ports, http, caller }: Call): Promise<RouteResult> {
  const order = await ports.orderReader.get(caller.account, http.param('orderId'))
  if (order === undefined) return new Rejection('order_not_found', 'The account has no such order.')
  return { status: 200, body: await readOrder(ports, order) }
}
