/**
 * The WebSocket server on the port of an HTTP server. It checks a handshake before the upgrade and refuses it with an
 * HTTP answer. It knows every connection, asks all of them for a sign of life, limits the bytes that wait for slow
 * clients, and closes all connections when the exchange stops. What a message means is the business of the session.
 */

import type { IncomingMessage, Server } from 'node:http'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { type WebSocket, WebSocketServer } from 'ws'
import {
  SOCKET_CLOSE_MS,
  SOCKET_CLOSE_MS_AT_STOP,
  SOCKET_FRAGMENTS_MAX,
  SOCKET_MESSAGE_BYTES_MAX,
  SOCKET_PING_MS,
  SOCKETS_WAITING_BYTES_MAX,
} from '../../protocol/limits.ts'
import { Rejection } from '../../protocol/rejection.ts'
import { networkOf } from '../address-limit.ts'
import { CLOSE_CODES, ClientConnection } from './client-connection.ts'
import { ConnectionCounts } from './connection-counts.ts'
import { mayConnectFrom } from './origin-check.ts'
import { refuseHandshake, requestOf } from './refused-handshake.ts'
import { SocketCounts } from './socket-counts.ts'
import type { SocketConnection, SocketReceiver } from './socket-ports.ts'
import { WaitingClients } from './waiting-clients.ts'
import { WriteTurn } from './write-turn.ts'

export interface SocketHost {
  /** Further checks of a handshake, before those of the server. */
  admit(request: Request, remoteAddress: string | undefined): Rejection | undefined
  open(connection: SocketConnection, client: SocketClient): SocketReceiver
  /** Writes the answer to a handshake that is refused. */
  render(rejection: Rejection, request: Request): Response
}

export interface SocketClient {
  readonly address: string
  readonly request: Request
  /** Counts the connection for an account until it ends. false: the account has its maximum of connections. */
  claim(account: string): boolean
}

export interface SocketOptions {
  readonly allowedOrigins: ReadonlySet<string>
  readonly perAddressMax: number
  readonly perAccountMax: number
  /** When a client may come back after the exchange has stopped. */
  readonly retryAfterMs: number
}

const STOPPING = 'The exchange is stopping.'

/** Nothing is compressed: the bytes of a frame are the same for all clients, and no client costs a compressor. */
const WS_OPTIONS = {
  noServer: true,
  clientTracking: false,
  autoPong: false,
  perMessageDeflate: false,
  maxPayload: SOCKET_MESSAGE_BYTES_MAX,
  maxFragments: SOCKET_FRAGMENTS_MAX,
  closeTimeout: SOCKET_CLOSE_MS,
}

export class SocketServer {
  readonly counts = new SocketCounts()
  private readonly host: SocketHost
  private readonly options: SocketOptions
  private readonly wss = new WebSocketServer(WS_OPTIONS)
  private readonly open = new Map<ClientConnection, SocketReceiver>()
  /** What follows from connections that have ended. */
  private readonly ending = new Set<Promise<unknown>>()
  private readonly waiting = new WaitingClients(SOCKETS_WAITING_BYTES_MAX)
  private readonly turn = new WriteTurn(() => {
    this.counts.waitingBytes = this.waiting.check()
  })
  private readonly byAddress: ConnectionCounts
  private readonly byAccount: ConnectionCounts
  private readonly timer: NodeJS.Timeout
  private stopping = false

  constructor(host: SocketHost, options: SocketOptions) {
    this.host = host
    this.options = options
    this.byAddress = new ConnectionCounts(options.perAddressMax)
    this.byAccount = new ConnectionCounts(options.perAccountMax)
    this.timer = setInterval(() => this.checkAlive(), SOCKET_PING_MS).unref()
    this.wss.on('wsClientError', ({ message }, socket, request) => {
      this.refuse(socket, new Rejection('upgrade_required', `${message}.`), requestOf(request))
    })
  }

  attach(server: Server): void {
    server.on('upgrade', (request, socket, head) => this.upgrade(request, socket, head))
  }

