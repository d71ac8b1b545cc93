/** `GET /ticker/{symbol}` and `GET /ticker`: the best prices, and the trades of the last 24 hours. */

import { bestResource, windowResource } from '../../api/market-resource.ts'
import { formatTimestamp } from '../../entry/timestamps.ts'
import type { MarketReader } from '../../ports/market-reader.ts'
import type { DepthLevel } from '../../protocol/book-state.ts'
import type { Instrument } from '../../protocol/instrument/instrument.ts'
import { TICKERS_AGE_MS_MAX } from '../../protocol/limits.ts'
import { Rejection } from '../../protocol/rejection.ts'
import { tickerSchema, tickersSchema } from '../answer-schemas.ts'
import { pathInstrument } from '../instrument-resource.ts'
import type { Call, Route, RouteResult } from '../route.ts'
import { shared } from '../shared-answers.ts'
import { noMarketReader } from './no-market-reader.ts'

/** Tickers that are read at once for the list. */
const READS_AT_ONCE = 16

export const tickerRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/ticker',
    name: 'listTickers',
    summary: 'Read the tickers of all instruments that are not closed',
    access: 'public',
    answers: { 200: { description: 'The tickers, at most a second old.', schema: tickersSchema } },
    problems: ['not_offered'],
    handle: listTickers,
  },
  {
    method: 'GET',
    path: '/ticker/{symbol}',
    name: 'getTicker',
    summary: 'Read the best prices and the last 24 hours of an instrument',
    access: 'public',
    answers: { 200: { description: 'The ticker.', schema: tickerSchema } },
    problems: ['instrument_not_found', 'not_offered'],
    handle: shared(getTicker),
  },
]

type Ports = Call['ports']

async function getTicker(call: Call): Promise<RouteResult> {
  const instrument = pathInstrument(call)
  if (instrument instanceof Rejection) return instrument
  const { marketReader } = call.ports
  if (marketReader === undefined) return noMarketReader()
  return { status: 200, body: await tickerOf(call.ports, marketReader, instrument) }
}

async function tickerOf({ bookReader, nowMs }: Ports, marketReader: MarketReader, instrument: Instrument) {
  const { symbol } = instrument
  const timestampMs = nowMs()
  const [book, ticker] = await Promise.all([bookReader.book(symbol, 1), marketReader.ticker(symbol, timestampMs)])
  return {
    symbol,
    sequence: book.eventNumber,
    timestamp: formatTimestamp(timestampMs),
    ...bestResource(bestOf(book.bids), bestOf(book.asks), instrument),
    ...windowResource(ticker, instrument),
  }
}

const bestOf = ([best]: readonly DepthLevel[]) => best && { ...best, orders: best.orders ?? 0 }

interface Listed {
  /** undefined: it is being made. */
  madeAtMs: number | undefined
  readonly answer: Promise<RouteResult>
}

const lists = new WeakMap<Ports, Listed>()

/**
 * The list reads every instrument, so everybody gets the same one for a second, and no other is made before it is there.
 */
function listTickers({ ports }: Call): Promise<RouteResult> {
  const nowMs = ports.nowMs()
  const known = lists.get(ports)
  if (known !== undefined && nowMs - (known.madeAtMs ?? nowMs) < TICKERS_AGE_MS_MAX) return known.answer
  const answer = allTickers(ports)
  const listed: Listed = { madeAtMs: undefined, answer }
  lists.set(ports, listed)
  answer.then(
    () => {
      listed.madeAtMs = nowMs
    },
    () => lists.delete(ports),
  )
  return answer
}

async function allTickers(ports: Ports): Promise<RouteResult> {
  const { marketReader } = ports
  if (marketReader === undefined) return noMarketReader()
  const open = [...ports.instruments.values()].filter(({ closed }) => !closed)
  const tickers: unknown[] = new Array(open.length)
  let next = 0
  const read = async (): Promise<void> => {
    while (next < open.length) {
      const place = next++
      tickers[place] = await tickerOf(ports, marketReader, open[place])
    }
  }
  await Promise.all(Array.from({ length: READS_AT_ONCE }, read))
  return { status: 200, body: { tickers } }
}
