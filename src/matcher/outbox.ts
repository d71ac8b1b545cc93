/** Where a matcher puts what its commands have done. Who needs less of it makes less of it. */

import type { Event } from '../protocol/events.ts'
import type { OrderRecord, TradeRecord } from '../protocol/records.ts'
import { OrderNames } from './order-names.ts'

export interface Outbox {
  /** Every event, in sequence; undefined if nobody reads them, and then none is made. */
  readonly events: Event[] | undefined
  readonly trades: TradeRecord[]
  /** Told of an order's record after each event that it has taken in; of an order that ended, that is the last. */
  changed(record: OrderRecord): void
}

/** Keeps the trades, and each order that changed once, as it stands. */
export class ChangedRecords implements Outbox {
  readonly events: Event[] | undefined
  readonly trades: TradeRecord[] = []
  readonly orders = new OrderNames<OrderRecord>()

  constructor(events?: Event[]) {
    this.events = events
  }

  changed(record: OrderRecord): void {
    this.orders.set(record.account, record.orderId, record)
  }
}
