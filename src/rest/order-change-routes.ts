/**
 * The routes that cancel and amend orders. Order entry looks up the order first. The order may still close
 * before the matcher applies the command. Only a request that waits gets that outcome.
 */

import { shaped } from '../api/body-shape.ts'
import { canceledAnswer, changedAnswer } from '../api/order-answers.ts'
import { amendOrderBody } from '../api/order-requests.ts'
import { cancelAllSchema, orderChangeSchema, orderSchema } from '../api/order-schemas.ts'
import { amendOrder, cancelAllOrders, cancelOrder } from '../entry/change-orders.ts'
import { PRICE_CODES, QUANTITY_BOUND_CODES, QUANTITY_CODES } from '../entry/entry-codes.ts'
import { readJsonBody } from '../http/request-body.ts'
import { ORDER_BODY_BYTES_MAX } from '../protocol/limits.ts'
import { Rejection } from '../protocol/rejection.ts'
import { changedHeaders, waitedHeaders } from './order-headers.ts'
import { symbolParameter } from './query-parameters.ts'
import type { Call, Route, RouteResult } from './route.ts'
import { submitOptions, waitedRejection } from './wait-preference.ts'

const ANSWERS: Route['answers'] = {
  200: {
    description: 'The order after the command, if the request waited for it.',
    schema: orderSchema,
    headers: ['Location'],
  },
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
      ...QUANTITY_CODES,
      ...QUANTITY_BOUND_CODES,
      ...PRICE_CODES,
      'memory_full',
      'symbol_halted',
      'symbol_closed',
      'quantity_not_above_filled',
      'price_outside_band',
      'book_full',
      'post_only_would_cross',
      'symbol_suspended',
    ],
    handle: amendOne,
  },
  {
    method: 'DELETE',
    path: '/orders/{orderId}',
    name: 'cancelOrder',
    summary: 'Cancel an own order',
    access: 'cancels',
    waits: true,
    answers: ANSWERS,
    problems: ['order_not_found', 'order_not_open', 'symbol_suspended'],
    handle: cancelOne,
  },
  {
    method: 'DELETE',
    path: '/orders',
    name: 'cancelAllOrders',
    summary: 'Cancel all own orders, of one instrument or of all',
    access: 'cancels',
    query: { symbol: symbolParameter },
    waits: true,
    answers: {
      200: { description: 'The number of canceled orders, if the request waited for it.', schema: cancelAllSchema },
      202: { description: 'The command is durable and will be applied.', schema: cancelAllSchema },
    },
    problems: ['unknown_symbol'],
    handle: cancelAll,
  },
]

async function amendOne({ ports, http, caller }: Call): Promise<RouteResult> {
  const fields = shaped(amendOrderBody, await readJsonBody(http.request, ORDER_BODY_BYTES_MAX))
  if (fields instanceof Rejection) return fields
  const options = submitOptions(http)
  const changed = await amendOrder(ports, caller, http.param('orderId'), fields, options)
  if (changed instanceof Rejection) return waitedRejection(changed, options)
  return changedHeaders(changed.orderId, options, await changedAnswer(ports, changed, options))
}

async function cancelOne({ ports, http, caller }: Call): Promise<RouteResult> {
  const options = submitOptions(http)
  const changed = await cancelOrder(ports, caller, http.param('orderId'), options)
  if (changed instanceof Rejection) return waitedRejection(changed, options)
  return changedHeaders(changed.orderId, options, await changedAnswer(ports, changed, options))
}

async function cancelAll({ ports, http, caller, query }: Call): Promise<RouteResult> {
  const options = submitOptions(http)
  const canceled = await cancelAllOrders(ports, caller, query.symbol, options)
  if (canceled instanceof Rejection) return waitedRejection(canceled, options)
  return waitedHeaders(options, canceledAnswer(canceled))
}
