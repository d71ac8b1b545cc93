/**
 * Turns the fields of an order into a PlaceOrder command: for single orders, for batches, and for orders
 * replayed from a file, in every dialect. It applies all rules that need no book, in the precedence of
 * entry-codes.ts. It adds only the documented defaults.
 */

import { isRequestId } from '../protocol/command/command-fields.ts'
import type { PlaceOrder } from '../protocol/command/commands.ts'
import type { ListedInstrument } from '../protocol/instrument/instrument-directory.ts'
import { copyOptionalFields } from '../protocol/order/optional-fields.ts'
import { ORDER_TYPE_TERMS } from '../protocol/order/order-types.ts'
import { Rejection } from '../protocol/rejection.ts'
import { priceOf, quantityOf } from './decimals.ts'
import type { EntryRejection } from './entry-codes.ts'
import { unavailableField } from './field-availability.ts'
import { optionalValues } from './optional-values.ts'
import { fieldRejection, type KnownFields, type OrderFields } from './order-fields.ts'
import { combinationRejection } from './order-rules.ts'
import { boundsRejection } from './quantity-bounds.ts'
import { unknownSymbol } from './unknown-symbol.ts'

export interface OrderContext {
  readonly instruments: ReadonlyMap<string, ListedInstrument>
  readonly account: string
  readonly nowMs: number
  /** Called only for an order without an id. */
  newOrderId(): string
  readonly requestId?: string | undefined
  /** The order was sent before: rules that depend on the time of sending no longer apply. */
  readonly repeated?: true
}

/** The command for the fields of an order, or the rejection. */
export function placeOrderCommand(asked: OrderFields, context: OrderContext): PlaceOrder | EntryRejection {
  const faulty = fieldRejection(asked)
  if (faulty !== undefined) return faulty
  const fields = asked as KnownFields
  const { type = 'LIMIT' } = fields
  const { timeInForce = ORDER_TYPE_TERMS[type].timesInForce[0] } = fields
  const instrument = context.instruments.get(fields.symbol)
  if (instrument === undefined) return unknownSymbol(fields.symbol, context.instruments)
  const unavailable = unavailableField(fields, instrument)
  if (unavailable !== undefined) return unavailable
  const optional = optionalValues(fields, instrument)
  if (optional instanceof Rejection) return optional
  const forbidden = combinationRejection(fields, type, timeInForce)
  if (forbidden !== undefined) return forbidden
  const quantity = quantityOf(fields.quantity, instrument)
  if (quantity instanceof Rejection) return quantity
  const outside = context.repeated ? undefined : boundsRejection(quantity, instrument)
  if (outside !== undefined) return outside
  const price = fields.price === undefined ? undefined : priceOf(fields.price, instrument)
  if (price instanceof Rejection) return price
  if (!context.repeated && optional.expiresAtMs !== undefined && optional.expiresAtMs <= context.nowMs) {
    return new Rejection('expires_at_not_in_future', 'expiresAt has passed.', 'expiresAt')
  }
  const order: { -readonly [K in keyof PlaceOrder]: PlaceOrder[K] } = {
    kind: 'PlaceOrder',
    symbol: instrument.symbol,
    account: context.account,
    orderId: fields.orderId ?? context.newOrderId(),
    side: fields.side,
    type,
    timeInForce,
    quantity,
  }
  if (price !== undefined) order.price = price
  copyOptionalFields(optional, order)
  if (isRequestId(context.requestId)) order.requestId = context.requestId
  return order
}
