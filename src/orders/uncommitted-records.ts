/** The records of the next commit: trades and closed orders. Open orders are in open-orders.ts. */

import type { OrderRecord, TradeRecord } from '../protocol/records.ts'
import { AccountOrders } from './account-orders.ts'
import type { RecordSink } from './order-fold.ts'

export class UncommittedRecords implements RecordSink {
  eventCount: number
  readonly trades: TradeRecord[]
  readonly orders: OrderRecord[]
  private readonly byName = new AccountOrders<OrderRecord>()

  constructor(eventCount = 0, trades: TradeRecord[] = [], orders: OrderRecord[] = []) {
    this.eventCount = eventCount
    this.trades = trades
    this.orders = orders
    for (const record of orders) this.byName.set(record.account, record.orderId, record)
  }

  changed(): void {}

  closed(record: OrderRecord): void {
    this.orders.push(record)
    this.byName.set(record.account, record.orderId, record)
  }

  traded(record: TradeRecord): void {
    this.trades.push(record)
  }

  find(account: string, orderId: string): OrderRecord | undefined {
    return this.byName.get(account, orderId)
  }

  of(account: string): Iterable<OrderRecord> {
    return this.byName.of(account)
  }
}
