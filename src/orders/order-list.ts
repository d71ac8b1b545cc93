/**
 * A page of an account's orders, newest first, from three sources: open orders, closed orders that are not
 * stored yet, and stored orders. The first and the third may be long. Each is searched up to a limit, and the
 * page ends where the first of them stopped, because it may have more orders beyond.
 */

import { BadCursor, isListedBy, type OrderQuery, type Page } from '../ports/order-reader.ts'
import {
  compareSortKeys,
  decodeSortKey,
  encodeSortKey,
  type OrderSortKey,
  sortKeyOf,
} from '../protocol/order/order-sort-key.ts'
import { isOpen, type OrderRecord } from '../protocol/records.ts'
import type { OpenOrders } from './open-orders.ts'

/** Open orders that one filtered page reads: a few milliseconds, during which matching waits. */
const OPEN_READ_MAX = 20_000

/**
 * Reads all sources at the same moment, so that no order is missed while it moves from one to another. An order
 * in two of them is listed once. Throws BadCursor.
 */
export async function listOrders(
  account: string,
  query: OrderQuery,
  symbols: Iterable<OpenOrders>,
  unstored: Iterable<OrderRecord>,
  listStored: () => Promise<Page<OrderRecord>>,
): Promise<Page<OrderRecord>> {
  const before = query.cursor === undefined ? undefined : keyOf(query.cursor)
  const open = mayBeOpen(query) ? openOrders(account, query, before, symbols) : { rows: [] }
  const closed = [...unstored].filter(
    (record) => isListedBy(record, query) && (before === undefined || compareSortKeys(sortKeyOf(record), before) < 0),
  )
  const stored = mayBeStored(query) ? await listStored() : { rows: [] }
  const ends = [open.next, stored.next].filter((next) => next !== undefined).map(keyOf)
  const known = ends.sort(compareSortKeys).at(-1)
  const rows = [...open.rows, ...closed, ...stored.rows]
    .filter((record) => known === undefined || compareSortKeys(sortKeyOf(record), known) >= 0)
    .sort((a, b) => compareSortKeys(sortKeyOf(b), sortKeyOf(a)))
    .filter((record, i, all) => i === 0 || compareSortKeys(sortKeyOf(record), sortKeyOf(all[i - 1])) !== 0)
  if (rows.length > query.limit) {
    const page = rows.slice(0, query.limit)
    return { rows: page, next: encodeSortKey(sortKeyOf(page[page.length - 1])) }
  }
  return known === undefined ? { rows } : { rows, next: encodeSortKey(known) }
}

/** Statuses of orders that rest in a book. */
const mayBeOpen = ({ status }: OrderQuery): boolean => status === undefined || status === 'OPEN' || isOpen(status)

/** Only closed orders are stored. */
const mayBeStored = ({ status }: OrderQuery): boolean => status === undefined || (status !== 'OPEN' && !isOpen(status))

/** A page of the open orders alone, over all symbols that the account trades. */
function openOrders(
  account: string,
  query: OrderQuery,
  before: OrderSortKey | undefined,
  symbols: Iterable<OpenOrders>,
): Page<OrderRecord> {
  const heads: Head[] = []
  for (const orders of symbols) {
    if (query.symbol !== undefined && query.symbol !== orders.symbol) continue
    const head = headAt(orders, orders.names.newestOf(orders.names.accountNumber(account)))
    if (head !== undefined) heads.push(head)
  }
  const rows: OrderRecord[] = []
  let lookedAt = 0
  let last: OrderSortKey | undefined
  while (heads.length > 0) {
    if (rows.length === query.limit || lookedAt === OPEN_READ_MAX)
      return { rows, next: encodeSortKey(last as OrderSortKey) }
    const newest = heads.reduce((best, head, i) => (compareSortKeys(head.key, heads[best].key) > 0 ? i : best), 0)
    const { orders, handle, key } = heads[newest]
    const older = headAt(orders, orders.names.olderThan(handle))
    if (older === undefined) heads.splice(newest, 1)
    else heads[newest] = older
    if (before !== undefined && compareSortKeys(key, before) >= 0) continue
    lookedAt++
    last = key
    if (isWanted(orders.statusOf(handle), query)) rows.push(orders.record(handle))
  }
  return { rows }
}

/** The newest order of a symbol that has not been read. */
interface Head {
  readonly orders: OpenOrders
  readonly handle: number
  readonly key: OrderSortKey
}

const headAt = (orders: OpenOrders, handle: number): Head | undefined =>
  handle === 0 ? undefined : { orders, handle, key: orders.sortKeyOf(handle) }

const isWanted = (status: OrderRecord['status'], query: OrderQuery): boolean =>
  query.status === undefined || query.status === 'OPEN' || query.status === status

function keyOf(cursor: string): OrderSortKey {
  const key = decodeSortKey(cursor)
  if (key === undefined) throw new BadCursor('the cursor is not one of this list')
  return key
}
