/** Answers a request for the path of the socket that is not a handshake. */

import { Rejection } from '../../protocol/rejection.ts'
import type { NodeFetch } from '../address-limit.ts'
import type { Dialect } from '../dialect.ts'
import { HttpCall } from '../http-call.ts'
import { RequestIds } from '../request-ids.ts'

/** `dialect` writes the rejection: upgrade_required. */
export function upgradeRequiredAt(path: string, fetch: NodeFetch, dialect: Pick<Dialect, 'render'>): NodeFetch {
  const ids = new RequestIds()
  return (request, node) => {
    if (request.method !== 'GET' || new URL(request.url).pathname !== path) return fetch(request, node)
    const detail = 'Open this path as a WebSocket.'
    const response = dialect.render(new Rejection('upgrade_required', detail), new HttpCall(request, ids))
    response.headers.set('Upgrade', 'websocket')
    return response
  }
}
