/**
 * Reads orders by account. An order can be read as soon as `OrderEntry.submit` has resolved. Before it is
 * matched, it is PENDING.
 */

import {
  compareSortKeys,
  decodeSortKey,
  encodeSortKey,
  type OrderSortKey,
  sortKeyOf,
} from '../protocol/order/order-sort-key.ts'
import { isOpen, type OrderRecord, type OrderStatus, type TradeRecord } from '../protocol/records.ts'
import { directionOf, isWithin, type Sort, type TimeRange } from './list-range.ts'

export interface OrderReader {
  get(account: string, orderId: string): Promise<OrderRecord | undefined>
  /** The trades that the order's record lists, oldest first. */
  fills(order: OrderRecord): Promise<TradeRecord[]>
  /** Orders of an account, newest first unless the query is sorted otherwise. Throws {@link BadCursor}. */
  list(account: string, query: OrderQuery): Promise<Page<OrderRecord>>
}

/** The time range is that of `receivedAtMs`. */
export interface OrderQuery extends TimeRange {
  readonly symbol?: string
  readonly status?: OrderStatus | 'OPEN'
  readonly limit: number
  readonly sort?: Sort
  /** `next` of the previous page. */
  readonly cursor?: string
}

/** Whether a query lists an order. */
export function isListedBy(order: OrderRecord, query: OrderQuery): boolean {
  const { symbol, status } = query
  if (!isWithin(order.receivedAtMs, query)) return false
  if (symbol !== undefined && order.symbol !== symbol) return false
  if (status === undefined) return true
  return status === 'OPEN' ? isOpen(order.status) : order.status === status
}

/** Statuses of orders that rest in a book. */
export const mayBeOpen = ({ status }: OrderQuery): boolean =>
  status === undefined || status === 'OPEN' || isOpen(status)

/** Statuses of orders that have closed. Only these are stored. */
export const mayBeClosed = ({ status }: OrderQuery): boolean =>
  status === undefined || (status !== 'OPEN' && !isOpen(status))

/**
 * Rows in the direction of the query. The page is complete from its start to `next`. It may be short or empty and still have a
 * `next`, because a read looks at a limited number of orders.
 */
export interface Page<T> {
  readonly rows: T[]
  /** Present if there may be more rows. */
  readonly next?: string
}

/** Before every key of this time, and after every earlier one. */
const beginOf = (timestampMs: number): OrderSortKey => [timestampMs, -1, '']

/** The key after which a page begins, in its direction; undefined: at the end of the list. Throws {@link BadCursor}. */
export function startOf({ cursor, sort, fromMs, toMs }: OrderQuery): OrderSortKey | undefined {
  const known = cursor === undefined ? undefined : keyOf(cursor)
  const edgeMs = sort === 'asc' ? fromMs : toMs
  if (edgeMs === undefined) return known
  const edge = beginOf(edgeMs)
  return known === undefined || directionOf(sort) * compareSortKeys(edge, known) < 0 ? edge : known
}

/** The key at which the last page ends; undefined: at the end of the list. */
export function endOf({ sort, fromMs, toMs }: OrderQuery): OrderSortKey | undefined {
  const edgeMs = sort === 'asc' ? toMs : fromMs
  return edgeMs === undefined ? undefined : beginOf(edgeMs)
}

/** Whether a page that is read in this direction has `a` before `b`. */
export const comesBefore = (a: OrderSortKey, b: OrderSortKey, sort: Sort | undefined): boolean =>
  directionOf(sort) * compareSortKeys(a, b) > 0

/**
 * One page from the pages of several sources. It ends where the first of them ended, because that source may have
 * more orders beyond. An order that moved from one source to another between the reads is listed once, as it was
 * last.
 */
export function mergePages(
  pages: readonly Page<OrderRecord>[],
  { limit, sort }: Pick<OrderQuery, 'limit' | 'sort'>,
): Page<OrderRecord> {
  const direction = directionOf(sort)
  const ends = pages.flatMap(({ next }) => (next === undefined ? [] : [keyOf(next)]))
  const [end] = ends.sort((a, b) => direction * compareSortKeys(b, a))
  const found = new Map<string, OrderRecord>()
  for (const record of pages.flatMap(({ rows }) => rows)) {
    const key = sortKeyOf(record)
    if (end !== undefined && comesBefore(end, key, sort)) continue
    const name = key.join()
    const known = found.get(name)
    if (known === undefined || known.lastEvent < record.lastEvent) found.set(name, record)
  }
  const rows = [...found.values()].sort((a, b) => direction * compareSortKeys(sortKeyOf(b), sortKeyOf(a)))
  if (rows.length > limit) return { rows: rows.slice(0, limit), next: encodeSortKey(sortKeyOf(rows[limit - 1])) }
  return end === undefined ? { rows } : { rows, next: encodeSortKey(end) }
}

function keyOf(cursor: string): OrderSortKey {
  const key = decodeSortKey(cursor)
  if (key === undefined) throw new BadCursor('the cursor is not one of this list')
  return key
}

/** A cursor that is not the `next` of a page of this list. */
export class BadCursor extends Error {
  override readonly name = 'BadCursor'
}
