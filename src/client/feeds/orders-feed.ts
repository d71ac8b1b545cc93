/** The orders of the account: those that are open, and each event of any of them. */

import type { Order, OrdersMessage, OrderUpdate } from '../messages.ts'
import { Feed, type FeedSource, type Taken } from './feed.ts'

/**
 * `update`: an event of an order. `snapshot`: the open orders were read, at first and after each lost connection;
 * `ended` are the ids of orders that were open before and are not any more. Read them to see what they became.
 */
export type OrdersChange =
  | (OrderUpdate & { readonly type: 'update' })
  | { readonly type: 'snapshot'; readonly orders: readonly Order[]; readonly ended: readonly string[] }

const isOpen = ({ status }: Order): boolean => status === 'PENDING' || status === 'NEW' || status === 'PARTIALLY_FILLED'

export class OrdersFeed extends Feed<OrdersChange> {
  /** The open orders by order id. */
  readonly open = new Map<string, Order>()
  /** Whether {@link open} has all open orders of the account. A snapshot has the newest thousand. */
  isComplete = true

  constructor(source: FeedSource) {
    super('all', source)
  }

  protected apply(message: Readonly<Record<string, unknown>>): Taken {
    const orders = message as unknown as OrdersMessage
    if (orders.type === 'snapshot') this.snapshot(orders.orders, orders.complete)
    else if (!this.isCurrent) return 'gap'
    else for (const update of orders.updates) this.update(update)
    return 'applied'
  }

  private snapshot(orders: readonly Order[], complete: boolean): void {
    const present = new Set(orders.map(({ orderId }) => orderId))
    const ended = complete ? [...this.open.keys()].filter((orderId) => !present.has(orderId)) : []
    this.open.clear()
    for (const order of orders) this.open.set(order.orderId, order)
    this.isComplete = complete
    this.changed({ type: 'snapshot', orders, ended })
  }

  private update({ event, order }: OrderUpdate): void {
    if (order !== null) {
      if (isOpen(order)) this.open.set(order.orderId, order)
      else this.open.delete(order.orderId)
    }
    this.changed({ type: 'update', event, order })
  }
}
