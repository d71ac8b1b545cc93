/**
 * The orders of one symbol that have changed since the last publication, each once, as it is now. For
 * publishers, which write an order's record again with each change. Trades are read from the feed.
 */

import type { OrderRecord } from '../protocol/records.ts'
import { AccountOrders } from './account-orders.ts'
import type { OpenOrders } from './open-orders.ts'
import type { RecordSink } from './order-fold.ts'

let readers = 0

export class ChangedRecords implements RecordSink {
  private readonly closedRecords: OrderRecord[] = []
  private readonly handles: number[] = []
  private open: OpenOrders | undefined
  /** What an order carries that is in `handles`: a look into a set would cost more than the match. */
  private readonly mark = ++readers
  /** The first `named` of `closedRecords`, by name. */
  private readonly byName = new AccountOrders<OrderRecord>()
  private named = 0

  changed(orders: OpenOrders, handle: number): void {
    if (orders.marks[handle] === this.mark) return
    orders.marks[handle] = this.mark
    this.open = orders
    this.handles.push(handle)
  }

  closed(record: OrderRecord): void {
    this.closedRecords.push(record)
  }

  traded(): void {}

  /** The record of an order that has closed. Names are gathered when they are first asked for: few ever ask. */
  find(account: string, orderId: string): OrderRecord | undefined {
    for (; this.named < this.closedRecords.length; this.named++) {
      const record = this.closedRecords[this.named]
      this.byName.set(record.account, record.orderId, record)
    }
    return this.byName.get(account, orderId)
  }

  /** Every order that opened, changed or closed, as it stands now. */
  orders(): OrderRecord[] {
    const { open, mark } = this
    if (open === undefined) return [...this.closedRecords]
    // A handle may have closed, or have closed and been allocated again: then it is in the list twice.
    const changed = [...new Set(this.handles)].filter((handle) => open.marks[handle] === mark)
    return [...this.closedRecords, ...changed.map((handle) => open.record(handle))]
  }
}
