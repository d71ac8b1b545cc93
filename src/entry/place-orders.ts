/**
 * Submits orders to the order stream and returns the result of each. An order is durable, matched, rejected, or
 * was sent before, in which case its first result is returned. The new orders of a batch are one submission. The
 * rejected orders of a batch never enter the stream.
 */

import type { Receipt } from '../ports/order-entry.ts'
import { invariant } from '../protocol/assert.ts'
import type { PlaceOrder } from '../protocol/command/commands.ts'
import { OperationalFailure } from '../protocol/failure.ts'
import { BATCH_ORDERS_MAX } from '../protocol/limits.ts'
import type { OrderRecord, OrderStatus } from '../protocol/records.ts'
import { Rejection } from '../protocol/rejection.ts'
import type { Caller } from './caller.ts'
import type { EntryCode, EntryRejection } from './entry-codes.ts'
import { type EntryPorts, type SubmitOptions, waitLeftMs } from './entry-ports.ts'
import { failureOf, withOrders } from './failed-receipt.ts'
import { MatcherRejection } from './matcher-rejection.ts'
import type { OrderFields } from './order-fields.ts'
import { type OrderContext, placeOrderCommand } from './place-order-command.ts'
import { refusalOf } from './submit-commands.ts'

/** An order that is durable. */
export interface PlacedOrder {
  readonly orderId: string
  readonly symbol: string
  /** The order was sent before: this is its first result. */
  readonly replayed: boolean
  readonly receivedAtMs: number
  /** PENDING if the order may not be matched yet. */
  readonly status: OrderStatus
  /** Present if the request waited and the outcome came in time. */
  readonly order: OrderRecord | undefined
}

/**
 * Places one order. Rejections: those of its fields and rules, order_id_conflict, duplicate_order_id. Throws
 * OperationalFailure with the id of the order, which the caller may not know.
 */
export async function placeOrder(
  ports: EntryPorts,
  caller: Caller,
  fields: OrderFields,
  options: SubmitOptions,
): Promise<PlacedOrder | EntryRejection> {
  const asked = placeOrderCommand(fields, contextOf(ports, caller, options))
  const command = asked instanceof Rejection ? await unlessRepeated(ports, caller, fields, asked, options) : asked
  if (command instanceof Rejection) return command
  const { orderId } = command
  let receipt: Receipt
  try {
    ;[receipt] = await submit(ports, [command], waitLeftMs(options))
  } catch (cause) {
    throw withOrders(cause, { orderId })
  }
  const placed = placedOrder(command, receipt, options.waitMs > 0)
  if (placed instanceof OperationalFailure) throw placed
  return placed
}

/**
 * Places the new orders of a batch in one submission and returns a result for each, in the same order.
 * `fieldsOf` reads an order of the dialect or rejects it. A rejected order does not stop the others.
 * Rejections: batch_empty, batch_too_long. Throws OperationalFailure with the ids of the orders if none was accepted.
 */
export async function placeOrders<T, R extends Rejection>(
  ports: EntryPorts,
  caller: Caller,
  batch: readonly T[],
  fieldsOf: (order: T) => OrderFields | R,
  options: SubmitOptions,
): Promise<(PlacedOrder | OperationalFailure | EntryRejection | R)[] | EntryRejection> {
  if (batch.length === 0) return new Rejection('batch_empty', 'Send at least one order.', 'orders')
  if (batch.length > BATCH_ORDERS_MAX) {
    return new Rejection('batch_too_long', `Send at most ${BATCH_ORDERS_MAX} orders.`, 'orders')
  }
  ports.limits.orders.charge(caller.account, batch.length - 1)
  const context = contextOf(ports, caller, options)
  const read = batch.map((order) => fieldsOf(order))
  const orders = read.map((fields) => (fields instanceof Rejection ? fields : placeOrderCommand(fields, context)))
  const commands = orders.filter((order): order is PlaceOrder => !(order instanceof Rejection))
  let receipts: Receipt[]
  try {
    // Before the first await, so that calls of one connection enter the stream in sequence.
    receipts = commands.length === 0 ? [] : await submit(ports, commands, waitLeftMs(options))
  } catch (cause) {
    const orderIds = orders.map((order) => (order instanceof Rejection ? null : order.orderId))
    throw withOrders(cause, { orderIds })
  }
  let next = 0
  const results: (PlacedOrder | OperationalFailure | EntryRejection | R)[] = []
  for (const [i, order] of orders.entries()) {
    const fields = read[i]
    if (!(order instanceof Rejection)) results.push(placedOrder(order, receipts[next++], options.waitMs > 0))
    else if (fields instanceof Rejection) results.push(fields)
    else results.push(await firstResult(ports, caller, fields, order as EntryRejection, options))
  }
  return results
}

