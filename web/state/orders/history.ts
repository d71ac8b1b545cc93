/** The orders of the account that have ended, or all of them: pages of `GET /orders`, kept current by the feed. */

import type { Order } from '../../../src/client/client.ts'
import { isOpen, ORDER_STATUSES, type OrderStatus } from '../../../src/protocol/records.ts'
import { get } from '../session/session.ts'
import { mergeOrders } from './order-lists.ts'
import { PagedList, pagePath } from './paged-list.ts'

/** The statuses that the list can be restricted to; '' stands for all. */
export const HISTORY_STATUSES: readonly ('' | OrderStatus)[] = [
  '',
  ...ORDER_STATUSES.filter((status) => !isOpen(status)),
]

export const orderHistory = new PagedList<Order>(async (filter, cursor, limit) => {
  const page = (await get(pagePath('/orders', filter, cursor, limit))) as {
    readonly orders: readonly Order[]
    readonly nextCursor: string | null
  }
  return { rows: page.orders, next: page.nextCursor }
}, mergeOrders)

let shown: { readonly symbol: string; readonly status: string } = { symbol: '', status: '' }

export function showHistory(symbol: string, status: string): void {
  shown = { symbol, status }
  void orderHistory.refresh({ ...(symbol !== '' && { symbol }), ...(status !== '' && { status }) })
}

/** Orders in their present state. */
export function noteClosed(more: readonly Order[]): void {
  const { symbol, status } = shown
  orderHistory.add(
    more.filter((order) => (symbol === '' || order.symbol === symbol) && (status === '' || order.status === status)),
  )
}
