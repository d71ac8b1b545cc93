/** The records of the next commit: trades and closed orders. Open orders are in open-orders.ts. */

import { ENTRIES_PER_STEP, type Paced } from '../ports/paced.ts'
import type { EventCursor } from '../protocol/event/event-cursor.ts'
import type { OrderRecord, TradeRecord } from '../protocol/records.ts'
import { tradeRecord } from '../protocol/trade-record.ts'
import { AccountOrders } from './account-orders.ts'
import type { RecordSink } from './order-fold.ts'
import { type PartialCandles, UncommittedCandles } from './uncommitted-candles.ts'

export class UncommittedRecords implements RecordSink {
  eventCount: number
  readonly trades: TradeRecord[]
  readonly orders: OrderRecord[]
  private readonly byName = new AccountOrders<OrderRecord>()
  /** The first `sorted` trades by symbol. They are sorted when they are read, because most are never read here. */
  private readonly bySymbol = new Map<string, TradeRecord[]>()
  private sorted = 0
  private readonly candles = new UncommittedCandles()

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

  traded(event: EventCursor): void {
    this.trades.push(tradeRecord(event))
  }

  find(account: string, orderId: string): OrderRecord | undefined {
    return this.byName.get(account, orderId)
  }

  of(account: string): Iterable<OrderRecord> {
    return this.byName.of(account)
  }

  /** The candles of the trades of a symbol; undefined: there are none. */
  *candlesOf(symbol: string): Paced<PartialCandles | undefined> {
    return yield* this.candles.of(symbol, yield* this.tradesOf(symbol))
  }

  /** The trades of a symbol, oldest first, without gaps in their numbers. */
  *tradesOf(symbol: string): Paced<readonly TradeRecord[]> {
    const { trades, bySymbol } = this
    while (this.sorted < trades.length) {
      const trade = trades[this.sorted++]
      const list = bySymbol.get(trade.symbol)
      if (list === undefined) bySymbol.set(trade.symbol, [trade])
      else list.push(trade)
      if (this.sorted % ENTRIES_PER_STEP === 0) yield
    }
    return bySymbol.get(symbol) ?? []
  }
}
