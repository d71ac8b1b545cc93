/** All sessions of one process: what concerns every client at once. */

import type { SocketConnection, SocketReceiver } from '../http/socket/socket-ports.ts'
import type { SocketPorts } from './session/session-ports.ts'
import { type SessionOptions, SocketSession } from './session/socket-session.ts'

export class SocketSessions {
  private readonly ports: SocketPorts
  private readonly open = new Set<SocketSession>()

  constructor(ports: SocketPorts) {
    this.ports = ports
  }

  /** The session of a new connection. */
  start(connection: SocketConnection, options: SessionOptions): SocketReceiver {
    const session = new SocketSession(this.ports, connection, options)
    this.open.add(session)
    return {
      receive: (text) => session.receive(text),
      stop: () => session.stop(),
      ended: () => {
        this.open.delete(session)
        return session.ended()
      },
    }
  }

  /** The keys have been replaced: connections whose key is gone are closed. */
  keysReplaced(): void {
    for (const session of this.open) session.checkKey()
  }
}
