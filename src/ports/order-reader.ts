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

export interface OrderReader {
  get(account: string, orderId: string): Promise<OrderRecord | undefined>
  /** The trades that the order's record lists, oldest first. */
  fills(order: OrderRecord): Promise<TradeRecord[]>
  /** Orders of an account, newest first. Throws {@link BadCursor}. */
  list(account: string, query: OrderQuery): Promise<Page<OrderRecord>>
}

export interface OrderQuery {
  readonly symbol?: string
  readonly status?: OrderStatus | 'OPEN'
  readonly limit: number
  /** `next` of the previous page. */
  readonly cursor?: string
}

/** Whether a query lists an order. */
export function isListedBy(order: OrderRecord, { symbol, status }: OrderQuery): boolean {
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
 * Rows, newest first. The page is complete from its start to `next`. It may be short or empty and still have a
 * `next`, because a read looks at a limited number of orders.
 */
export interface Page<T> {
  readonly rows: T[]
  /** Present if there may be more rows. */
  readonly next?: string
}

/** The key before which a page begins; undefined: at the newest order. Throws {@link BadCursor}. */
export const startOf = ({ cursor }: OrderQuery): OrderSortKey | undefined =>
  cursor === undefined ? undefined : keyOf(cursor)

/**
 * One page from the pages of several sources. It ends where the first of them ended, because that source may have
 * more orders beyond. An order that moved from one source to another between the reads is listed once, as it was
 * last.
 */
export function mergePages(pages: readonly Page<OrderRecord>[], limit: number): Page<OrderRecord> {
  const ends = pages.flatMap(({ next }) => (next === undefined ? [] : [keyOf(next)]))
  const end = ends.sort(compareSortKeys).at(-1)
  const found = new Map<string, OrderRecord>()
  for (const record of pages.flatMap(({ rows }) => rows)) {
    const key = sortKeyOf(record)
    if (end !== undefined && compareSortKeys(key, end) < 0) continue
    const name = key.join()
    const known = found.get(name)
    if (known === undefined || known.lastEvent < record.lastEvent) found.set(name, record)
  }
  const rows = [...found.values()].sort((a, b) => compareSortKeys(sortKeyOf(b), sortKeyOf(a)))
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
