/** `GET /trades/{symbol}`: trades by number, in both directions and by time. They never show an account or an order. */

import { tradeResource } from '../../api/market-resource.ts'
import { Rejection } from '../../protocol/rejection.ts'
import { tradesPageSchema } from '../answer-schemas.ts'
import { pathInstrument } from '../instrument-resource.ts'
import {
  fromParameter,
  limitParameter,
  listRangeOf,
  sortParameter,
  toParameter,
  tradeCursorParameter,
} from '../query-parameters.ts'
import type { Call, Route, RouteResult } from '../route.ts'
import { shared } from '../shared-answers.ts'

export const tradesRoute: Route = {
  method: 'GET',
  path: '/trades/{symbol}',
  name: 'listTrades',
  summary: 'List trades, newest or oldest first',
  access: 'public',
  query: {
    sort: sortParameter,
    from: fromParameter,
    to: toParameter,
    limit: limitParameter,
    cursor: tradeCursorParameter,
  },
  answers: { 200: { description: 'A page of trades.', schema: tradesPageSchema } },
  problems: ['instrument_not_found'],
  handle: shared(listTrades),
}

async function listTrades(call: Call): Promise<RouteResult> {
  const range = listRangeOf(call.query)
  if (range instanceof Rejection) return range
  const instrument = pathInstrument(call)
  if (instrument instanceof Rejection) return instrument
  const { symbol } = instrument
  const { cursor } = call.query
  const bound = cursor === undefined ? {} : { [range.sort === 'asc' ? 'after' : 'before']: Number(cursor) }
  const rows = await call.ports.tradeReader.list(symbol, { ...range, ...bound })
  const last = rows.at(-1)
  const trades = rows.map((trade) => tradeResource(trade, instrument))
  // Trades are numbered from 1, so there is no page after the trade with number 1.
  const isEnd = range.sort === 'desc' && last?.tradeNumber === 1
  const more = last !== undefined && rows.length === range.limit && !isEnd
  return { status: 200, body: { trades, nextCursor: more ? String(last.tradeNumber) : null } }
}
