/** Makes the first record of an order from the event with which it entered or was rejected. */

import type { PlaceOrder } from './command/commands.ts'
import type { EventCursor } from './event/event-cursor.ts'
import { termsOf } from './order/order-terms.ts'
import type { RejectReason } from './reasons.ts'
import { type OrderRecord, pendingOrder } from './records.ts'
import type { Lots, Ticks } from './units.ts'

/** The record after an OrderAccepted or OrderRejected. */
export function enteredOrder(event: EventCursor): OrderRecord {
  const { symbol, account, orderId, requestId, number } = event
  const price = event.price === 0 ? undefined : (event.price as Ticks)
  const terms = termsOf(event.options, price, event.quantity as Lots, event.extras)
  const order = {
    ...terms,
    kind: 'PlaceOrder',
    symbol,
    account,
    orderId,
    ...(requestId !== undefined && { requestId }),
  }
  const rejected = event.kind === 'OrderRejected'
  return {
    ...pendingOrder(order as PlaceOrder, event.timestampMs),
    status: rejected ? 'REJECTED' : 'NEW',
    reason: rejected ? (event.reason as RejectReason) : null,
    firstEvent: number,
    lastEvent: number,
  }
}
