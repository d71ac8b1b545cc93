/**
 * An order that may still change: its record, growing event by event, and its handle in the engine.
 * When it ends, the matcher forgets it, and the record stays as it is.
 */

import type { PlaceOrder } from '../protocol/commands.ts'
import { FILLS_LISTED_MAX } from '../protocol/limits.ts'
import type { CancelReason, RejectReason } from '../protocol/reasons.ts'
import { fingerprintOf, type OrderRecord, type TradeRecord } from '../protocol/records.ts'
import type { Lots, Ticks } from '../protocol/units.ts'

type GrowingRecord = { -readonly [K in keyof OrderRecord]: OrderRecord[K] }

/** Of every order without fills: most live that way, and a list of its own for each is memory. */
export const NO_FILLS: readonly number[] = []

export interface LiveOrder {
  readonly record: GrowingRecord
  handle: number
  /** Which outbox holds it; see outbox.ts. */
  mark: number
}

/** The record field by field, in one literal: this runs for every order placed. */
export function liveOrder(command: PlaceOrder, timestampMs: number): LiveOrder {
  const record: GrowingRecord = {
    account: command.account,
    orderId: command.orderId,
    symbol: command.symbol,
    side: command.side,
    type: command.type,
    timeInForce: command.timeInForce,
    postOnly: command.postOnly === true,
    selfTradePrevention: command.selfTradePrevention ?? 'NONE',
    price: command.price ?? null,
    quantity: command.quantity,
    filled: 0 as Lots,
    status: 'PENDING',
    reason: null,
    expiresAtMs: command.expiresAtMs ?? null,
    receivedAtMs: timestampMs,
    updatedAtMs: timestampMs,
    firstEvent: 0,
    lastEvent: 0,
    fills: NO_FILLS,
    fingerprint: fingerprintOf(command),
    requestId: command.requestId ?? null,
  }
  return { record, handle: 0, mark: 0 }
}

/** What an account calls an order, as one key: neither part can hold the separator. */
export const orderKey = (account: string, orderId: string): string => `${account}/${orderId}`

// What an event does to the record of its order. `number` is the event's.

export function accept(record: GrowingRecord, number: number): void {
  record.firstEvent = number
  record.lastEvent = number
  record.status = 'NEW'
}

export function reject(record: GrowingRecord, number: number, reason: RejectReason): void {
  record.firstEvent = number
  record.lastEvent = number
  record.status = 'REJECTED'
  record.reason = reason
}

export function addFill(record: GrowingRecord, trade: TradeRecord): void {
  record.lastEvent = trade.eventNumber
  record.updatedAtMs = trade.timestampMs
  record.filled = (record.filled + trade.quantity) as Lots
  record.status = record.filled === record.quantity ? 'FILLED' : 'PARTIALLY_FILLED'
  if (record.fills === NO_FILLS) record.fills = [trade.tradeNumber]
  else if (record.fills.length < FILLS_LISTED_MAX) (record.fills as number[]).push(trade.tradeNumber)
}

export function end(record: GrowingRecord, number: number, timestampMs: number, reason: CancelReason): void {
  record.lastEvent = number
  record.updatedAtMs = timestampMs
  record.status = reason === 'expired' ? 'EXPIRED' : 'CANCELED'
  record.reason = reason
}

export function amend(record: GrowingRecord, number: number, timestampMs: number, price: Ticks, quantity: Lots): void {
  record.lastEvent = number
  record.updatedAtMs = timestampMs
  record.price = price
  record.quantity = quantity
}
