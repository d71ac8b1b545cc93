/**
 * Posts the open orders of an account to a connection that has begun to follow them. An order's row is written before
 * its event is pushed. So if a push overtook the snapshot, the rows have changed since they were read: they are read
 * again, and a further snapshot follows, until nothing has changed meanwhile.
 */

import { SOCKET_ORDER_SNAPSHOTS_MAX } from '../../protocol/limits.ts'
import { endConnection } from './end-connection.ts'
import { ownOrdersSnapshot } from './own-orders-snapshot.ts'
import type { StoredSocketPorts } from './stored-ports.ts'

/** Throws OperationalFailure: the client may then lack its snapshot. */
export async function postOwnOrders(ports: StoredSocketPorts, connectionId: string, account: string): Promise<void> {
  const snapshot = () => ownOrdersSnapshot(ports.orderReader, ports.instruments, account)
  let text = await snapshot()
  for (let snapshots = 1; ; snapshots++) {
    if ((await ports.posts.post(connectionId, text)) === 'gone') return endConnection(ports, connectionId)
    // Orders that change all the time: the updates from here on are those of the stream.
    if (snapshots === SOCKET_ORDER_SNAPSHOTS_MAX) return
    const now = await snapshot()
    if (now === text) return
    text = now
  }
}
