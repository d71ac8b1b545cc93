/**
 * Cancels and amends orders of the caller. The order is looked up first, so that a caller gets an immediate
 * rejection if it does not exist or is closed. The order may still close before the matcher applies the
 * command. Only a request that waits gets that outcome.
 */

import { invariant } from '../protocol/assert.ts'
import type { Command } from '../protocol/command/commands.ts'
import { isOpen, type OrderRecord } from '../protocol/records.ts'
import { Rejection } from '../protocol/rejection.ts'
import type { Caller } from './caller.ts'
import { type DecimalInput, priceOf, quantityOf } from './decimals.ts'
import type { EntryRejection } from './entry-codes.ts'
import { type EntryPorts, requestIdOf, type SubmitOptions } from './entry-ports.ts'
import { typeRejection } from './field-types.ts'
import { boundsRejection } from './quantity-bounds.ts'
import { submitCommands } from './submit-commands.ts'
import { unknownSymbol } from './unknown-symbol.ts'

/** A cancel or an amendment that is durable. */
export interface ChangedOrder {
  readonly orderId: string
  readonly symbol: string
  readonly receivedAtMs: number
  /** The order after the command; present if the request waited and the outcome came in time. */
  readonly order: OrderRecord | undefined
}

export interface CanceledOrders {
  /** undefined: in every symbol. */
  readonly symbol: string | undefined
  readonly receivedAtMs: number
  /** Number of canceled orders; present if the request waited and the outcome came in time. */
  readonly canceled: number | undefined
}

export interface AmendmentFields {
  readonly price?: DecimalInput | undefined
  /** The new total quantity, including the filled quantity. */
  readonly quantity?: DecimalInput | undefined
}

/** Rejections: wrong_type, order_not_found, order_not_open; the matcher's reason, if the request waited. */
export async function cancelOrder(
  ports: EntryPorts,
  caller: Caller,
  orderId: string,
  options: SubmitOptions,
): Promise<ChangedOrder | EntryRejection> {
  const order = await openOrder(ports, caller, orderId)
  if (order instanceof Rejection) return order
  return change(ports, order, { kind: 'CancelOrder', ...namesOf(order), ...requestIdOf(options) }, options)
}

/**
 * Rejections: wrong_type, nothing_to_change, order_not_found, order_not_open, those of quantity and price,
 * memory_full; the matcher's reason, if the request waited.
 */
export async function amendOrder(
  ports: EntryPorts,
  caller: Caller,
  orderId: string,
  fields: AmendmentFields,
  options: SubmitOptions,
): Promise<ChangedOrder | EntryRejection> {
  const wrong = typeRejection('ticks', fields.price, 'price') ?? typeRejection('lots', fields.quantity, 'quantity')
  if (wrong !== undefined) return wrong
  if (fields.price === undefined && fields.quantity === undefined) {
    return new Rejection('nothing_to_change', 'Send a price or a quantity.')
  }
  const order = await openOrder(ports, caller, orderId)
  if (order instanceof Rejection) return order
  const instrument = ports.instruments.get(order.symbol)
  invariant(instrument !== undefined, `${order.symbol} has orders but is no instrument`)
  const quantity = fields.quantity === undefined ? undefined : quantityOf(fields.quantity, instrument)
  if (quantity instanceof Rejection) return quantity
  const outside = quantity === undefined ? undefined : boundsRejection(quantity, instrument)
  if (outside !== undefined) return outside
  const price = fields.price === undefined ? undefined : priceOf(fields.price, instrument)
  if (price instanceof Rejection) return price
  const command: Command = {
    kind: 'AmendOrder',
    ...namesOf(order),
    ...requestIdOf(options),
    ...(price !== undefined && { price }),
    ...(quantity !== undefined && { quantity }),
  }
  return change(ports, order, command, options)
}

/**
 * Cancels all open orders of the account with one command, in one symbol or in all.
 * Rejections: wrong_type, unknown_symbol.
 */
export async function cancelAllOrders(
  ports: EntryPorts,
  { account }: Caller,
  symbol: string | undefined,
  options: SubmitOptions,
): Promise<CanceledOrders | EntryRejection> {
  const { instruments } = ports
  const wrong = typeRejection('text', symbol, 'symbol')
  if (wrong !== undefined) return wrong
  if (symbol !== undefined && !instruments.has(symbol)) return unknownSymbol(symbol, instruments)
  const command: Command = {
    kind: 'CancelAllOrders',
    ...(symbol !== undefined && { symbol }),
    account,
    ...requestIdOf(options),
  }
  const submitted = await submitCommands(ports, [command], options)
  if (submitted instanceof Rejection) return submitted
  const { receivedAtMs, outcomes } = submitted
  return { symbol, receivedAtMs, canceled: outcomes?.[0].canceled }
}

/** An open order of the caller. Rejections: wrong_type, order_not_found, order_not_open. */
async function openOrder(
  { orderReader }: EntryPorts,
  { account }: Caller,
  orderId: string,
): Promise<OrderRecord | EntryRejection> {
  const wrong = typeRejection('text', orderId, 'orderId')
  if (wrong !== undefined) return wrong
  const order = await orderReader.get(account, orderId)
  if (order === undefined) return new Rejection('order_not_found', 'The account has no such order.')
  return isOpen(order.status) ? order : new Rejection('order_not_open', `The order is ${order.status}.`)
}

async function change(
  ports: EntryPorts,
  { orderId, symbol }: OrderRecord,
  command: Command,
  options: SubmitOptions,
): Promise<ChangedOrder | EntryRejection> {
  const submitted = await submitCommands(ports, [command], options)
  if (submitted instanceof Rejection) return submitted
  return { orderId, symbol, receivedAtMs: submitted.receivedAtMs, order: submitted.outcomes?.[0].order }
}

const namesOf = ({ symbol, account, orderId }: OrderRecord) => ({ symbol, account, orderId })
