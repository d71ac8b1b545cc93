/**
 * Reads the fills of an account, over all its orders, by time. A trade is one fill of each of its two orders. If both
 * are of one account, it has two fills.
 */

import { decodeKey, encodeKey } from '../protocol/list-cursor.ts'
import type { TradeRecord } from '../protocol/records.ts'
import { directionOf, isWithin, type Sort, type TimeRange } from './list-range.ts'
import { BadCursor, type Page } from './order-reader.ts'

export interface Fill {
  readonly trade: TradeRecord
  readonly liquidity: 'MAKER' | 'TAKER'
}

/** The time range is that of the trade. */
export interface FillQuery extends TimeRange {
  readonly symbol?: string
  readonly orderId?: string
  readonly limit: number
  readonly sort?: Sort
  /** `next` of the previous page. */
  readonly cursor?: string
}

export interface FillReader {
  /** Newest first unless the query is sorted otherwise. Throws BadCursor. */
  list(account: string, query: FillQuery): Promise<Page<Fill>>
}

/** By this key the fills of an account are sorted. Of one trade, the maker's fill is the older one. */
export type FillKey = readonly [timestampMs: number, symbol: string, tradeNumber: number, isTaker: number]

export const fillKeyOf = ({ trade, liquidity }: Fill): FillKey => [
  trade.timestampMs,
  trade.symbol,
  trade.tradeNumber,
  liquidity === 'TAKER' ? 1 : 0,
]

/** Below 0 if `a` is older than `b`. */
export function compareFillKeys(a: FillKey, b: FillKey): number {
  if (a[0] !== b[0]) return a[0] - b[0]
  if (a[1] !== b[1]) return a[1] < b[1] ? -1 : 1
  return a[2] !== b[2] ? a[2] - b[2] : a[3] - b[3]
}

export const encodeFillKey = (key: FillKey): string => encodeKey(key)

/** The fills of an account in a trade: none, one or both. */
export function fillsOf(account: string, trade: TradeRecord): Fill[] {
  const fills: Fill[] = []
  if (trade.makerAccount === account) fills.push({ trade, liquidity: 'MAKER' })
  if (trade.takerAccount === account) fills.push({ trade, liquidity: 'TAKER' })
  return fills
}

export const orderIdOf = ({ trade, liquidity }: Fill): string =>
  liquidity === 'MAKER' ? trade.makerOrderId : trade.takerOrderId

export function isFillListed(fill: Fill, query: FillQuery): boolean {
  const { trade } = fill
  if (query.symbol !== undefined && trade.symbol !== query.symbol) return false
  if (query.orderId !== undefined && orderIdOf(fill) !== query.orderId) return false
  return isWithin(trade.timestampMs, query)
}

/** The key after which a page begins, in its direction; undefined: at the end of the list. Throws BadCursor. */
export function fillStart({ cursor }: FillQuery): FillKey | undefined {
  if (cursor === undefined) return undefined
  const key = decodeKey(cursor, ['number', 'string', 'number', 'number'])
  if (key === undefined) throw new BadCursor('the cursor is not one of this list')
  return key as unknown as FillKey
}

/** Whether a page of the query, which is sorted, has `a` before `b`. */
export const fillComesBefore = (a: FillKey, b: FillKey, { sort }: Pick<FillQuery, 'sort'>): boolean =>
  directionOf(sort) * compareFillKeys(a, b) > 0

/** A page while a source reads it, trade by trade in its direction. */
export interface FillPage {
  readonly account: string
  readonly query: FillQuery
  /** fillStart of the query. */
  readonly start: FillKey | undefined
  readonly rows: Fill[]
}

/** The key after which a page continues that has looked at all fills of a trade. */
export const endOfTrade = (
  { timestampMs, symbol, tradeNumber }: Pick<TradeRecord, 'timestampMs' | 'symbol' | 'tradeNumber'>,
  { sort }: Pick<FillQuery, 'sort'>,
): FillKey => [timestampMs, symbol, tradeNumber, sort === 'asc' ? 1 : 0]

/** Adds the fills of the next trade that belong to the page. Returns the cursor if the page was full before. */
export function addFills({ account, query, start, rows }: FillPage, trade: TradeRecord): string | undefined {
  const fills = fillsOf(account, trade)
  for (const fill of query.sort === 'asc' ? fills : fills.reverse()) {
    if (start !== undefined && !fillComesBefore(start, fillKeyOf(fill), query)) continue
    if (!isFillListed(fill, query)) continue
    if (rows.length === query.limit) return encodeFillKey(fillKeyOf(rows[rows.length - 1]))
    rows.push(fill)
  }
  return undefined
}

/** The page of the query among these fills, which are all that it could have. Throws BadCursor. */
export function pageOfFills(fills: readonly Fill[], query: FillQuery): Page<Fill> {
  const start = fillStart(query)
  const wanted = fills.filter(
    (fill) => isFillListed(fill, query) && (start === undefined || fillComesBefore(start, fillKeyOf(fill), query)),
  )
  return mergeFills([{ rows: wanted }], query)
}

/**
 * One page from the pages of several sources. It ends where the first of them ended, because that source may have
 * more beyond. A fill that is in two of them is listed once.
 */
export function mergeFills(pages: readonly Page<Fill>[], query: FillQuery): Page<Fill> {
  const ends = pages.flatMap(({ next }) =>
    next === undefined ? [] : [fillStart({ ...query, cursor: next }) as FillKey],
  )
  const [end] = ends.sort((a, b) => directionOf(query.sort) * compareFillKeys(b, a))
  const found = new Map<string, Fill>()
  for (const fill of pages.flatMap(({ rows }) => rows)) {
    const key = fillKeyOf(fill)
    if (end === undefined || !fillComesBefore(end, key, query)) found.set(key.join(), fill)
  }
  const rows = [...found.values()].sort((a, b) => directionOf(query.sort) * compareFillKeys(fillKeyOf(b), fillKeyOf(a)))
  const { limit } = query
  if (rows.length > limit) return { rows: rows.slice(0, limit), next: encodeFillKey(fillKeyOf(rows[limit - 1])) }
  return end === undefined ? { rows } : { rows, next: encodeFillKey(end) }
}
