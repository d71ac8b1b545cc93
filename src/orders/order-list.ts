/**
 * A page of an account's orders that are in memory: open orders, and closed orders that are not stored yet. Both
 * lists may be long, so they are read in steps, between which matching continues.
 *
 * The open orders are read first. An order that closes after that is in the page already; one that closed before it
 * was reached is in the second list, or in the store, which the caller reads after this page. So no order is missed.
 */

import { directionOf, firstFrom } from '../ports/list-range.ts'
import {
  comesBefore,
  endOf,
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
import { isPresent, type ListPlace, type ListPlaces, nextPlace } from './list-places.ts'
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
  const start = startOf(query)
  const open = mayBeOpen(query) ? yield* openOrders(account, query, start, sources) : { rows: [] }
  const closed = mayBeClosed(query) ? yield* closedOrders(query, start, sources.closedOf(account)) : { rows: [] }
  return mergePages([open, closed], query)
}

/** How far the list of one symbol was read. */
interface Head {
  /** The first order that was not read. */
  readonly next: ListPlace
  /** The last order that was read, if any. */
  readonly read: ListPlace | undefined
}

/** A page of the open orders over all symbols that the account trades. */
function* openOrders(
  account: string,
  query: OrderQuery,
  start: OrderSortKey | undefined,
  { symbols, places }: OrderSources,
): Paced<Page<OrderRecord>> {
  const { sort } = query
  const direction = directionOf(sort)
  const latestFirst = (a: Head, b: Head): number => direction * compareSortKeys(a.next.key, b.next.key)
  const headsOf = (lists: Iterable<OpenOrders>, after: OrderSortKey | undefined): Head[] => {
    const heads: Head[] = []
    for (const orders of lists) {
      if (query.symbol !== undefined && query.symbol !== orders.symbol) continue
      const next = places.nearest(orders, account, after, sort)
      if (next !== undefined) heads.push({ next, read: undefined })
    }
    return heads
  }
  let heads = headsOf(symbols.values(), start).sort(latestFirst)
  const rows: OrderRecord[] = []
  const stop = endOf(query)
  let lookedAt = 0
  let end = start
  for (let entries = 1; heads.length > 0; entries++) {
    const isFull = rows.length === query.limit || lookedAt === OPEN_READ_MAX
    if (isFull || entries % ENTRIES_PER_STEP === 0) {
      for (const { read } of heads) if (read !== undefined) places.add(account, read)
      if (isFull) return { rows, next: encodeSortKey(end as OrderSortKey) }
      yield
      // An order at which a list would continue may have closed.
      const closed = heads.filter(({ next }) => !isPresent(next)).map(({ next }) => next.orders)
      if (closed.length > 0)
        heads = [...heads.filter(({ next }) => isPresent(next)), ...headsOf(closed, end)].sort(latestFirst)
    }
    const { next } = heads.pop() as Head
    const { orders, handle, key } = next
    if (stop !== undefined && comesBefore(stop, key, sort)) break
    const following = nextPlace(next, sort)
    if (following !== undefined) enter(heads, { next: following, read: next }, latestFirst)
    if (end !== undefined && !comesBefore(end, key, sort)) continue
    lookedAt++
    end = key
    if (isWanted(orders.statusOf(handle), query)) rows.push(orders.record(handle))
  }
  return { rows }
}

/** Inserts a head into heads that are sorted in this order. */
function enter(heads: Head[], head: Head, order: (a: Head, b: Head) => number): void {
  const place = firstFrom(0, heads.length, (i) => order(heads[i], head) < 0)
  heads.splice(place, 0, head)
}

/** The first of `closed`, in the direction of the query, that it lists. */
function* closedOrders(
  query: OrderQuery,
  start: OrderSortKey | undefined,
  closed: Iterable<OrderRecord>,
): Paced<Page<OrderRecord>> {
  let rows: OrderRecord[] = []
  let entries = 0
  let page: Page<OrderRecord> = { rows }
  for (const record of closed) {
    if (++entries % ENTRIES_PER_STEP === 0) yield
    if (!isListedBy(record, query)) continue
    if (start !== undefined && !comesBefore(start, sortKeyOf(record), query.sort)) continue
    rows.push(record)
    if (rows.length < 2 * query.limit) continue
    page = mergePages([page, { rows }], query)
    rows = []
  }
  return mergePages([page, { rows }], query)
}

const isWanted = (status: OrderRecord['status'], query: OrderQuery): boolean =>
  query.status === undefined || query.status === 'OPEN' || query.status === status
