/**
 * The request class of an HTTP server with a socket. Once a server has a listener for `upgrade`, Node passes it every
 * request that offers an upgrade, such as one of HTTP/2, and does not read its body. This class offers an upgrade only
 * where the socket is. Other requests are then answered as if they had offered nothing, as RFC 9110 allows.
 *
 * After an upgrade Node parses no further request of the connection. The class also uses that to stop the parser when
 * the connection was closed: one read of 64 KiB has up to 1,400 short requests, which cost 13 ms and their garbage.
 */

import type { IncomingMessage } from 'node:http'

/** `base` with the rule. `path` is the path of the socket. */
export function upgradingOnlyAt(path: string, base: typeof IncomingMessage): typeof IncomingMessage {
  class SocketRequest extends base {
    private offered: unknown = null
    /** Its connection was closed before its headers were parsed. */
    private late = false

    /** Node sets it after the headers, and reads it once to decide. */
    get upgrade(): unknown {
      if (this.late) return true
      return this.offered === true ? isUpgrade(path, this) || this.method === 'CONNECT' : this.offered
    }

    set upgrade(offered: unknown) {
      this.late ||= offered !== null && this.socket.destroyed
      this.offered = offered
    }
  }
  return SocketRequest
}

function isUpgrade(path: string, { method, url = '', headers }: IncomingMessage): boolean {
  return method === 'GET' && pathOf(url) === path && headers.upgrade?.toLowerCase() === 'websocket'
}

const pathOf = (url: string): string => {
  const mark = url.indexOf('?')
  return mark < 0 ? url : url.slice(0, mark)
}
