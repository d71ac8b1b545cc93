/** All sessions of one process: what concerns every client at once, and how much a client may send before it has an account. */

import type { SocketConnection, SocketReceiver } from '../http/socket/socket-ports.ts'
import { SOCKET_ANONYMOUS_MESSAGES_AT_ONCE_MAX, SOCKET_ANONYMOUS_MESSAGES_PER_SECOND_MAX } from '../protocol/limits.ts'
import { ConnectionRate } from './connection-rate.ts'
import { CLOSES } from './session/close-codes.ts'
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
    // Without keys every connection has an account from the start.
    let anonymousRate = this.ports.demoCaller === undefined ? newAnonymousRate() : undefined
    const claim = (account: string): boolean => {
      const claimed = options.claim(account)
      if (claimed) anonymousRate = undefined
      return claimed
    }
    const session = new SocketSession(this.ports, connection, { ...options, claim })
    this.open.add(session)
    return {
      receive: (text) => {
        if (anonymousRate === undefined || anonymousRate.admit(performance.now())) session.receive(text)
        else connection.close(CLOSES.too_many_messages, 'too_many_messages')
      },
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

const newAnonymousRate = (): ConnectionRate =>
  new ConnectionRate(SOCKET_ANONYMOUS_MESSAGES_PER_SECOND_MAX, performance.now(), SOCKET_ANONYMOUS_MESSAGES_AT_ONCE_MAX)
