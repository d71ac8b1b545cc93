/** `GET /fills`: what the orders of the account have traded, over all orders. */

import { fillResource } from '../api/fill-resource.ts'
import { BY_ORDER_ONLY, noFillReader, ownFills } from '../api/own-fills.ts'
import { instrumentOf } from '../api/read-order.ts'
import { unknownSymbol } from '../entry/unknown-symbol.ts'
import { BadCursor } from '../ports/order-reader.ts'
import { ROWS_PER_READ } from '../protocol/limits.ts'
import { Rejection } from '../protocol/rejection.ts'
import { fillsPageSchema } from './answer-schemas.ts'
import {
  cursorParameter,
  fromParameter,
  limitParameter,
  listRangeOf,
  orderIdParameter,
  sortParameter,
  symbolParameter,
  toParameter,
} from './query-parameters.ts'
import type { Call, Route, RouteResult } from './route.ts'

export const fillRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/fills',
    name: 'listFills',
    summary: 'List own fills, newest or oldest first',
    access: 'reads',
    query: {
      symbol: symbolParameter,
      orderId: orderIdParameter,
      sort: sortParameter,
      from: fromParameter,
      to: toParameter,
      limit: limitParameter,
      cursor: cursorParameter,
    },
    answers: { 200: { description: 'A page of fills.', schema: fillsPageSchema } },
    problems: ['not_offered', 'unknown_symbol', 'order_not_found'],
    details: { not_offered: BY_ORDER_ONLY },
    handle: listFills,
  },
]

async function listFills({ ports, caller, query }: Call): Promise<RouteResult> {
  const { symbol, orderId, cursor } = query
  if (orderId === undefined && ports.fillReader === undefined) return noFillReader()
  if (symbol !== undefined && !ports.instruments.has(symbol)) return unknownSymbol(symbol, ports.instruments)
  const range = listRangeOf(query)
  if (range instanceof Rejection) return range
  ports.limits.reads.charge(caller.account, Math.ceil(range.limit / ROWS_PER_READ) - 1)
  try {
    const page = await ownFills(ports, caller.account, {
      ...range,
      ...(symbol !== undefined && { symbol }),
      ...(orderId !== undefined && { orderId }),
      ...(cursor !== undefined && { cursor }),
    })
    if (page instanceof Rejection) return page
    const fills = page.rows.map((fill) => fillResource(fill, instrumentOf(ports.instruments, fill.trade.symbol)))
    return { status: 200, body: { fills, nextCursor: page.next ?? null } }
  } catch (failure) {
    if (failure instanceof BadCursor)
      return new Rejection('invalid_parameter', 'The cursor does not come from a page of this list.', 'cursor')
    throw failure
  }
}
