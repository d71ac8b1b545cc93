/**
 * The orders of one account in one symbol as their events change them: one entry for each event. Orders that were
 * accepted before are read from the store, whose records are written before the events arrive here. So a record may
 * contain events that are still to come. Until the events reach it, entries of that order have the record as it is: the
 * order after the event or a later one. Behind that, and for orders accepted here, they are exact.
 */

import { type OrderUpdate, OrderUpdates } from '../../marketdata/order-updates.ts'
import type { EventCursor } from '../../protocol/event/event-cursor.ts'
import { isOpen, type OrderRecord } from '../../protocol/records.ts'

export class OwnOrderFold {
  private readonly account: string
  private readonly orders: OrderUpdates
  /** Stored records that contain the present event, or later ones. */
  private readonly ahead = new Map<string, OrderRecord>()

  constructor(account: string) {
    this.account = account
    this.orders = new OrderUpdates(account)
  }

  /** Orders that are kept. */
  get size(): number {
    return this.orders.size + this.ahead.size
  }

  knows(orderId: string): boolean {
    return this.orders.get(orderId) !== undefined || this.ahead.has(orderId)
  }

  /** Takes the stored record of an order that is not known. */
  restore(record: OrderRecord): void {
    if (!this.knows(record.orderId)) this.ahead.set(record.orderId, record)
  }

  /** Takes the next event of the symbol. */
  take(event: EventCursor): OrderUpdate[] {
    // The event says everything of an order that enters.
    if (event.kind === 'OrderAccepted') this.ahead.delete(event.orderId)
    const stored = ordersIn(event, this.account).flatMap((orderId) => this.storedFor(orderId, event))
    for (const record of stored) this.orders.put({ ...record, status: 'NEW', lastEvent: event.number - 1 })
    const updates = this.orders.take(event)
    for (const { orderId } of stored) this.orders.forget(orderId)
    for (const record of stored) if (record.lastEvent === event.number) this.reach(record)
    if (stored.length === 0) return [...updates]
    return updates.map((update) => {
      const record = stored.find(({ orderId }) => orderId === update.orderId)
      return record === undefined ? update : { ...update, order: record }
    })
  }

  /** The stored record that has the event. One that the events have passed is exact from now on. */
  private storedFor(orderId: string, event: EventCursor): readonly OrderRecord[] {
    const record = this.ahead.get(orderId)
    if (record === undefined || record.symbol !== event.symbol || record.firstEvent > event.number) return []
    if (record.lastEvent >= event.number) return [record]
    this.reach(record)
    return []
  }

  private reach(record: OrderRecord): void {
    this.ahead.delete(record.orderId)
    if (isOpen(record.status) && record.status !== 'PENDING') this.orders.put(record)
  }
}

/** The orders of an account that an event concerns. */
export function ordersIn(event: EventCursor, account: string): string[] {
  const orders: string[] = []
  if (event.account === account && !event.concernsSymbol) orders.push(event.orderId)
  if (event.kind === 'TradeExecuted' && event.takerAccount === account) orders.push(event.takerOrderId)
  return orders
}

/** The accounts that an event concerns. */
export function accountsIn(event: EventCursor): string[] {
  if (event.concernsSymbol) return []
  const { account, takerAccount } = event
  return event.kind === 'TradeExecuted' && takerAccount !== account ? [account, takerAccount] : [account]
}
