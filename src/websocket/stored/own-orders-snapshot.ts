/**
 * The snapshot of an account's open orders where a message must fit one frame: the newest orders, as many as fit. An
 * order that is PENDING has no event yet, so it is left out: its first event shows it.
 */

import type { OrderReader } from '../../ports/order-reader.ts'
import type { Instrument } from '../../protocol/instrument/instrument.ts'
import { SOCKET_FRAME_BYTES_MAX, SOCKET_ORDER_PAGE_ROWS, SOCKET_ORDER_PAGES_MAX } from '../../protocol/limits.ts'
import type { OrderRecord } from '../../protocol/records.ts'
import { ordersSnapshot } from '../messages/order-messages.ts'

/** Throws OperationalFailure. */
export async function ownOrdersSnapshot(
  reader: Pick<OrderReader, 'list'>,
  instruments: ReadonlyMap<string, Instrument>,
  account: string,
): Promise<string> {
  const { orders, isAll } = await newestOpen(reader, account)
  for (let count = orders.length; ; ) {
    const text = ordersSnapshot(instruments, orders.slice(0, count), isAll && count === orders.length)
    const bytes = Buffer.byteLength(text)
    if (bytes <= SOCKET_FRAME_BYTES_MAX) return text
    count = Math.min(count - 1, Math.floor((count * SOCKET_FRAME_BYTES_MAX) / bytes))
  }
}

async function newestOpen(
  reader: Pick<OrderReader, 'list'>,
  account: string,
): Promise<{ orders: OrderRecord[]; isAll: boolean }> {
  const orders: OrderRecord[] = []
  let cursor: string | undefined
  for (let pages = 0; pages < SOCKET_ORDER_PAGES_MAX && orders.length < SOCKET_ORDER_PAGE_ROWS; pages++) {
    const more = cursor !== undefined && { cursor }
    const page = await reader.list(account, { status: 'OPEN', limit: SOCKET_ORDER_PAGE_ROWS, ...more })
    orders.push(...page.rows.filter(({ status }) => status !== 'PENDING'))
    if (page.next === undefined) return { orders, isAll: true }
    cursor = page.next
  }
  return { orders, isAll: false }
}
