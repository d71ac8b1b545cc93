/**
 * A page of an account's orders that are in memory: open orders, and closed orders that are not stored yet. Both
 * lists may be long, so they are read in steps, between which matching continues.
 *
 * The open orders are read first. An order that closes after that is in the page already; one that closed before it
 * was reached is in the second list, or in the store, which the caller reads after this page. So no order is missed.
 */

import {
  isListedBy,
  mayBeClosed,
  mayBeOpen,
  mergePages,
  type OrderQuery,
  type Page,
  startOf,
} from '../ports/order-reader.ts'
import { ENTRIES_PER_STEP, type Paced } from '../ports/paced.ts'
import { compareSortKeys, encodeSortKey, type OrderSortKey, sortKeyOf } from '../protocol/order/order-sort-key.ts'
import type { OrderRecord } from '../protocol/records.ts'
import { isPresent, type ListPlace, type ListPlaces, placeAt } from './list-places.ts'
import type { OpenOrders } from './open-orders.ts'

/** Open orders that one filtered page looks at. Then it ends with a cursor. */
const OPEN_READ_MAX = 20_000

export interface OrderSources {
  readonly symbols: ReadonlyMap<string, OpenOrders>
  readonly places: ListPlaces
  /** The closed orders of an account that are not stored yet, in no order. */
  closedOf(account: string): Iterable<OrderRecord>
}

/** Throws BadCursor. */
export function* listOrders(account: string, query: OrderQuery, sources: OrderSources): Paced<Page<OrderRecord>> {
  const before = startOf(query)
  const open = mayBeOpen(query) ? yield* openOrders(account, query, before, sources) : { rows: [] }
  const closed = mayBeClosed(query) ? yield* closedOrders(query, before, sources.closedOf(account)) : { rows: [] }
  return mergePages([open, closed], query.limit)
}

/** How far the list of one symbol was read. */
interface Head {
  /** The newest order that was not read. */
  readonly next: ListPlace
  /** The last order that was read, if any. */
  readonly read: ListPlace | undefined
}

/** A page of the open orders over all symbols that the account trades. */
function* openOrders(
  account: string,
  query: OrderQuery,
  before: OrderSortKey | undefined,
  { symbols, places }: OrderSources,
): Paced<Page<OrderRecord>> {
  const headsOf = (lists: Iterable<OpenOrders>, end: OrderSortKey | undefined): Head[] => {
    const heads: Head[] = []
    for (const orders of lists) {
      if (query.symbol !== undefined && query.symbol !== orders.symbol) continue
      const next = places.nearest(orders, account, end)
      if (next !== undefined) heads.push({ next, read: undefined })
    }
    return heads
  }
  let heads = headsOf(symbols.values(), before).sort(byAge)
  const rows: OrderRecord[] = []
  let lookedAt = 0
  let end = before
  for (let entries = 1; heads.length > 0; entries++) {
    const isFull = rows.length === query.limit || lookedAt === OPEN_READ_MAX
    if (isFull || entries % ENTRIES_PER_STEP === 0) {
      for (const { read } of heads) if (read !== undefined) places.add(account, read)
      if (isFull) return { rows, next: encodeSortKey(end as OrderSortKey) }
      yield
      // An order at which a list would continue may have closed.
      const closed = heads.filter(({ next }) => !isPresent(next)).map(({ next }) => next.orders)
      if (closed.length > 0)
        heads = [...heads.filter(({ next }) => isPresent(next)), ...headsOf(closed, end)].sort(byAge)
    }
    const { next } = heads.pop() as Head
    const { orders, handle, key } = next
    const older = placeAt(orders, orders.names.olderThan(handle))
    if (older !== undefined) enter(heads, { next: older, read: next })
    if (end !== undefined && compareSortKeys(key, end) >= 0) continue
    lookedAt++
    end = key
    if (isWanted(orders.statusOf(handle), query)) rows.push(orders.record(handle))
  }
  return { rows }
}

const byAge = (a: Head, b: Head): number => compareSortKeys(a.next.key, b.next.key)

/** Inserts a head into heads that are sorted by age, the newest last. */
function enter(heads: Head[], head: Head): void {
  let from = 0
  for (let to = heads.length; from < to; ) {
    const middle = (from + to) >> 1
    if (byAge(heads[middle], head) < 0) from = middle + 1
    else to = middle
  }
  heads.splice(from, 0, head)
}

/** The newest of `closed` that the query lists. */
function* closedOrders(
  query: OrderQuery,
  before: OrderSortKey | undefined,
  closed: Iterable<OrderRecord>,
): Paced<Page<OrderRecord>> {
  let rows: OrderRecord[] = []
  let entries = 0
  let page: Page<OrderRecord> = { rows }
  for (const record of closed) {
    if (++entries % ENTRIES_PER_STEP === 0) yield
    if (!isListedBy(record, query)) continue
    if (before !== undefined && compareSortKeys(sortKeyOf(record), before) >= 0) continue
    rows.push(record)
    if (rows.length < 2 * query.limit) continue
    page = mergePages([page, { rows }], query.limit)
    rows = []
  }
  return mergePages([page, { rows }], query.limit)
}

const isWanted = (status: OrderRecord['status'], query: OrderQuery): boolean =>
  query.status === undefined || query.status === 'OPEN' || query.status === status
