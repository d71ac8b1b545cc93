/**
 * An order that may still change: its record, growing event by event, and its handle in the engine.
 * When it ends, the matcher forgets it; the record that was committed last is its last state.
 */

import type { PlaceOrder } from '../protocol/commands.ts'
import type { Event } from '../protocol/events.ts'
import { FILLS_LISTED_MAX } from '../protocol/limits.ts'
import { fingerprintOf, type OrderRecord } from '../protocol/records.ts'
import type { Lots } from '../protocol/units.ts'

type GrowingRecord = { -readonly [K in keyof OrderRecord]: OrderRecord[K] } & { fills: number[] }

export interface LiveOrder {
  readonly record: GrowingRecord
  /** {@link orderKey} of the record. */
  readonly key: string
  handle: number
}

/** The record field by field, in one literal: this runs for every order placed. */
export function liveOrder(command: PlaceOrder, key: string, timestampMs: number): LiveOrder {
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
    fills: [],
    fingerprint: fingerprintOf(command),
    requestId: command.requestId ?? null,
  }
  return { record, key, handle: 0 }
}

/** A live order of a snapshot. */
export function liveOrderOf(record: GrowingRecord, handle: number): LiveOrder {
  return { record, key: orderKey(record.account, record.orderId), handle }
}

/** What an account calls an order, as one key: neither part can hold the separator. */
export const orderKey = (account: string, orderId: string): string => `${account}/${orderId}`

/** Applies an event that concerns the order to its record. */
export function fold(record: GrowingRecord, event: Event): void {
  if (record.firstEvent === 0) record.firstEvent = event.number
  record.lastEvent = event.number
  record.updatedAtMs = event.timestampMs
  switch (event.kind) {
    case 'OrderAccepted':
      record.status = 'NEW'
      break
    case 'OrderRejected':
      record.status = 'REJECTED'
      record.reason = event.reason
      break
    case 'TradeExecuted':
      record.filled = (record.filled + event.quantity) as Lots
      record.status = record.filled === record.quantity ? 'FILLED' : 'PARTIALLY_FILLED'
      if (record.fills.length < FILLS_LISTED_MAX) record.fills.push(event.tradeNumber)
      break
    case 'OrderCanceled':
      record.status = event.reason === 'expired' ? 'EXPIRED' : 'CANCELED'
      record.reason = event.reason
      break
    case 'OrderAmended':
      record.price = event.price
      record.quantity = event.quantity
      break
  }
}
