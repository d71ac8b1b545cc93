/**
 * Posts the open orders of an account to a connection that has begun to follow them. An order's row is written before
 * its event is pushed. So if a push overtook the snapshot, the rows have changed since they were read: they are read
 * again, and a further snapshot follows, until nothing has changed meanwhile.
 */

import {
  SOCKET_FRAME_BYTES_MAX,
  SOCKET_ORDER_PAGE_ROWS,
  SOCKET_ORDER_PAGES_MAX,
  SOCKET_ORDER_SNAPSHOTS_MAX,
} from '../../protocol/limits.ts'
import type { OrderRecord } from '../../protocol/records.ts'
import { ordersSnapshot } from '../messages/order-messages.ts'
import { endConnection } from './end-connection.ts'
import type { StoredSocketPorts } from './stored-ports.ts'

/** Throws OperationalFailure: the client may then lack its snapshot. */
export async function postOwnOrders(ports: StoredSocketPorts, connectionId: string, account: string): Promise<void> {
  let text = await snapshotOf(ports, account)
  for (let snapshots = 1; ; snapshots++) {
    if ((await ports.posts.post(connectionId, text)) === 'gone') return endConnection(ports, connectionId)
    // Orders that change all the time: the updates from here on are those of the stream.
    if (snapshots === SOCKET_ORDER_SNAPSHOTS_MAX) return
    const now = await snapshotOf(ports, account)
    if (now === text) return
    text = now
  }
}

/** The newest open orders, as many as fit. */
async function snapshotOf(ports: StoredSocketPorts, account: string): Promise<string> {
  const { orders, isAll } = await newestOpen(ports, account)
  for (let count = orders.length; ; ) {
    const text = ordersSnapshot(ports.instruments, orders.slice(0, count), isAll && count === orders.length)
    const bytes = Buffer.byteLength(text)
    if (bytes <= SOCKET_FRAME_BYTES_MAX) return text
    count = Math.min(count - 1, Math.floor((count * SOCKET_FRAME_BYTES_MAX) / bytes))
  }
}

/** An order that is PENDING has no event yet: it is shown by its first one. */
async function newestOpen(
  { orderReader }: StoredSocketPorts,
  account: string,
): Promise<{ orders: OrderRecord[]; isAll: boolean }> {
  const orders: OrderRecord[] = []
  let cursor: string | undefined
  for (let pages = 0; pages < SOCKET_ORDER_PAGES_MAX && orders.length <= SOCKET_ORDER_PAGE_ROWS; pages++) {
    const more = cursor !== undefined && { cursor }
    const page = await orderReader.list(account, { status: 'OPEN', limit: SOCKET_ORDER_PAGE_ROWS, ...more })
    orders.push(...page.rows.filter(({ status }) => status !== 'PENDING'))
    if (page.next === undefined) return { orders, isAll: true }
    cursor = page.next
  }
  return { orders, isAll: false }
}
