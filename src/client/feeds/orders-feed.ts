/** The orders of the account: those that are open, and each event of any of them. */

import type { Order, OrdersMessage, OrderUpdate } from '../messages.ts'
import { Feed, type FeedSource, type Taken } from './feed.ts'

/**
 * `update`: an event of an order, each once. `snapshot`: the open orders were read, at first, after each lost connection,
 * and on AWS also when events may have been lost; `ended` are the ids of orders that were open before and are not any more. Read them to see what they became.
 */
export type OrdersChange =
  | (OrderUpdate & { readonly type: 'update' })
  | { readonly type: 'snapshot'; readonly orders: readonly Order[]; readonly ended: readonly string[] }

const isOpen = ({ status }: Order): boolean => status === 'PENDING' || status === 'NEW' || status === 'PARTIALLY_FILLED'

/** How many closed orders are remembered, so that an older event does not show them as open. */
const CLOSED_MAX = 1_000

export class OrdersFeed extends Feed<OrdersChange> {
  /** The open orders by order id. */
  readonly open = new Map<string, Order>()
  /** Whether {@link open} has all open orders of the account. A snapshot has the newest thousand. */
  isComplete = true
  /** How many orders the last snapshot had. */
  private listed = 0
  /** The last event of orders that have closed. */
  private readonly closed = new Map<string, number>()
  /** By symbol: the last event of the messages since the connection began. On AWS a message may come twice. */
  private readonly lastEvents = new Map<string, number>()

  constructor(source: FeedSource) {
    super('all', source)
  }

  /** For the client: half of the listed orders have closed, and the account has others. */
  get isShort(): boolean {
    return !this.isComplete && this.open.size <= this.listed / 2
  }

  /** For the client: the answer to a request. On AWS it may arrive before the events that it includes. */
  answered(order: Order): void {
    if (this.isCurrent) this.set(order)
  }

  protected apply(message: Readonly<Record<string, unknown>>): Taken {
    const orders = message as unknown as OrdersMessage
    if (orders.type === 'snapshot') this.snapshot(orders.orders, orders.complete)
    else if (!this.isCurrent) return 'gap'
    else this.updates(orders.updates)
    return 'applied'
  }

  /** A trade between two orders of the account has two entries with one number, in one message. */
  private updates(updates: readonly OrderUpdate[]): void {
    const { lastEvents } = this
    const fresh = updates.filter(({ event }) => !(event.sequence <= (lastEvents.get(event.symbol) ?? 0)))
    for (const { event } of fresh) lastEvents.set(event.symbol, event.sequence)
    for (const update of fresh) this.update(update)
  }

  private snapshot(orders: readonly Order[], complete: boolean): void {
    if (!this.isCurrent) this.lastEvents.clear()
    const present = new Set(orders.map(({ orderId }) => orderId))
    const ended = complete ? [...this.open.keys()].filter((orderId) => !present.has(orderId)) : []
    this.open.clear()
    for (const order of orders) this.open.set(order.orderId, order)
    this.isComplete = complete
    this.listed = orders.length
    this.changed({ type: 'snapshot', orders, ended })
  }

  private update({ event, order }: OrderUpdate): void {
    if (order !== null) this.set(order)
    this.changed({ type: 'update', event, order })
  }

  /** The state with the higher sequence is the newer one. */
  private set(order: Order): void {
    const { orderId, sequence } = order
    const known = this.closed.get(orderId) ?? this.open.get(orderId)?.sequence ?? 0
    if (sequence < known) return
    if (isOpen(order)) {
      this.open.set(orderId, order)
      return
    }
    this.open.delete(orderId)
    this.closed.set(orderId, sequence)
    for (const [oldest] of this.closed) {
      if (this.closed.size <= CLOSED_MAX) break
      this.closed.delete(oldest)
    }
  }
}
