/**
 * The names of an event as bytes, so that a row needs no strings. The reader of the lake's feed has them;
 * {@link WrittenNames} writes those of any other cursor.
 */

import type { EventCursor } from '../protocol/event/event-cursor.ts'
import { writeName } from '../protocol/event/event-names.ts'
import { TEXT_BYTES_MAX } from '../protocol/event/feed-format.ts'
import { NameTable } from './columns/name-table.ts'

/**
 * Each place has the length of the name in one byte, and then its characters, all of them ASCII. Valid until the cursor
 * moves. The taker's names are those of TradeExecuted only.
 */
export interface EventNames {
  /** Has the request id. */
  readonly view: DataView
  /** A length of 0: the event has none. */
  readonly requestIdAt: number
  /** Has the ids of the orders. */
  readonly orderView: DataView
  readonly orderIdAt: number
  readonly takerOrderIdAt: number
  /** The accounts of all events so far, and the numbers of those of this event. */
  readonly accounts: NameTable
  readonly account: number
  readonly takerAccount: number
}

const NAMES = 5

export class WrittenNames implements EventNames {
  private readonly bytes = new Uint8Array(NAMES * (TEXT_BYTES_MAX + 1))
  readonly view = new DataView(this.bytes.buffer)
  readonly orderView = this.view
  readonly requestIdAt = 0
  orderIdAt = 0
  takerOrderIdAt = 0
  readonly accounts = new NameTable()
  account = 0
  takerAccount = 0

  /** Writes the names of an event in place of those before. */
  write(event: EventCursor): void {
    const { bytes } = this
    const accountAt = writeName(bytes, this.requestIdAt, event.requestId ?? '')
    this.orderIdAt = writeName(bytes, accountAt, event.account)
    this.account = this.accounts.numberOf(this.view, accountAt + 1, this.orderIdAt)
    const takerAt = writeName(bytes, this.orderIdAt, event.orderId)
    if (event.kind !== 'TradeExecuted') return
    this.takerOrderIdAt = writeName(bytes, takerAt, event.takerAccount)
    this.takerAccount = this.accounts.numberOf(this.view, takerAt + 1, this.takerOrderIdAt)
    writeName(bytes, this.takerOrderIdAt, event.takerOrderId)
  }
}
