/**
 * The orders of one symbol that have changed since the last publication, each once with its present record.
 * It serves publishers, which write an order's record again after each change. They read trades from the feed.
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
  /** Marks the orders that are in `handles`. A lookup in a set would cost more than the match. */
  private readonly mark = ++readers
  /** The first `named` records of `closedRecords`, by name. */
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

  /** The record of a closed order. Names are indexed at the first search only, because searches are rare. */
  find(account: string, orderId: string): OrderRecord | undefined {
    for (; this.named < this.closedRecords.length; this.named++) {
      const record = this.closedRecords[this.named]
      this.byName.set(record.account, record.orderId, record)
    }
    return this.byName.get(account, orderId)
  }

  /** The present record of every order that opened, changed or closed. */
  orders(): OrderRecord[] {
    const { open, mark, handles } = this
    const records = this.closedRecords.slice()
    if (open === undefined) return records
    const { marks } = open
    // An order may have closed since, and its handle may have been allocated again. Then the list has it twice. The
    // opposite of the mark stands for an order that is among the records, until all are.
    for (const handle of handles) {
      if (marks[handle] !== mark) continue
      marks[handle] = -mark
      records.push(open.record(handle))
    }
    for (const handle of handles) if (marks[handle] === -mark) marks[handle] = mark
    return records
  }
}
