/** A fetch handler on a port, with an orderly end: open requests are answered before it closes. */

import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createAdaptorServer } from '@hono/node-server'

export interface HttpServer {
  readonly url: string
  /** Takes no new connection, lets open requests end for at most `drainMs`, then closes all. */
  close(drainMs: number): Promise<void>
}

export async function serveHttp(
  fetch: (request: Request) => Response | Promise<Response>,
  host: string,
  port: number,
): Promise<HttpServer> {
  const server = createAdaptorServer({ fetch }) as Server
  // A client that sends its head or body by the drop must not hold a connection for ever.
  server.headersTimeout = 10_000
  server.requestTimeout = 30_000
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, resolve)
  })
  // A busy client would keep its connection open until it is cut off: the next answer is its last.
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
