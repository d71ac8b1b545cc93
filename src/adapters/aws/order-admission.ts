/**
 * Writes the first record of each new order of a call, on the condition that its id is new, and lists the orders of
 * the call in one row. An order that already has a record gets its receipt here. If it was never matched, all steps
 * are repeated, because the process that sent it may have stopped before it finished.
 *
 * A write that fails concerns its order only. After it no further order is attempted: those fail for the same reason.
 */

import { inParallel } from '../../ports/in-parallel.ts'
import type { Receipt } from '../../ports/order-entry.ts'
import { invariant } from '../../protocol/assert.ts'
import type { Command, PlaceOrder } from '../../protocol/command/commands.ts'
import { OperationalFailure } from '../../protocol/failure.ts'
import { orderNameOf } from '../../protocol/order/order-name.ts'
import { isSameOrder, pendingOrder } from '../../protocol/records.ts'
import { type DynamoOrders, listKeyOf } from './dynamodb-orders.ts'

/** A command of a call with its receipt, and with its line if it goes into the stream. */
export interface Entry {
  readonly command: Command
  receipt: Receipt
  line?: 'first' | 'again'
}

type Placing = Entry & { readonly command: PlaceOrder }

const WRITES_IN_FLIGHT = 64

/** `random`: eight hexadecimal digits. Throws OperationalFailure if the orders cannot be listed. */
export async function admit(
  orders: DynamoOrders,
  entries: readonly Entry[],
  receivedAtMs: number,
  random: () => string,
): Promise<void> {
  const first = new Map<string, Placing>()
  const later: Placing[] = []
  for (const entry of entries) {
    if (!isPlacing(entry) || entry.line === undefined) continue
    const key = orderNameOf(entry.command.account, entry.command.orderId)
    if (first.has(key)) later.push(entry)
    else first.set(key, entry)
  }
  const placings = [...first.values()]
  if (placings.length === 0) return
  const { account } = placings[0].command
  invariant(
    placings.every(({ command }) => command.account === account),
    'a call is of one account',
  )
  const listKey = listKeyOf(receivedAtMs, random())
  const named = orders.name(
    account,
    listKey,
    placings.map(({ command }) => command.orderId),
  )
  let failure: OperationalFailure | undefined
  const entered = inParallel(placings, WRITES_IN_FLIGHT, async (entry) => {
    if (failure !== undefined) return fail(entry, failure)
    try {
      await enter(orders, entry, receivedAtMs, listKey)
    } catch (cause) {
      if (!(cause instanceof OperationalFailure)) throw cause
      failure = cause
      fail(entry, cause)
    }
  })
  for (const each of await Promise.allSettled([named, entered])) if (each.status === 'rejected') throw each.reason
  for (const entry of later) await repeat(orders, entry, first)
}

/** The command may not be in the stream, so it has failed, whatever its receipt was. */
export function fail(entry: Entry, { code, message, retryable, retryAfterMs }: OperationalFailure): void {
  delete entry.line
  entry.receipt = { kind: 'failed', code, message, retryable, ...(retryAfterMs !== undefined && { retryAfterMs }) }
}

async function enter(orders: DynamoOrders, entry: Placing, receivedAtMs: number, listKey: string): Promise<void> {
  const { command } = entry
  const present = await orders.enter(pendingOrder(command, receivedAtMs), listKey)
  if (present === undefined) return
  delete entry.line
  if (!isSameOrder(present.record, command)) {
    entry.receipt = { kind: 'conflict' }
    return
  }
  entry.receipt = { kind: 'repeated', order: present.record }
  if (present.record.lastEvent > 0) return
  entry.line = 'again'
  if (present.listKey !== '') await orders.name(command.account, present.listKey, [command.orderId])
}

/** The second order of an id in one call. If the first has failed, this one has as well. */
async function repeat(orders: DynamoOrders, entry: Placing, first: ReadonlyMap<string, Placing>): Promise<void> {
  delete entry.line
  const { account, orderId } = entry.command
  const receipt = first.get(orderNameOf(account, orderId))?.receipt
  if (receipt?.kind === 'failed') {
    entry.receipt = receipt
    return
  }
  const present = await orders.get(account, orderId)
  entry.receipt =
    present !== undefined && isSameOrder(present, entry.command)
      ? { kind: 'repeated', order: present }
      : { kind: 'conflict' }
}

const isPlacing = (entry: Entry): entry is Placing => entry.command.kind === 'PlaceOrder'
