/**
 * A page of an account's orders, newest first, from three sources: those that live, those that have ended
 * and are not stored yet, and those in the store. The first and the last may be many: each is looked
 * through so far and no further, and the page stops where one of them did, because beyond it there may be
 * more.
 */

import { BadCursor, matchesQuery, type OrderQuery, type Page } from '../ports/order-reader.ts'
import {
  compareSortKeys,
  decodeSortKey,
  encodeSortKey,
  type OrderSortKey,
  sortKeyOf,
} from '../protocol/order-sort-key.ts'
import { isOpen, type OrderRecord } from '../protocol/records.ts'
import type { ExchangeMatcher } from './exchange-matcher.ts'
import type { LiveOrders } from './live-orders.ts'

/** Live orders that a filtered listing looks at: some milliseconds, in which nothing is matched. */
const LIVE_LOOKED_AT_MAX = 20_000

/**
 * All is read at the same instant, so that no order slips from one source to the other unseen; one that
 * is in two is shown once. Throws BadCursor.
 */
export async function listOrders(
  account: string,
  query: OrderQuery,
  matcher: ExchangeMatcher,
  listStored: () => Promise<Page<OrderRecord>>,
): Promise<Page<OrderRecord>> {
  const before = query.cursor === undefined ? undefined : placeBehind(query.cursor)
  const live = mayLive(query) ? liveOrders(account, query, before, matcher) : { rows: [] }
  const ended = [...matcher.endedOf(account)].filter(
    (record) => matchesQuery(record, query) && (before === undefined || compareSortKeys(sortKeyOf(record), before) < 0),
  )
  const stored = mayBeStored(query) ? await listStored() : { rows: [] }
  const ends = [live.next, stored.next].filter((next) => next !== undefined).map(placeBehind)
  const known = ends.sort(compareSortKeys).at(-1)
  const rows = [...live.rows, ...ended, ...stored.rows]
    .filter((record) => known === undefined || compareSortKeys(sortKeyOf(record), known) >= 0)
    .sort((a, b) => compareSortKeys(sortKeyOf(b), sortKeyOf(a)))
    .filter((record, i, all) => i === 0 || compareSortKeys(sortKeyOf(record), sortKeyOf(all[i - 1])) !== 0)
  if (rows.length > query.limit) {
    const page = rows.slice(0, query.limit)
    return { rows: page, next: encodeSortKey(sortKeyOf(page[page.length - 1])) }
  }
  return known === undefined ? { rows } : { rows, next: encodeSortKey(known) }
}

/** Statuses of orders that a book holds. */
const mayLive = ({ status }: OrderQuery): boolean => status === undefined || status === 'OPEN' || isOpen(status)

/** Only orders that have ended are stored. */
const mayBeStored = ({ status }: OrderQuery): boolean => status === undefined || (status !== 'OPEN' && !isOpen(status))

/** A page of the live orders alone; of as many symbols as the account trades. */
function liveOrders(
  account: string,
  query: OrderQuery,
  before: OrderSortKey | undefined,
  { symbols }: ExchangeMatcher,
): Page<OrderRecord> {
  const heads: Head[] = []
  for (const { symbol, orders } of symbols.values()) {
    if (query.symbol !== undefined && query.symbol !== symbol) continue
    const head = headAt(orders, orders.latestOf(orders.accountNumber(account)))
    if (head !== undefined) heads.push(head)
  }
  const rows: OrderRecord[] = []
  let lookedAt = 0
  let last: OrderSortKey | undefined
  while (heads.length > 0) {
    if (rows.length === query.limit || lookedAt === LIVE_LOOKED_AT_MAX)
      return { rows, next: encodeSortKey(last as OrderSortKey) }
    const newest = heads.reduce((best, head, i) => (compareSortKeys(head.place, heads[best].place) > 0 ? i : best), 0)
    const { orders, handle, place } = heads[newest]
    const older = headAt(orders, orders.olderThan(handle))
    if (older === undefined) heads.splice(newest, 1)
    else heads[newest] = older
    if (before !== undefined && compareSortKeys(place, before) >= 0) continue
    lookedAt++
    last = place
    if (isWanted(orders.statusOf(handle), query)) rows.push(orders.record(handle))
  }
  return { rows }
}

/** The newest order of a symbol that has not been looked at. */
interface Head {
  readonly orders: LiveOrders
  readonly handle: number
  readonly place: OrderSortKey
}

const headAt = (orders: LiveOrders, handle: number): Head | undefined =>
  handle === 0 ? undefined : { orders, handle, place: orders.sortKeyOf(handle) }

const isWanted = (status: OrderRecord['status'], query: OrderQuery): boolean =>
  query.status === undefined || query.status === 'OPEN' || query.status === status

function placeBehind(cursor: string): OrderSortKey {
  const place = decodeSortKey(cursor)
  if (place === undefined) throw new BadCursor('not a cursor of this list')
  return place
}
