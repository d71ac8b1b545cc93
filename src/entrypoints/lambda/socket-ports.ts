/** The ports of the functions that handle frames and ends of connections. */

import { DEMO_CALLER } from '../../entry/caller.ts'
import { isOpen } from '../../protocol/records.ts'
import type { StoredSocketPorts } from '../../websocket/stored/stored-ports.ts'
import { dynamo, entryPorts, followed, logFailure, orders } from './order-entry.ts'
import { authMode, connectionsIn, postsOf } from './socket-connections.ts'

export function socketPorts(own: Pick<StoredSocketPorts, 'callerOf' | 'joins'>): StoredSocketPorts {
  return {
    ...entryPorts,
    ...own,
    connections: connectionsIn(dynamo),
    posts: postsOf(dynamo),
    ...(authMode === 'none' && { demoCaller: DEMO_CALLER }),
    openAmong: async (account, orderIds) => {
      const found = await orders.latest(account, orderIds, true)
      const open = [...found.values()].filter(({ status }) => isOpen(status))
      return new Map(open.map(({ orderId, symbol }) => [orderId, symbol]))
    },
    refresh: () => followed.refresh(),
    failed: logFailure,
  }
}
