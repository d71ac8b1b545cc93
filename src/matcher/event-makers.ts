/**
 * Events of the protocol, made of what a symbol's matcher holds at the moment they happen. Those of every
 * day are made field by field: to spread one object into another costs more than all of the matching. What
 * is rare is spread.
 */

import type { Command, PlaceOrder } from '../protocol/commands.ts'
import type { OrderAccepted, OrderAmended, OrderCanceled, OrderRejected, TradeExecuted } from '../protocol/events.ts'
import { operatorNoteOf } from '../protocol/operator-commands.ts'
import { copyOptionalFields } from '../protocol/optional-fields.ts'
import { hasOptionalFields } from '../protocol/order-fields.ts'
import type { CancelReason, RejectReason } from '../protocol/reasons.ts'
import type { OrderRecord, TradeRecord } from '../protocol/records.ts'
import type { Lots } from '../protocol/units.ts'
import type { LiveOrders } from './live-orders.ts'

/** Where and when: the event is the last that is numbered. */
export interface Happening {
  readonly symbol: string
  readonly eventNumber: number
  readonly book: { readonly timestampMs: number }
}

type Writable<E> = { -readonly [K in keyof E]: E[K] }

export function orderAccepted(at: Happening, command: PlaceOrder): OrderAccepted {
  const event: Writable<OrderAccepted> = {
    kind: 'OrderAccepted',
    symbol: at.symbol,
    number: at.eventNumber,
    timestampMs: at.book.timestampMs,
    account: command.account,
    orderId: command.orderId,
    side: command.side,
    type: command.type,
    timeInForce: command.timeInForce,
    quantity: command.quantity,
  }
  if (command.price !== undefined) event.price = command.price
  if (hasOptionalFields(command)) copyOptionalFields(command, event)
  if (command.requestId !== undefined) event.requestId = command.requestId
  return event
}

export function orderRejected(at: Happening, command: PlaceOrder, reason: RejectReason): OrderRejected {
  return { ...orderAccepted(at, command), kind: 'OrderRejected', reason }
}

export function orderCanceled(
  at: Happening,
  record: OrderRecord,
  quantity: Lots,
  reason: CancelReason,
  command: Command | undefined,
): OrderCanceled {
  const event: Writable<OrderCanceled> = {
    kind: 'OrderCanceled',
    symbol: at.symbol,
    number: at.eventNumber,
    timestampMs: at.book.timestampMs,
    account: record.account,
    orderId: record.orderId,
    reason,
    quantity,
  }
  if (command?.requestId !== undefined) event.requestId = command.requestId
  return event
}

export function orderAmended(
  at: Happening,
  orders: LiveOrders,
  handle: number,
  priorityKept: boolean,
  command: Command | undefined,
): OrderAmended {
  const event: Writable<OrderAmended> = {
    kind: 'OrderAmended',
    symbol: at.symbol,
    number: at.eventNumber,
    timestampMs: at.book.timestampMs,
    account: orders.accountOf(handle),
    orderId: orders.orderIds[handle],
    price: orders.priceOf(handle),
    quantity: orders.quantityOf(handle),
    priorityKept,
  }
  if (command?.requestId !== undefined) event.requestId = command.requestId
  return event
}

/** What every event begins with. */
export function stamp(at: Happening, command: Command | undefined) {
  const stamped = { symbol: at.symbol, number: at.eventNumber, timestampMs: at.book.timestampMs }
  return command?.requestId === undefined ? stamped : { ...stamped, requestId: command.requestId }
}

/** What every event of an operator command begins with. */
export const controlStamp = (at: Happening, command: Command) => ({ ...stamp(at, command), ...operatorNoteOf(command) })

export function tradeExecuted(trade: TradeRecord, command: Command | undefined): TradeExecuted {
  const event: Writable<TradeExecuted> = {
    kind: 'TradeExecuted',
    symbol: trade.symbol,
    number: trade.eventNumber,
    timestampMs: trade.timestampMs,
    tradeNumber: trade.tradeNumber,
    price: trade.price,
    quantity: trade.quantity,
    takerSide: trade.takerSide,
    makerAccount: trade.makerAccount,
    makerOrderId: trade.makerOrderId,
    takerAccount: trade.takerAccount,
    takerOrderId: trade.takerOrderId,
  }
  if (command?.requestId !== undefined) event.requestId = command.requestId
  return event
}
