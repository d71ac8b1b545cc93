/**
 * Ends stored connections. Their orders are canceled first, if they asked for it, and the rows are removed last. So an
 * end that fails, or a process that ends between, leaves a connection that is still listed, and the next sweep
 * finishes it.
 */

import { cancelOrdersOf } from '../../entry/cancel-orders.ts'
import type { Connections } from '../../ports/connections.ts'
import { inParallel } from '../../ports/in-parallel.ts'
import type { Topic } from '../../ports/market-feed.ts'
import { SOCKET_SWEEPS_IN_FLIGHT_MAX } from '../../protocol/limits.ts'
import type { StoredSocketPorts } from './stored-ports.ts'

type EndPorts = Omit<StoredSocketPorts, 'posts' | 'joins' | 'callerOf'>
type SweepPorts = EndPorts & { readonly posts: Pick<StoredSocketPorts['posts'], 'isOpen'> }

/** May be called several times, also at the same time: an order is canceled once. Throws OperationalFailure. */
export async function endConnection(ports: EndPorts, connectionId: string): Promise<void> {
  const { connections } = ports
  const connection = await connections.beginEnd(connectionId)
  if (connection?.cancelOnDisconnect === true && connection.holder !== undefined) {
    const { account } = connection.holder
    const orders = await connections.rememberedOrders(connectionId)
    const uncertain = orders.flatMap(({ orderId, uncertainIn }) =>
      uncertainIn === undefined ? [] : [[orderId, uncertainIn] as const],
    )
    const ids = new Set(orders.map(({ orderId }) => orderId))
    const open = () => ports.openAmong(account, [...ids])
    if (ids.size > 0) await cancelOrdersOf(ports, account, ids, new Map(uncertain), open)
  }
  await connections.end(connectionId)
}

/**
 * For those who find a connection gone and have no access to orders: its rows are removed, or, if its orders are to be
 * canceled, nothing is sent to it any more and the next sweep ends it. `seen`: topics under which it was found.
 */
export async function leaveConnection(
  connections: Pick<Connections, 'beginEnd' | 'end' | 'unfollow'>,
  connectionId: string,
  seen: readonly Topic[],
): Promise<void> {
  const connection = await connections.beginEnd(connectionId)
  if (connection?.cancelOnDisconnect === true) await connections.unfollow(connectionId, [...connection.topics, ...seen])
  else await connections.end(connectionId, seen)
}

/**
 * Ends the connections whose end was not reported, of those whose orders are to be canceled. One that fails does not
 * stop the others. Returns how many have ended.
 */
export async function sweepConnections(ports: SweepPorts): Promise<number> {
  let ended = 0
  await inParallel(await ports.connections.canceling(), SOCKET_SWEEPS_IN_FLIGHT_MAX, async (connectionId) => {
    try {
      if (!(await hasEnded(ports, connectionId))) return
      await endConnection(ports, connectionId)
      ended++
    } catch (failure) {
      ports.failed(failure)
    }
  })
  return ended
}

async function hasEnded({ connections, posts }: SweepPorts, connectionId: string): Promise<boolean> {
  const connection = await connections.read(connectionId)
  return connection === undefined || connection.ending || !(await posts.isOpen(connectionId))
}
