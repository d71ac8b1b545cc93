/**
 * The names of an event as bytes, for a consumer that writes bytes: it needs no strings then. The reader of the lake's
 * feed has them in its bytes; {@link WrittenNames} writes those of any other cursor.
 */

import { invariant } from '../assert.ts'
import type { EventCursor } from './event-cursor.ts'
import { TEXT_BYTES_MAX } from './feed-format.ts'

/**
 * Each place has the length of the name in one byte, and then its characters, all of them ASCII. Valid until the cursor
 * moves. The taker's places are those of TradeExecuted only.
 */
export interface EventNames {
  /** Has the request id. */
  readonly view: DataView
  /** A length of 0: the event has none. */
  readonly requestIdAt: number
  /** Has the names of the orders. */
  readonly orderView: DataView
  readonly accountAt: number
  readonly orderIdAt: number
  readonly takerAccountAt: number
  readonly takerOrderIdAt: number
}

const NAMES = 5

export class WrittenNames implements EventNames {
  private readonly bytes = new Uint8Array(NAMES * (TEXT_BYTES_MAX + 1))
  readonly view = new DataView(this.bytes.buffer)
  readonly orderView = this.view
  readonly requestIdAt = 0
  accountAt = 0
  orderIdAt = 0
  takerAccountAt = 0
  takerOrderIdAt = 0

  /** Writes the names of an event in place of those before. */
  write(event: EventCursor): void {
    const { bytes } = this
    this.accountAt = writeName(bytes, this.requestIdAt, event.requestId ?? '')
    this.orderIdAt = writeName(bytes, this.accountAt, event.account)
    this.takerAccountAt = writeName(bytes, this.orderIdAt, event.orderId)
    if (event.kind !== 'TradeExecuted') return
    this.takerOrderIdAt = writeName(bytes, this.takerAccountAt, event.takerAccount)
    writeName(bytes, this.takerOrderIdAt, event.takerOrderId)
  }
}

/** Writes a name after its length. Returns the place after it. */
export function writeName(bytes: Uint8Array, at: number, name: string): number {
  const { length } = name
  invariant(length <= TEXT_BYTES_MAX, 'a name is at most 255 characters')
  bytes[at] = length
  for (let i = 0; i < length; i++) bytes[at + 1 + i] = name.charCodeAt(i)
  return at + 1 + length
}
