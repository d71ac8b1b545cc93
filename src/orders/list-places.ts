/**
 * Places in the lists of open orders: where recent pages stopped. The orders of an account are a linked list from
 * the newest to the oldest, which has no index. With these places the next page begins where the last one ended,
 * and does not walk there from an end of the list.
 *
 * A place is only a hint. Its order may have closed since, and then another place or the end of the list is used.
 */

import { directionOf, type Sort } from '../ports/list-range.ts'
import { compareSortKeys, type OrderSortKey } from '../protocol/order/order-sort-key.ts'
import type { OpenOrders } from './open-orders.ts'

/** An order in the list of its account. */
export interface ListPlace {
  readonly orders: OpenOrders
  readonly handle: number
  readonly key: OrderSortKey
}

/** Lists with places, and places of a list. 512 × 256 places of about 100 bytes are 13 MB. */
const LISTS_MAX = 512
const PLACES_MAX = 256

/** The place of a handle; undefined if the handle is 0. */
export const placeAt = (orders: OpenOrders, handle: number): ListPlace | undefined =>
  handle === 0 ? undefined : { orders, handle, key: orders.sortKeyOf(handle) }

/** Whether the order is still open. The number of its first event shows that the handle has no new order. */
export const isPresent = ({ orders, handle, key }: ListPlace): boolean =>
  (orders.names.orderIds[handle] ?? '') !== '' && orders.sortKeyOf(handle)[1] === key[1]

export class ListPlaces {
  /** By symbol and account, the list that was read last at the end. */
  private readonly lists = new Map<string, ListPlace[]>()

  add(account: string, place: ListPlace): void {
    const name = nameOf(place.orders, account)
    const places = this.lists.get(name) ?? []
    if (places.some(({ handle, key }) => handle === place.handle && key[1] === place.key[1])) return
    if (places.length === PLACES_MAX) places.shift()
    places.push(place)
    this.lists.delete(name)
    this.lists.set(name, places)
    if (this.lists.size > LISTS_MAX) this.lists.delete(this.lists.keys().next().value as string)
  }

  /**
   * The known place that is nearest to `after` among those that a page in this direction does not have behind it; else
   * the end of the list at which the direction begins.
   */
  nearest(
    orders: OpenOrders,
    account: string,
    after: OrderSortKey | undefined,
    sort: Sort | undefined,
  ): ListPlace | undefined {
    const { names } = orders
    const direction = directionOf(sort)
    const number = names.accountNumber(account)
    let nearest = placeAt(orders, sort === 'asc' ? names.oldestOf(number) : names.newestOf(number))
    if (nearest === undefined || after === undefined) return nearest
    for (const place of this.lists.get(nameOf(orders, account)) ?? []) {
      if (direction * compareSortKeys(place.key, after) < 0) continue
      if (direction * compareSortKeys(place.key, nearest.key) > 0) continue
      if (isPresent(place)) nearest = place
    }
    return nearest
  }
}

/** The next order of the same account in a direction. */
export const nextPlace = ({ orders, handle }: ListPlace, sort: Sort | undefined): ListPlace | undefined =>
  placeAt(orders, sort === 'asc' ? orders.names.newerThan(handle) : orders.names.olderThan(handle))

const nameOf = ({ symbol }: OpenOrders, account: string): string => `${symbol} ${account}`