/**
 * Places orders of several requests in one submission. Returns the result of each, in the same order. If none was
 * accepted, each has the failure with its own id. Asserts commands of {@link placeOrderCommand}, at least one.
 */
export async function placeTogether(
  ports: Pick<EntryPorts, 'orderEntry'>,
  commands: readonly PlaceOrder[],
): Promise<(PlacedOrder | OperationalFailure | EntryRejection)[]> {
  let receipts: Receipt[]
  try {
    receipts = await submit(ports, commands, 0)
  } catch (cause) {
    if (!(cause instanceof OperationalFailure)) throw cause
    return commands.map(({ orderId }) => withOrders(cause, { orderId }))
  }
  return commands.map((command, i) => placedOrder(command, receipts[i], false))
}

/** Of a rejected order of a batch: its first result, if it was sent before, or the rejection. */
async function firstResult(
  ports: EntryPorts,
  caller: Caller,
  fields: OrderFields,
  rejection: EntryRejection,
  options: SubmitOptions,
): Promise<PlacedOrder | OperationalFailure | EntryRejection> {
  try {
    const command = await unlessRepeated(ports, caller, fields, rejection, options)
    if (command instanceof Rejection) return command
    const [receipt] = await submit(ports, [command], waitLeftMs(options))
    return placedOrder(command, receipt, options.waitMs > 0)
  } catch (cause) {
    // The other orders of the batch are durable.
    if (cause instanceof OperationalFailure) return cause
    throw cause
  }
}

/** Not async, because every order uses it: an additional promise costs as much as the checks of the fields. */
const submit = (
  { orderEntry }: Pick<EntryPorts, 'orderEntry'>,
  commands: readonly PlaceOrder[],
  waitMs: number,
): Promise<Receipt[]> => (waitMs > 0 ? orderEntry.submit(commands, waitMs) : orderEntry.submit(commands))

function placedOrder(
  { orderId, symbol }: PlaceOrder,
  receipt: Receipt | undefined,
  waited: boolean,
): PlacedOrder | OperationalFailure | EntryRejection {
  invariant(receipt !== undefined, 'a receipt for each command')
  switch (receipt.kind) {
    case 'refused':
      return refusalOf(receipt)
    case 'conflict':
      return new Rejection('order_id_conflict', 'This order id was used for another order.', 'orderId')
    case 'repeated': {
      const { order } = receipt
      const { receivedAtMs, status } = order
      const told = waited && status !== 'PENDING' ? order : undefined
      return { orderId, symbol, replayed: true, receivedAtMs, status, order: told }
    }
    case 'accepted': {
      const { receivedAtMs, outcome } = receipt
      if (outcome?.rejection !== undefined && outcome.order === undefined) {
        return new MatcherRejection(outcome.rejection)
      }
      const order = outcome?.order
      return { orderId, symbol, replayed: false, receivedAtMs, status: order?.status ?? 'PENDING', order }
    }
    case 'failed':
      return failureOf(receipt, { orderId })
  }
}

/** The rules that may change between two requests: they depend on the time and on the bounds of the instrument. */
const TEMPORARY: readonly string[] = [
  'quantity_below_minimum',
  'quantity_above_maximum',
  'expires_at_not_in_future',
] satisfies EntryCode[]

/** If the order was sent before, skips the rules in TEMPORARY, so that the caller gets its first result. */
async function unlessRepeated(
  ports: EntryPorts,
  caller: Caller,
  fields: OrderFields,
  rejection: EntryRejection,
  options: SubmitOptions,
): Promise<PlaceOrder | EntryRejection> {
  if (!TEMPORARY.includes(rejection.code) || fields.orderId === undefined) return rejection
  if ((await ports.orderReader.get(caller.account, fields.orderId)) === undefined) return rejection
  return placeOrderCommand(fields, { ...contextOf(ports, caller, options), repeated: true })
}

/** What the fields of an order are checked against now. */
export function contextOf(ports: EntryPorts, caller: Caller, { requestId }: SubmitOptions): OrderContext {
  const { instruments, newOrderId } = ports
  return { instruments, account: caller.account, nowMs: ports.nowMs(), newOrderId, requestId }
}
