/** Where a matcher puts what its commands have done. Who needs less of it makes less of it. */

import type { Event } from '../protocol/events.ts'
import type { OrderRecord, TradeRecord } from '../protocol/records.ts'
import type { LiveOrder } from './live-order.ts'
import { OrderNames } from './order-names.ts'

export interface Outbox {
  /** Every event, in sequence; undefined if nobody reads them, and then none is made. */
  readonly events: Event[] | undefined
  readonly trades: TradeRecord[]
  /** Told of an order after each event that its record has taken in; of an order that ended, that is the last. */
  changed(order: LiveOrder): void
}

let boxes = 0

/** Keeps the trades, and each order that changed once, as it stands. */
export class ChangedRecords implements Outbox {
  readonly events: Event[] | undefined
  readonly trades: TradeRecord[] = []
  readonly orders: OrderRecord[] = []
  /** What an order carries that is among `orders`: to look it up there would cost more than to match it. */
  private readonly mark = ++boxes
  /** Of the first `named` orders. */
  private readonly byName = new OrderNames<OrderRecord>()
  private named = 0

  constructor(events?: Event[]) {
    this.events = events
  }

  changed(order: LiveOrder): void {
    if (order.mark === this.mark) return
    order.mark = this.mark
    this.orders.push(order.record)
  }

  /** The names are gathered when they are first asked for: few ever ask. */
  find(account: string, orderId: string): OrderRecord | undefined {
    for (; this.named < this.orders.length; this.named++) {
      const record = this.orders[this.named]
      this.byName.set(record.account, record.orderId, record)
    }
    return this.byName.get(account, orderId)
  }
}
