/** The orders and trades that a reader of the feed makes from its events, which it has and nothing else. */

import { OrderFold, type RecordSink } from '../../src/orders/order-fold.ts'
import type { EventCursor, EventFold } from '../../src/protocol/event/event-cursor.ts'
import type { OrderRecord, TradeRecord } from '../../src/protocol/records.ts'
import { tradeRecord } from '../../src/protocol/trade-record.ts'

/** It keeps no list of the open orders of an account, so it needs no names. */
const NO_NAMES = {
  orderIds: [],
  accountOf: () => '',
  accountNumber: () => 0,
  newestOf: () => 0,
  olderThan: () => 0,
  oldestOf: () => 0,
  newerThan: () => 0,
}

export class FeedFold implements RecordSink, EventFold {
  /** Closed orders. */
  readonly orders: OrderRecord[] = []
  readonly trades: TradeRecord[] = []
  private readonly fold = new OrderFold(this, () => NO_NAMES)

  take(event: EventCursor): void {
    this.fold.take(event)
  }

  changed(): void {}

  closed(record: OrderRecord): void {
    this.orders.push(record)
  }

  traded(event: EventCursor): void {
    this.trades.push(tradeRecord(event))
  }
}
