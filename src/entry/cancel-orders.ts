/** Cancels given orders of an account for the exchange itself, for example because their connection has ended. */

import type { CancelOrder } from '../protocol/command/commands.ts'
import { OperationalFailure } from '../protocol/failure.ts'
import { BATCH_ORDERS_MAX, CANCEL_ATTEMPTS_MAX, FAILURE_RETRY_AFTER_MS, PAGE_ROWS_MAX } from '../protocol/limits.ts'
import type { EntryPorts } from './entry-ports.ts'

/** The request id in the events of these cancels. */
export const DISCONNECT_REQUEST_ID = 'cancel-on-disconnect'

/** The open orders of an account, PENDING ones included, with their symbols. */
export async function openOrderIds({ orderReader }: EntryPorts, account: string): Promise<Map<string, string>> {
  const open = new Map<string, string>()
  let cursor: string | undefined
  do {
    const page = await orderReader.list(account, {
      status: 'OPEN',
      limit: PAGE_ROWS_MAX,
      ...(cursor !== undefined && { cursor }),
    })
    for (const { orderId, symbol } of page.rows) open.set(orderId, symbol)
    cursor = page.next
  } while (cursor !== undefined)
  return open
}

/**
 * Cancels those of `orderIds` that are open. `openOrders` reads at least those of them. `uncertain`: further orders by their symbols, which may enter the order
 * stream later than the list is read, so they are canceled unseen. No rate limit counts. Throws OperationalFailure after
 * several attempts.
 */
export async function cancelOrdersOf(
  ports: EntryPorts,
  account: string,
  orderIds: ReadonlySet<string>,
  uncertain: ReadonlyMap<string, string>,
  openOrders: () => Promise<ReadonlyMap<string, string>>,
): Promise<void> {
  const open = await attempt(openOrders)
  const mine = [...open].filter(([orderId]) => orderIds.has(orderId) && !uncertain.has(orderId))
  const commands = [...mine, ...uncertain].map(
    ([orderId, symbol]): CancelOrder => ({
      kind: 'CancelOrder',
      symbol,
      account,
      orderId,
      requestId: DISCONNECT_REQUEST_ID,
    }),
  )
  for (let from = 0; from < commands.length; from += BATCH_ORDERS_MAX) {
    await attempt(() => submitAll(ports, commands.slice(from, from + BATCH_ORDERS_MAX)))
  }
}

/** A command that fails beside others is a failure of all: to cancel an order twice does no harm. */
async function submitAll({ orderEntry }: EntryPorts, commands: readonly CancelOrder[]): Promise<void> {
  for (const receipt of await orderEntry.submit(commands)) {
    if (receipt.kind !== 'failed') continue
    const { code, message, retryable } = receipt
    throw new OperationalFailure(code, message, { retryable })
  }
}

async function attempt<T>(call: () => Promise<T>): Promise<T> {
  for (let attempts = 1; ; attempts++) {
    try {
      return await call()
    } catch (cause) {
      if (!(cause instanceof OperationalFailure) || attempts === CANCEL_ATTEMPTS_MAX) throw cause
      const { retryAfterMs = FAILURE_RETRY_AFTER_MS } = cause
      await new Promise((resolve) => setTimeout(resolve, retryAfterMs))
    }
  }
}
