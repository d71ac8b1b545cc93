/** The WebSocket of `bidding-exchange start`: its sessions on the port of the HTTP server. Wiring only. */

import type { Dialect } from '../../http/dialect.ts'
import { HttpCall } from '../../http/http-call.ts'
import { RequestIds } from '../../http/request-ids.ts'
import { type SocketOptions, SocketServer } from '../../http/socket/socket-server.ts'
import type { Rejection } from '../../protocol/rejection.ts'
import type { SocketPorts } from '../../websocket/session/session-ports.ts'
import { SocketSessions } from '../../websocket/socket-sessions.ts'

export interface SocketService {
  readonly server: SocketServer
  /** The API keys have been replaced. */
  keysReplaced(): void
}

export interface SocketServiceOptions extends Omit<SocketOptions, 'retryAfterMs'> {
  /** Checks that HTTP requests have, too. */
  readonly admit: (request: Request, remoteAddress: string | undefined) => Rejection | undefined
  /** Writes rejections before the upgrade. */
  readonly dialect: Pick<Dialect, 'render'>
}

/** When a client may come back after a stop: a new start takes about as long. */
const RETRY_AFTER_MS = 1_000

export function socketService(ports: SocketPorts, { admit, dialect, ...options }: SocketServiceOptions): SocketService {
  const sessions = new SocketSessions(ports)
  const ids = new RequestIds()
  const server = new SocketServer(
    {
      admit,
      open: (connection, { claim }) => sessions.start(connection, { claim }),
      render: (rejection, request) => dialect.render(rejection, new HttpCall(request, ids)),
    },
    { ...options, retryAfterMs: RETRY_AFTER_MS },
  )
  return { server, keysReplaced: () => sessions.keysReplaced() }
}
