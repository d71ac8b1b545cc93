/** A row of the table `orders` for each event of an order that is not a trade. lake-columns.ts says what it means. */

import type { EventCursor } from '../protocol/event/event-cursor.ts'
import type { Instrument } from '../protocol/instrument/instrument.ts'
import type { FieldsByName } from '../protocol/order/optional-fields.ts'
import { OPTIONAL_FIELDS } from '../protocol/order/order-fields.ts'
import { isPostOnly, selfTradePreventionOf, timeInForceOf, typeOf } from '../protocol/order/order-options.ts'
import { formatSteps, formatStepsShort } from '../protocol/units.ts'
import type { LakeValue } from './lake-batch.ts'

/** The kinds of events that have a row, and the words for them, as in docs/reference/websocket.md. */
export const ORDER_ROW_KINDS = {
  OrderAccepted: 'ACCEPTED',
  OrderRejected: 'REJECTED',
  OrderAmended: 'AMENDED',
  OrderCanceled: 'CANCELED',
  AmendRejected: 'AMEND_REJECTED',
  CancelRejected: 'CANCEL_REJECTED',
} as const

export type OrderRowKind = keyof typeof ORDER_ROW_KINDS

/** The values of a row in the order of the columns. */
export function orderRow(event: EventCursor, kind: OrderRowKind, { tick, lot }: Instrument): LakeValue[] {
  const enters = kind === 'OrderAccepted' || kind === 'OrderRejected'
  const amended = kind === 'OrderAmended'
  const canceled = kind === 'OrderCanceled'
  const { options, price, quantity } = event
  return [
    ORDER_ROW_KINDS[kind],
    event.symbol,
    event.account,
    event.orderId,
    enters || amended || canceled ? (event.sells ? 'SELL' : 'BUY') : null,
    enters ? typeOf(options) : null,
    enters ? timeInForceOf(options) : null,
    enters || amended ? formatStepsShort(quantity, lot) : null,
    price === 0 || canceled ? null : formatSteps(price, tick),
    ...optionalValues(event, enters),
    event.reason ?? null,
    remaining(event, kind) === null ? null : formatStepsShort(remaining(event, kind) as number, lot),
    amended ? event.priorityKept : null,
    event.number,
    event.timestampMs,
    event.requestId ?? null,
  ]
}

function remaining(event: EventCursor, kind: OrderRowKind): number | null {
  if (kind === 'OrderAmended') return event.open
  return kind === 'OrderAccepted' || kind === 'OrderCanceled' ? event.quantity : null
}

function optionalValues(event: EventCursor, enters: boolean): LakeValue[] {
  const { options, extras, echo } = event
  const values: FieldsByName = { ...echo, ...(enters && extras) }
  if (enters) {
    values.postOnly = isPostOnly(options)
    values.selfTradePrevention = selfTradePreventionOf(options)
  }
  return OPTIONAL_FIELDS.map(({ name }) => (values[name] ?? null) as LakeValue)
}
