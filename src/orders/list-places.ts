/**
 * Places in the lists of open orders: where recent pages stopped. The orders of an account are a linked list from
 * the newest to the oldest, which has no index. With these places the next page begins where the last one ended,
 * and does not walk there from the newest order.
 *
 * A place is only a hint. Its order may have closed since, and then another place or the newest order is used.
 */

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

  /** The known place that is nearest to `before` among those that are not older; else the account's newest order. */
  nearest(orders: OpenOrders, account: string, before: OrderSortKey | undefined): ListPlace | undefined {
    const { names } = orders
    let nearest = placeAt(orders, names.newestOf(names.accountNumber(account)))
    if (nearest === undefined || before === undefined) return nearest
    for (const place of this.lists.get(nameOf(orders, account)) ?? []) {
      if (compareSortKeys(place.key, before) < 0 || compareSortKeys(place.key, nearest.key) > 0) continue
      if (isPresent(place)) nearest = place
    }
    return nearest
  }
}

const nameOf = ({ symbol }: OpenOrders, account: string): string => `${symbol} ${account}`
