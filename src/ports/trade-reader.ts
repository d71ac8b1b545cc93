/**
 * Reads the trades of a symbol. Trades are numbered from 1 without gaps, and their times never go back, so a time
 * range is a range of numbers.
 */

import type { TradeRecord } from '../protocol/records.ts'
import { firstFrom, type Sort, type TimeRange } from './list-range.ts'

export interface TradeQuery extends TimeRange {
  readonly limit: number
  readonly sort?: Sort
  /** Only trades with a lower number. */
  readonly before?: number
  /** Only trades with a higher number. */
  readonly after?: number
}

export interface TradeReader {
  /** Up to `limit` trades, newest first unless the query is sorted otherwise. */
  list(symbol: string, query: TradeQuery): Promise<TradeRecord[]>
}

/** What a query selects of successive trades, which are oldest first. Cost O(log n + rows). */
export function selectTrades(trades: readonly TradeRecord[], query: TradeQuery): TradeRecord[] {
  const { limit, sort, before, after, fromMs, toMs } = query
  const indexOf = (isBelow: (trade: TradeRecord) => boolean) => firstFrom(0, trades.length, (i) => isBelow(trades[i]))
  const start = Math.max(
    after === undefined ? 0 : indexOf(({ tradeNumber }) => tradeNumber <= after),
    fromMs === undefined ? 0 : indexOf(({ timestampMs }) => timestampMs < fromMs),
  )
  const end = Math.min(
    before === undefined ? trades.length : indexOf(({ tradeNumber }) => tradeNumber < before),
    toMs === undefined ? trades.length : indexOf(({ timestampMs }) => timestampMs < toMs),
  )
  if (end <= start) return []
  return sort === 'asc'
    ? trades.slice(start, Math.min(end, start + limit))
    : trades.slice(Math.max(start, end - limit), end).reverse()
}
