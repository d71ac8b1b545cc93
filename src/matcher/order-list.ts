/**
 * A page of an account's orders, newest first, from two sources: those that the matcher still holds,
 * which live or are not stored yet, and those in the store. The page stops where the store's stops,
 * because beyond it the store may have more.
 */

import { BadCursor, matchesQuery, type OrderQuery, type Page } from '../ports/order-reader.ts'
import { comparePlaces, decodePlace, encodePlace, type OrderPlace, placeOf } from '../protocol/order-place.ts'
import { isOpen, type OrderRecord } from '../protocol/records.ts'

/**
 * `held` and `listStored` are read at the same instant, so that no order slips from one to the other
 * unseen; one that is in both is shown once. Throws BadCursor.
 */
export async function listOrders(
  query: OrderQuery,
  held: Iterable<OrderRecord>,
  listStored: () => Promise<Page<OrderRecord>>,
): Promise<Page<OrderRecord>> {
  const before = query.cursor === undefined ? undefined : placeBehind(query.cursor)
  const byPlace = new Map<string, OrderRecord>()
  for (const record of held) {
    if (before !== undefined && comparePlaces(placeOf(record), before) >= 0) continue
    if (matchesQuery(record, query)) byPlace.set(encodePlace(placeOf(record)), record)
  }
  const stored = mayBeStored(query) ? await listStored() : { rows: [] }
  for (const record of stored.rows) byPlace.set(encodePlace(placeOf(record)), record)
  let rows = [...byPlace.values()].sort((a, b) => comparePlaces(placeOf(b), placeOf(a)))
  if (stored.next !== undefined) {
    const known = placeBehind(stored.next)
    rows = rows.filter((order) => comparePlaces(placeOf(order), known) >= 0)
  }
  if (rows.length > query.limit) {
    const page = rows.slice(0, query.limit)
    return { rows: page, next: encodePlace(placeOf(page[page.length - 1])) }
  }
  return stored.next === undefined ? { rows } : { rows, next: stored.next }
}

/** Only orders that have ended are stored. */
const mayBeStored = ({ status }: OrderQuery): boolean => status === undefined || (status !== 'OPEN' && !isOpen(status))

function placeBehind(cursor: string): OrderPlace {
  const place = decodePlace(cursor)
  if (place === undefined) throw new BadCursor('not a cursor of this list')
  return place
}
