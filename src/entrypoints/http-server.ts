/** Serves a fetch handler on a port. Open requests are answered before the server closes. */

import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createAdaptorServer } from '@hono/node-server'

export interface HttpServer {
  readonly url: string
  /** Accepts no new connections, waits at most `drainMs` for open requests, then closes all connections. */
  close(drainMs: number): Promise<void>
}

export async function serveHttp(
  fetch: (request: Request) => Response | Promise<Response>,
  host: string,
  port: number,
): Promise<HttpServer> {
  const server = createAdaptorServer({ fetch }) as Server
  // A client that sends its head or body very slowly must not keep a connection open.
  server.headersTimeout = 10_000
  server.requestTimeout = 30_000
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, resolve)
  })
  // A busy client would keep its connection open, so the next response closes it.
  let closing = false
  server.prependListener('request', (_, response) => {
    if (closing) response.setHeader('Connection', 'close')
  })
  const { address, family, port: bound } = server.address() as AddressInfo
  return {
    url: `http://${family === 'IPv6' ? `[${address}]` : address}:${bound}`,
    close: (drainMs) =>
      new Promise((resolve) => {
        closing = true
        const force = setTimeout(() => server.closeAllConnections(), drainMs)
        server.close(() => {
          clearTimeout(force)
          resolve()
        })
        server.closeIdleConnections()
      }),
  }
}
