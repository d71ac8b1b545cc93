/** An order of the naive exchange: its terms as placed, and the record that users read. */

import type { PlaceOrder } from '../../src/protocol/command/commands.ts'
import type { Event } from '../../src/protocol/event/events.ts'
import { FILLS_LISTED_MAX } from '../../src/protocol/limits.ts'
import type { SelfTradePrevention, Side } from '../../src/protocol/order/order-words.ts'
import type { RejectReason } from '../../src/protocol/reasons.ts'
import type { OrderRecord } from '../../src/protocol/records.ts'
import type { Lots } from '../../src/protocol/units.ts'

type OpenRecord = { -readonly [K in keyof OrderRecord]: OrderRecord[K] } & { fills: number[] }

export class ReferenceOrder {
  readonly asked: PlaceOrder
  readonly record: OpenRecord

  constructor(asked: PlaceOrder, nowMs: number) {
    this.asked = asked
    this.record = {
      account: asked.account,
      orderId: asked.orderId,
      symbol: asked.symbol,
      side: asked.side,
      type: asked.type,
      timeInForce: asked.timeInForce,
      postOnly: asked.postOnly ?? false,
      selfTradePrevention: asked.selfTradePrevention ?? 'NONE',
      price: asked.price ?? null,
      quantity: asked.quantity,
      filled: 0 as Lots,
      status: 'PENDING',
      reason: null,
      expiresAtMs: asked.expiresAtMs ?? null,
      receivedAtMs: nowMs,
      updatedAtMs: nowMs,
      firstEvent: 0,
      lastEvent: 0,
      fills: [],
      placed: null,
      requestId: asked.requestId ?? null,
      ...this.echo,
    }
  }

  /** The fields that all of its events repeat. */
  get echo(): { tag?: string } {
    return this.asked.tag === undefined ? {} : { tag: this.asked.tag }
  }

  get account(): string {
    return this.record.account
  }

  get side(): Side {
    return this.record.side
  }

  get price(): number {
    return this.record.price ?? Number.NaN
  }

  get open(): number {
    return this.record.quantity - this.record.filled
  }

  get selfTradePrevention(): SelfTradePrevention {
    return this.record.selfTradePrevention
  }

  get expiresAtMs(): number {
    return this.record.expiresAtMs ?? Number.POSITIVE_INFINITY
  }

  /** Whether a command has the same terms as this order had when it was placed. */
  isSameAs(command: PlaceOrder): boolean {
    const essence = (c: PlaceOrder) =>
      JSON.stringify([
        c.symbol,
        c.side,
        c.type,
        c.timeInForce,
        c.price,
        c.quantity,
        c.postOnly ?? false,
        c.selfTradePrevention ?? 'NONE',
        c.expiresAtMs,
        c.tag,
      ])
    return essence(this.asked) === essence(command)
  }

  /** Records the last event of the order. */
  touch(event: Event): void {
    if (this.record.firstEvent === 0) this.record.firstEvent = event.number
    this.record.lastEvent = event.number
    this.record.updatedAtMs = event.timestampMs
  }

  reject(reason: RejectReason): void {
    this.record.status = 'REJECTED'
    this.record.reason = reason
  }

  fill(quantity: number, tradeNumber: number): void {
    this.record.filled = (this.record.filled + quantity) as Lots
    this.record.status = this.open === 0 ? 'FILLED' : 'PARTIALLY_FILLED'
    if (this.record.fills.length < FILLS_LISTED_MAX) this.record.fills.push(tradeNumber)
  }
}
