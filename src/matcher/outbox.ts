/** Where a matcher puts what its commands have done. Who needs less of it makes less of it. */

import type { Event } from '../protocol/events.ts'
import type { OrderRecord, TradeRecord } from '../protocol/records.ts'
import type { LiveOrders } from './live-orders.ts'
import { OrderNames } from './order-names.ts'

export interface Outbox {
  /** Every event, in sequence; undefined if nobody reads them, and then none is made. */
  readonly events: Event[] | undefined
  readonly trades: TradeRecord[]
  /** An order lives, and has come or changed. */
  changed(orders: LiveOrders, handle: number): void
  /** An order has ended, or was rejected: its last record. */
  ended(record: OrderRecord): void
}

let boxes = 0

/** Keeps the trades of one symbol, and each order that changed once, as it stands. */
export class ChangedRecords implements Outbox {
  readonly events: Event[] | undefined
  readonly trades: TradeRecord[] = []
  private readonly endedRecords: OrderRecord[] = []
  private readonly handles: number[] = []
  private live: LiveOrders | undefined
  /** What an order carries that is among `handles`: to look it up there would cost more than to match it. */
  private readonly mark = ++boxes
  /** Of the first `named` that have ended. */
  private readonly byName = new OrderNames<OrderRecord>()
  private named = 0

  constructor(events?: Event[]) {
    this.events = events
  }

  changed(orders: LiveOrders, handle: number): void {
    if (orders.marks[handle] === this.mark) return
    orders.marks[handle] = this.mark
    this.live = orders
    this.handles.push(handle)
  }

  ended(record: OrderRecord): void {
    this.endedRecords.push(record)
  }

  /** The record of an order that has ended. Names are gathered when they are first asked for: few ever ask. */
  find(account: string, orderId: string): OrderRecord | undefined {
    for (; this.named < this.endedRecords.length; this.named++) {
      const record = this.endedRecords[this.named]
      this.byName.set(record.account, record.orderId, record)
    }
    return this.byName.get(account, orderId)
  }

  /** Every order that came, changed or ended, as it stands now. */
  orders(): OrderRecord[] {
    const { live, mark } = this
    if (live === undefined) return [...this.endedRecords]
    // A handle may have ended, or have ended and come again.
    const changed = [...new Set(this.handles)].filter((handle) => live.marks[handle] === mark && live.lives(handle))
    return [...this.endedRecords, ...changed.map((handle) => live.record(handle))]
  }
}
