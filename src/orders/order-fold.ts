/**
 * Order and trade records as a fold of events, over any number of symbols. The same events always give the same
 * records. The sink receives a record when its order closes. Until then the order is in the columns of
 * open-orders.ts.
 *
 * Trades and the records of closed orders need nothing but the events. The record of an open order also needs its
 * account and order id, which `namesOf` provides: the matcher keeps them, so they are not stored here again. A fold
 * without a matcher passes names of its own, or does not read open orders.
 */

import { enteredOrder } from '../protocol/entered-order.ts'
import type { EventCursor, EventFold } from '../protocol/event/event-cursor.ts'
import type { SymbolEventKind } from '../protocol/event/event-kinds.ts'
import type { CancelReason } from '../protocol/reasons.ts'
import type { OrderRecord } from '../protocol/records.ts'
import { type OpenNames, OpenOrders } from './open-orders.ts'

/** Receives the records. */
export interface RecordSink {
  /** An open order has entered or changed. */
  changed(orders: OpenOrders, handle: number): void
  /** The last record of an order that has closed or was rejected. */
  closed(record: OrderRecord): void
  /** A TradeExecuted. A sink that keeps trades makes the record. */
  traded(event: EventCursor): void
}

export class OrderFold implements EventFold {
  readonly symbols = new Map<string, OpenOrders>()
  sink: RecordSink
  private readonly namesOf: (symbol: string) => OpenNames
  /** The symbol of the last event. Successive events mostly have the same symbol. */
  private latest: OpenOrders | undefined

  constructor(sink: RecordSink, namesOf: (symbol: string) => OpenNames) {
    this.sink = sink
    this.namesOf = namesOf
  }

  /** The open orders of a symbol. */
  of(symbol: string): OpenOrders {
    let orders = this.symbols.get(symbol)
    if (orders === undefined) {
      orders = new OpenOrders(symbol, this.namesOf(symbol))
      this.symbols.set(symbol, orders)
    }
    return orders
  }

  take(event: EventCursor): void {
    let orders = this.latest
    if (orders === undefined || orders.symbol !== event.symbol) {
      orders = this.of(event.symbol)
      this.latest = orders
    }
    switch (event.kind) {
      case 'OrderAccepted':
        orders.accept(event)
        this.sink.changed(orders, event.handle)
        break
      case 'OrderRejected':
        // An open order has the same id, and the record of this id is that order's.
        if (event.reason !== 'duplicate_order_id') this.sink.closed(enteredOrder(event))
        break
      case 'TradeExecuted':
        this.sink.traded(event)
        orders.addFill(event.handle, event)
        if (event.makerFilled) this.closeFilled(orders, event.handle, event.account, event.orderId)
        else this.sink.changed(orders, event.handle)
        orders.addFill(event.takerHandle, event)
        if (event.takerFilled) this.closeFilled(orders, event.takerHandle, event.takerAccount, event.takerOrderId)
        else this.sink.changed(orders, event.takerHandle)
        break
      case 'OrderCanceled': {
        const { handle } = event
        const reason = event.reason as CancelReason
        orders.touch(handle, event)
        const status = reason === 'expired' ? 'EXPIRED' : 'CANCELED'
        this.sink.closed(orders.close(handle, event.account, event.orderId, status, reason))
        break
      }
      case 'OrderAmended':
        orders.amend(event)
        this.sink.changed(orders, event.handle)
        break
      default:
        event.kind satisfies SymbolEventKind | 'CancelRejected' | 'AmendRejected'
    }
  }

  private closeFilled(orders: OpenOrders, handle: number, account: string, orderId: string): void {
    this.sink.closed(orders.close(handle, account, orderId, 'FILLED', null))
  }
}