  /**
   * Ends all connections: their requests in flight are answered, they are closed with 1001, and what follows from their
   * end is done, all within `withinMs`.
   */
  async stop(withinMs: number): Promise<void> {
    this.stopping = true
    clearInterval(this.timer)
    const endMs = performance.now() + withinMs
    const receivers = [...this.open.values()].map((receiver) => receiver.stop())
    await within(withinMs / 2, Promise.allSettled(receivers))
    const reason = JSON.stringify({ retryAfterMs: this.options.retryAfterMs })
    for (const connection of this.open.keys()) connection.close(CLOSE_CODES.stopping, reason)
    const allEnded = async () => {
      while (this.open.size > 0) await new Promise((resolve) => setTimeout(resolve, 10))
    }
    // Clients answer a close frame at once. Those that do not, have vanished.
    await within(Math.min(SOCKET_CLOSE_MS_AT_STOP, (endMs - performance.now()) / 2), allEnded())
    for (const connection of this.open.keys()) connection.terminate()
    await within(
      endMs - performance.now(),
      allEnded().then(() => Promise.allSettled(this.ending)),
    )
  }

  private upgrade(incoming: IncomingMessage, socket: Duplex, head: Buffer): void {
    // Also the first request behind the end of a connection, see socket-request.ts.
    if (socket.destroyed) return
    socket.on('error', () => {})
    const request = requestOf(incoming)
    const address = networkOf(incoming.socket.remoteAddress ?? '')
    const refused = this.refusal(incoming, request)
    if (refused !== undefined) {
      this.refuse(socket, refused, request)
      return
    }
    if (!this.byAddress.claim(address)) {
      this.refuse(socket, tooMany('address'), request)
      return
    }
    let served = false
    socket.once('close', () => served || this.byAddress.release(address))
    this.wss.handleUpgrade(incoming, socket, head, (ws) => {
      served = true
      this.serve(ws, incoming.socket, address, request)
    })
  }

  private refusal(incoming: IncomingMessage, request: Request): Rejection | undefined {
    if (this.stopping) return new Rejection('stopping', STOPPING, undefined, this.options.retryAfterMs)
    const refused = this.host.admit(request, incoming.socket.remoteAddress)
    if (refused !== undefined) return refused
    const { origin, host } = incoming.headers
    if (!mayConnectFrom(origin, host, this.options.allowedOrigins)) {
      return new Rejection('origin_not_allowed', 'Pages of this origin may not connect.', 'Origin')
    }
    return undefined
  }

  private serve(ws: WebSocket, socket: Socket, address: string, request: Request): void {
    const { counts, open } = this
    const claimed: string[] = []
    const connection: ClientConnection = new ClientConnection(ws, socket, this.turn, {
      onReceived: () => counts.received++,
      onSent: () => counts.sent++,
      onWaiting: () => this.waiting.add(connection),
      onEnded: (code) => {
        open.delete(connection)
        this.waiting.remove(connection)
        this.byAddress.release(address)
        for (const account of claimed) this.byAccount.release(account)
        counts.closed(code)
        const ended = Promise.resolve(receiver.ended()).finally(() => this.ending.delete(ended))
        this.ending.add(ended)
      },
    })
    const claim = (account: string): boolean => {
      if (claimed.includes(account)) return true
      if (!this.byAccount.claim(account)) return false
      claimed.push(account)
      return true
    }
    counts.opened++
    const receiver = this.host.open(connection, { address, request, claim })
    open.set(connection, receiver)
    connection.serve(receiver)
  }

  private refuse(socket: Duplex, rejection: Rejection, request: Request): void {
    this.counts.refused(rejection.code)
    refuseHandshake(socket, this.host.render(rejection, request)).catch(() => socket.destroy())
  }

  private checkAlive(): void {
    for (const connection of this.open.keys()) connection.checkAlive()
  }
}

export const tooMany = (what: 'address' | 'account'): Rejection =>
  new Rejection('too_many_connections', `This ${what} has its maximum number of connections.`, undefined, 1_000)

/** Resolves when the result is there, or after the time. */
async function within(ms: number, result: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise((resolve) => {
    timer = setTimeout(resolve, Math.max(ms, 0))
  })
  await Promise.race([result, late])
  clearTimeout(timer)
}
