/**
 * Serves a fetch handler on a port, with limits for each connection and for all of them. Open requests are answered
 * before the server closes.
 */

import { createServer } from 'node:http'
import { type AddressInfo, createServer as createTcpServer } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import type { NodeFetch, NodeRequest } from '../../http/address-limit.ts'
import { readInTurns } from '../../http/body-turns.ts'
import { NewConnections } from '../../http/new-connections.ts'
import { inTurns } from '../../http/request-turns.ts'
import { upgradingOnlyAt } from '../../http/socket/socket-request.ts'
import type { SocketServer } from '../../http/socket/socket-server.ts'
import { countedRequest } from '../../http/unfinished-bodies.ts'
import { UnreadAnswers } from '../../http/unread-answers.ts'
import {
  BATCH_BODY_BYTES_MAX,
  BODY_READS_PER_TURN,
  NEW_CONNECTIONS_PER_TURN,
  ORDER_BODY_BYTES_MAX,
  PIPELINED_BYTES_MAX,
  PIPELINED_PER_TURN,
  PIPELINED_REQUESTS_ALL_MAX,
  PIPELINED_REQUESTS_MAX,
  PIPELINED_REQUESTS_MAX_UNDER_LOAD,
  REQUEST_TIME_CHECK_MS,
  STARTED_PER_TURN,
  UNFINISHED_BODIES_BYTES_MAX,
  UNREAD_ANSWER_MS_MAX,
  UNREAD_BYTES_MAX,
} from '../../protocol/limits.ts'

export interface HttpServer {
  readonly url: string
  /** Accepts no new connections, waits at most `drainMs` for open requests, then closes all connections. */
  close(drainMs: number): Promise<void>
}

/** The path of the WebSocket. */
export const SOCKET_PATH = '/ws'

/** Why the server refused or closed a connection, or gave a body up. */
export type LimitReached = 'connections' | 'pipelined' | 'unread_too_long' | 'unread_too_much' | 'unfinished_bodies'

/** Rejects with the error of `listen` if the server could not listen on the port now. */
export async function probePort(host: string, port: number): Promise<void> {
  const server = createTcpServer()
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, resolve)
  })
  await new Promise((resolve) => server.close(resolve))
}

export async function serveHttp(
  fetch: NodeFetch,
  host: string,
  port: number,
  onLimit: (limit: LimitReached) => void = () => {},
  connectionsMax = Number.POSITIVE_INFINITY,
  sockets?: SocketServer,
): Promise<HttpServer> {
  let closing = false
  const listener = getRequestListener((request, node) => fetch(request, node as NodeRequest))
  const unread = new UnreadAnswers({ bytesMax: UNREAD_BYTES_MAX, msMax: UNREAD_ANSWER_MS_MAX, onClosed: onLimit })
  const counted = countedRequest({
    bytesMax: UNFINISHED_BODIES_BYTES_MAX,
    smallMax: ORDER_BODY_BYTES_MAX,
    keptMax: BATCH_BODY_BYTES_MAX,
    onGivenUp: () => onLimit('unfinished_bodies'),
  })
  const inTurn = readInTurns(counted, { perTurn: BODY_READS_PER_TURN, smallMax: ORDER_BODY_BYTES_MAX })
  const fresh = new NewConnections(NEW_CONNECTIONS_PER_TURN)
  const server = createServer(
    {
      IncomingMessage: upgradingOnlyAt(SOCKET_PATH, inTurn),
      // A client that sends its head or body very slowly must not keep a connection open.
      headersTimeout: 10_000,
      requestTimeout: 30_000,
      connectionsCheckingInterval: REQUEST_TIME_CHECK_MS,
    },
    inTurns(
      (request, response) => {
        // A busy client would keep its connection open, so the next response closes it.
        if (closing) response.setHeader('Connection', 'close')
        return listener(request, response)
      },
      {
        waitingMax: PIPELINED_REQUESTS_MAX,
        waitingBytesMax: PIPELINED_BYTES_MAX,
        waitingAllMax: PIPELINED_REQUESTS_ALL_MAX,
        waitingMaxUnderLoad: PIPELINED_REQUESTS_MAX_UNDER_LOAD,
        startedPerTurn: STARTED_PER_TURN,
        pipelinedPerTurn: PIPELINED_PER_TURN,
        onFirst: (socket) => fresh.sent(socket),
        unread,
        onFlood: () => onLimit('pipelined'),
      },
    ),
  )
  server.on('connection', (socket) => fresh.opened(socket))
  if (sockets !== undefined) server.on('upgrade', ({ socket }) => fresh.sent(socket))
  sockets?.attach(server)
  server.maxConnections = connectionsMax
  server.on('drop', () => onLimit('connections'))
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, resolve)
  })
  const { address, family, port: bound } = server.address() as AddressInfo
  return {
    url: `http://${family === 'IPv6' ? `[${address}]` : address}:${bound}`,
    close: (drainMs) =>
      new Promise((resolve) => {
        closing = true
        const force = setTimeout(() => server.closeAllConnections(), drainMs)
        // The server waits for the connections that were upgraded, too.
        const socketsEnded = sockets?.stop(drainMs)
        server.close(() => {
          clearTimeout(force)
          Promise.resolve(socketsEnded).then(resolve)
        })
        server.closeIdleConnections()
      }),
  }
}
