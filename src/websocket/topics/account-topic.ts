/**
 * The orders of one account as a topic. It begins with the open orders, which are read in pages while events arrive, so
 * the events are kept until the last page is there. Each order ignores the events that its record contains.
 */

import { type OrderUpdate, OrderUpdates } from '../../marketdata/order-updates.ts'
import type { EventCursor } from '../../protocol/event/event-cursor.ts'
import { EventFeedReader } from '../../protocol/event/event-feed-reader.ts'
import type { Instrument } from '../../protocol/instrument/instrument.ts'
import { JOINING_EVENT_BYTES_MAX, SOCKET_ORDER_UPDATES_MAX, SOCKET_ORDERS_LISTED_MAX } from '../../protocol/limits.ts'
import { compareSortKeys, sortKeyOf } from '../../protocol/order/order-sort-key.ts'
import type { OrderRecord } from '../../protocol/records.ts'
import { ordersSnapshot, ordersUpdate } from '../messages/order-messages.ts'
import type { JoinedExchange } from './publisher-ports.ts'
import type { TopicMessages } from './topic-messages.ts'

type Instruments = ReadonlyMap<string, Instrument>

export class AccountTopic {
  readonly id: number
  private readonly orders: OrderUpdates
  private joining = true
  /** Messages since the beginning. */
  private sent = 0
  private updates: OrderUpdate[] = []
  private records: OrderRecord[] = []
  /** Batches since the beginning; undefined: the open orders are read. */
  private gathered: Uint8Array[] | undefined = []
  private gatheredBytes = 0

  constructor(id: number, account: string) {
    this.id = id
    this.orders = new OrderUpdates(account)
  }

  get account(): string {
    return this.orders.account
  }

  /** The number of open orders that it keeps. */
  get size(): number {
    return this.orders.size
  }

  /** Reads at most `max` open orders. `onEnd` gets whether they could be read, and were no more. */
  begin(exchange: JoinedExchange, max: number, onEnd: (ready: boolean) => void, cursor?: string): void {
    exchange.openOrders(this.account, cursor, (page) => {
      if (page === undefined || this.gatheredBytes > JOINING_EVENT_BYTES_MAX) return onEnd(false)
      for (const record of page.rows) this.records.push(record)
      if (this.records.length > max) return onEnd(false)
      if (page.next !== undefined) return this.begin(exchange, max, onEnd, page.next)
      this.restore()
      onEnd(true)
    })
  }

  join(): void {
    this.joining = true
  }

  /** Keeps a batch while the open orders are read. */
  gather(batch: Uint8Array): void {
    if (this.gatheredBytes <= JOINING_EVENT_BYTES_MAX) this.gathered?.push(batch)
    this.gatheredBytes += batch.length
  }

  /** Takes an event of any account. Returns whether it concerns this one. */
  take(event: EventCursor): boolean {
    if (this.gathered !== undefined) return false
    const updates = this.orders.take(event)
    for (const update of updates) this.updates.push(update)
    return updates.length > 0
  }

  /** Writes the messages of what has changed since the last tick. */
  tick(messages: TopicMessages, instruments: Instruments): void {
    if (this.gathered !== undefined) return
    const { updates } = this
    this.updates = []
    for (let i = 0; i < updates.length; i += SOCKET_ORDER_UPDATES_MAX) {
      this.sent++
      const text = ordersUpdate(instruments, updates.slice(i, i + SOCKET_ORDER_UPDATES_MAX))
      messages.update(this.id, this.sent, this.sent, text)
    }
    if (!this.joining) return
    this.joining = false
    messages.snapshot(this.id, this.sent, this.snapshot(instruments))
  }

  private restore(): void {
    const gathered = this.gathered ?? []
    this.orders.restore(this.records)
    this.records = []
    this.gathered = undefined
    for (const batch of gathered) {
      const event = new EventFeedReader(batch)
      while (event.next()) this.orders.take(event)
    }
  }

  private snapshot(instruments: Instruments): string {
    const records = this.orders.records.sort((a, b) => compareSortKeys(sortKeyOf(b), sortKeyOf(a)))
    return ordersSnapshot(
      instruments,
      records.slice(0, SOCKET_ORDERS_LISTED_MAX),
      records.length <= SOCKET_ORDERS_LISTED_MAX,
    )
  }
}
