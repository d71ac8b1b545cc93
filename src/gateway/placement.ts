/**
 * Hands orders to the order stream and tells what became of each: durable (202), matched (200), sent
 * before (the first result again), or refused. A batch is one submission; refused orders of it never
 * enter the stream.
 */

import type { Receipt } from '../ports/order-entry.ts'
import { invariant } from '../protocol/assert.ts'
import type { PlaceOrder } from '../protocol/commands.ts'
import type { OrderRecord } from '../protocol/records.ts'
import { readOrder } from './order-lookup.ts'
import { placeOrderOf } from './place-order.ts'
import { Problem } from './problems.ts'
import type { Answer, Call } from './route.ts'
import { formatTimestamp } from './timestamps.ts'
import { preferenceApplied, waitSeconds } from './wait-preference.ts'

/** An order of a request: as it was asked, and the command or problem it makes. */
export interface Placement {
  readonly asked: unknown
  readonly order: PlaceOrder | Problem
}

/** Places the one order of a request. */
export async function placeOne(call: Call, asked: unknown, order: PlaceOrder | Problem): Promise<Answer | Problem> {
  const command = order instanceof Problem ? await unlessRepeated(call, { asked, order }) : order
  if (command instanceof Problem) return command
  const seconds = waitSeconds(call.request.headers)
  const [receipt] = await submit(call, [command], seconds)
  const outcome = outcomeOf(receipt, seconds > 0)
  if (outcome instanceof Problem) return outcome
  const headers: Record<string, string> = { Location: `/orders/${command.orderId}` }
  if (outcome.replayed) headers['Idempotent-Replayed'] = 'true'
  if (seconds > 0) headers['Preference-Applied'] = preferenceApplied(seconds)
  if (outcome.order !== undefined) return { status: 200, body: await readOrder(call.ports, outcome.order), headers }
  const { orderId, symbol } = command
  const body = { orderId, symbol, status: 'PENDING', receivedAt: formatTimestamp(outcome.receivedAtMs) }
  return { status: 202, body, headers }
}

/** Places the orders of a batch in one submission. */
export async function placeAll(call: Call, placements: readonly Placement[]): Promise<Answer> {
  const orders: (PlaceOrder | Problem)[] = []
  for (const placement of placements) {
    const { order } = placement
    orders.push(order instanceof Problem ? await unlessRepeated(call, placement) : order)
  }
  const commands = orders.filter((order): order is PlaceOrder => !(order instanceof Problem))
  const seconds = waitSeconds(call.request.headers)
  const receipts = commands.length === 0 ? [] : await submit(call, commands, seconds)
  const results: unknown[] = []
  let next = 0
  for (const order of orders) {
    const outcome = order instanceof Problem ? order : outcomeOf(receipts[next++], seconds > 0)
    results.push(outcome instanceof Problem ? outcome.body() : await batchResult(call, order as PlaceOrder, outcome))
  }
  const headers = seconds > 0 ? { 'Preference-Applied': preferenceApplied(seconds) } : undefined
  return { status: 200, body: { results }, ...(headers !== undefined && { headers }) }
}

async function batchResult(call: Call, { orderId, symbol }: PlaceOrder, outcome: Placed) {
  const replayed = outcome.replayed ? { replayed: true } : undefined
  if (outcome.order !== undefined) {
    return { status: 200, order: await readOrder(call.ports, outcome.order), ...replayed }
  }
  return { status: 202, orderId, symbol, receivedAt: formatTimestamp(outcome.receivedAtMs), ...replayed }
}

async function submit({ ports }: Call, commands: readonly PlaceOrder[], seconds: number): Promise<Receipt[]> {
  const receipts = await (seconds > 0
    ? ports.orderEntry.submit(commands, seconds * 1000)
    : ports.orderEntry.submit(commands))
  invariant(receipts.length === commands.length, 'a receipt for each command')
  return receipts
}

interface Placed {
  readonly replayed: boolean
  readonly receivedAtMs: number
  /** Present when it was waited for and came in time. */
  readonly order?: OrderRecord
}

function outcomeOf(receipt: Receipt, waited: boolean): Placed | Problem {
  switch (receipt.kind) {
    case 'conflict':
      return new Problem('order_id_conflict', 'This order id was used for another order.', 'orderId')
    case 'repeated': {
      const { order } = receipt
      const placed = { replayed: true, receivedAtMs: order.receivedAtMs }
      return waited && order.status !== 'PENDING' ? { ...placed, order } : placed
    }
    case 'accepted': {
      const { receivedAtMs, outcome } = receipt
      if (outcome?.rejection !== undefined && outcome.order === undefined) {
        return new Problem(outcome.rejection, 'The matcher refused the order.')
      }
      return { replayed: false, receivedAtMs, ...(outcome?.order !== undefined && { order: outcome.order }) }
    }
  }
}

/**
 * An order sent again after its expiry time is still the same order, and owed its first result: of
 * all rules only this one depends on when it is asked.
 */
async function unlessRepeated(call: Call, { asked, order }: Placement): Promise<PlaceOrder | Problem> {
  if (!(order instanceof Problem) || order.code !== 'expires_at_not_in_future') return order
  const { orderId } = asked as { orderId?: string }
  if (orderId === undefined) return order
  const { ports, caller, clientRequestId: requestId } = call
  if ((await ports.orderReader.get(caller.account, orderId)) === undefined) return order
  const { instruments, newOrderId } = ports
  return placeOrderOf(asked, { instruments, account: caller.account, nowMs: 0, newOrderId, requestId })
}
