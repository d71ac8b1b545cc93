/** The public routes of market data. They never show the account of an order. */

import { formatTimestamp } from '../entry/timestamps.ts'
import type { DepthLevel } from '../protocol/book-state.ts'
import { tradeIdOf } from '../protocol/event/events.ts'
import { DEPTH_LEVELS_DEFAULT, PAGE_ROWS_DEFAULT } from '../protocol/limits.ts'
import { Rejection } from '../protocol/rejection.ts'
import { formatSteps, formatStepsShort } from '../protocol/units.ts'
import { bookSchema, tradesPageSchema } from './answer-schemas.ts'
import { pathInstrument } from './instrument-resource.ts'
import { depthParameter, limitParameter, tradeCursorParameter } from './query-parameters.ts'
import type { Call, Route, RouteResult } from './route.ts'
import { shared } from './shared-answers.ts'

export const marketRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/book/{symbol}',
    name: 'getBook',
    summary: 'Read the order book by price level',
    access: 'public',
    query: { depth: depthParameter },
    answers: { 200: { description: 'The book.', schema: bookSchema } },
    problems: ['instrument_not_found'],
    handle: shared(getBook),
  },
  {
    method: 'GET',
    path: '/trades/{symbol}',
    name: 'listTrades',
    summary: 'List trades, newest first',
    access: 'public',
    query: { limit: limitParameter, cursor: tradeCursorParameter },
    answers: { 200: { description: 'A page of trades.', schema: tradesPageSchema } },
    problems: ['instrument_not_found'],
    handle: shared(listTrades),
  },
]

async function getBook(call: Call): Promise<RouteResult> {
  const instrument = pathInstrument(call)
  if (instrument instanceof Rejection) return instrument
  const { depth } = call.query
  const { symbol, tick, lot } = instrument
  const book = await call.ports.bookReader.book(symbol, depth === undefined ? DEPTH_LEVELS_DEFAULT : Number(depth))
  const level = ({ price, quantity }: DepthLevel) => ({
    price: formatSteps(price, tick),
    quantity: formatStepsShort(quantity, lot),
  })
  return {
    status: 200,
    body: {
      symbol,
      sequence: book.eventNumber,
      timestamp: book.timestampMs === 0 ? null : formatTimestamp(book.timestampMs),
      phase: book.phase,
      lastPrice: book.lastTradePrice === null ? null : formatSteps(book.lastTradePrice, tick),
      bids: book.bids.map(level),
      asks: book.asks.map(level),
    },
  }
}

async function listTrades(call: Call): Promise<RouteResult> {
  const instrument = pathInstrument(call)
  if (instrument instanceof Rejection) return instrument
  const { symbol, tick, lot } = instrument
  const limit = call.query.limit === undefined ? PAGE_ROWS_DEFAULT : Number(call.query.limit)
  const { tradeReader } = call.ports
  const { cursor } = call.query
  const rows = await (cursor === undefined
    ? tradeReader.list(symbol, limit)
    : tradeReader.list(symbol, limit, Number(cursor)))
  const last = rows.at(-1)
  const trades = rows.map((trade) => ({
    tradeId: tradeIdOf(symbol, trade.tradeNumber),
    price: formatSteps(trade.price, tick),
    quantity: formatStepsShort(trade.quantity, lot),
    takerSide: trade.takerSide,
    timestamp: formatTimestamp(trade.timestampMs),
    sequence: trade.eventNumber,
  }))
  // Trades are numbered from 1, so there is no page after the trade with number 1.
  const more = last !== undefined && rows.length === limit && last.tradeNumber > 1
  return { status: 200, body: { trades, nextCursor: more ? String(last.tradeNumber) : null } }
}
