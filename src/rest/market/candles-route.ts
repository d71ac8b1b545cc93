/** `GET /candles/{symbol}`: candles by interval. A quiet interval is filled flat with the close before it. */

import { candleResource } from '../../api/market-resource.ts'
import { formatTimestamp } from '../../entry/timestamps.ts'
import { fillFlat } from '../../marketdata/flat-candles.ts'
import { type CandleRange, type MarketReader, RangeTooLarge } from '../../ports/market-reader.ts'
import { intervalStart } from '../../protocol/candle.ts'
import { INTERVAL_MS, type Interval } from '../../protocol/candle-interval.ts'
import { Rejection } from '../../protocol/rejection.ts'
import { candlesSchema } from '../answer-schemas.ts'
import { pathInstrument } from '../instrument-resource.ts'
import { fromParameter, intervalParameter, limitParameter, listRangeOf, toParameter } from '../query-parameters.ts'
import type { Call, Route, RouteResult } from '../route.ts'
import { shared } from '../shared-answers.ts'
import { noMarketReader } from './no-market-reader.ts'

const INTERVAL_DEFAULT: Interval = '1m'

export const candlesRoute: Route = {
  method: 'GET',
  path: '/candles/{symbol}',
  name: 'listCandles',
  summary: 'List candles, oldest first',
  access: 'public',
  query: { interval: intervalParameter, from: fromParameter, to: toParameter, limit: limitParameter },
  answers: { 200: { description: 'The candles.', schema: candlesSchema } },
  problems: ['instrument_not_found', 'not_offered'],
  handle: shared(listCandles),
}

async function listCandles(call: Call): Promise<RouteResult> {
  const { marketReader } = call.ports
  const asked = listRangeOf(call.query)
  if (asked instanceof Rejection) return asked
  const instrument = pathInstrument(call)
  if (instrument instanceof Rejection) return instrument
  if (marketReader === undefined) return noMarketReader()
  const { symbol } = instrument
  const interval = (call.query.interval as Interval | undefined) ?? INTERVAL_DEFAULT
  const nowMs = call.ports.nowMs()
  const { fromMs, toMs, endMs } = rangeOf(asked, INTERVAL_MS[interval], nowMs)
  const rows = fromMs < toMs ? await readCandles(marketReader, symbol, interval, { fromMs, toMs }) : []
  if (rows instanceof Rejection) return rows
  const candles = fillFlat(rows, fromMs, toMs, interval).map((candle) =>
    candleResource(candle, candle.startMs + INTERVAL_MS[interval] <= nowMs, instrument),
  )
  const nextFrom = fromMs < toMs && toMs < endMs ? formatTimestamp(toMs) : null
  return { status: 200, body: { symbol, interval, candles, nextFrom } }
}

async function readCandles(reader: MarketReader, symbol: string, interval: Interval, range: CandleRange) {
  try {
    return await reader.candles(symbol, interval, range)
  } catch (failure) {
    if (!(failure instanceof RangeTooLarge)) throw failure
    const [trades, most] = [failure.trades, failure.tradesMax].map((count) => count.toLocaleString('en'))
    const detail = `These candles are made of ${trades} trades, and the most are ${most}. Ask for fewer candles.`
    return new Rejection('invalid_parameter', detail, 'limit')
  }
}

/**
 * The starts of the intervals to show, up to the present one: the first from `from` on, or else the last before `to`.
 * `endMs`: where all that was asked for ends.
 */
function rangeOf(asked: { limit: number; fromMs?: number; toMs?: number }, step: number, nowMs: number) {
  const roundedUp = (ms: number): number => Math.max(0, Math.ceil(ms / step) * step)
  const presentEndMs = intervalStart(nowMs, step) + step
  const endMs = Math.min(presentEndMs, asked.toMs === undefined ? presentEndMs : roundedUp(asked.toMs))
  const length = asked.limit * step
  if (asked.fromMs === undefined) return { fromMs: Math.max(0, endMs - length), toMs: endMs, endMs }
  const fromMs = roundedUp(asked.fromMs)
  return { fromMs, toMs: Math.min(endMs, fromMs + length), endMs }
}
