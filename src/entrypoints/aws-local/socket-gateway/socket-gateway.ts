/**
 * Replaces an API Gateway WebSocket API with three routes. Clients connect at /ws on the port of an HTTP server, and
 * nowhere else. Functions reach the clients at {@link SocketGateway.endpoint}, which exists before the HTTP server,
 * because its URL is in the environment of the functions. What API Gateway does is documented by AWS; each fact is
 * named where it is used.
 *
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-route-keys-connect-disconnect.html
 */

import { type IncomingMessage, type Server, STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import { WebSocketServer } from 'ws'
import { listen } from '../loopback.ts'
import { connectionsEndpoint, type OpenConnection } from './connections-endpoint.ts'
import { GatewayConnection } from './gateway-connection.ts'
import { connectEvent, disconnectEvent, type Handshake, handshakeOf, messageEvent, STAGE } from './gateway-events.ts'
import { GATEWAY_LIMITS, type GatewayLimits } from './gateway-limits.ts'

type Invoke = (event: object) => Promise<unknown>

export interface GatewayRoutes {
  readonly connect: Invoke
  readonly message: Invoke
  readonly disconnect: Invoke
}

export interface GatewayOptions {
  /** Where they differ from the service's. A change concerns later connections. */
  readonly limits?: Partial<GatewayLimits>
  /** Whether the function of $disconnect is not invoked: "API Gateway will try its best to deliver the event". */
  losesDisconnect?(): boolean
  /** Called when a function of $connect or $disconnect fails. */
  onFailure(cause: unknown): void
}

export interface SocketGateway {
  /** Connections that are open. */
  readonly connections: ReadonlyMap<string, OpenConnection>
  /** What functions put before `/@connections/ID`. */
  readonly endpoint: string
  /** Serves clients on the port of `server`, from now on. */
  attach(server: Server, routes: GatewayRoutes): void
  /** Ends all connections at once, and accepts no more. The HTTP server cannot end before. */
  endConnections(): void
  close(): Promise<void>
}

/** How long a client may take to answer a close frame. */
const CLOSE_MS = 1_000

export async function startSocketGateway(options: GatewayOptions): Promise<SocketGateway> {
  const limitsNow = (): GatewayLimits => ({ ...GATEWAY_LIMITS, ...options.limits })
  const wsOptions = {
    noServer: true,
    clientTracking: false,
    maxPayload: limitsNow().messageBytes,
    closeTimeout: CLOSE_MS,
  }
  const wss = new WebSocketServer(wsOptions)
  const open = new Map<string, OpenConnection>()
  const running = await listen(connectionsEndpoint((id) => open.get(id)))
  let closed = false

  const serve = (routes: GatewayRoutes, handshake: Handshake, request: IncomingMessage, socket: Duplex, head: Buffer) =>
    wss.handleUpgrade(request, socket, head, (ws) => {
      const connection = new GatewayConnection(ws, socket, {
        connectionId: handshake.connectionId,
        limits: limitsNow(),
        message: (text) => routes.message(messageEvent(handshake, text, Date.now())),
        ended: (code, reason) => {
          open.delete(handshake.connectionId)
          if (closed || options.losesDisconnect?.() === true) return
          routes.disconnect(disconnectEvent(handshake, code, reason, Date.now())).catch(options.onFailure)
        },
      })
      open.set(handshake.connectionId, { handshake, connection })
    })

  const upgrade = async (routes: GatewayRoutes, request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => {})
    const handshake = handshakeOf(request, Date.now())
    const { pathname } = new URL(request.url ?? '/', 'http://local')
    const status = pathname === `/${STAGE}` ? await connectStatus(routes, handshake, options.onFailure) : 403
    if (closed) socket.destroy()
    else if (status >= 200 && status < 300) serve(routes, handshake, request, socket, head)
    else refuse(socket, status)
  }

  const endConnections = () => {
    closed = true
    for (const { connection } of open.values()) connection.terminate()
  }

  return {
    connections: open,
    endpoint: `${running.url}/${STAGE}`,
    attach(server, routes) {
      server.on('upgrade', (request, socket, head) => void upgrade(routes, request, socket, head))
    },
    endConnections,
    async close() {
      endConnections()
      await running.close()
    },
  }
}

/**
 * "Until execution of the integration associated with the $connect route is completed, the upgrade request is pending
 * and the actual connection will not be established." It is refused with the status of the function.
 */
async function connectStatus(
  { connect }: GatewayRoutes,
  handshake: Handshake,
  onFailure: (cause: unknown) => void,
): Promise<number> {
  try {
    const { statusCode } = (await connect(connectEvent(handshake, Date.now()))) as { statusCode?: number }
    return statusCode ?? 502
  } catch (cause) {
    onFailure(cause)
    return 502
  }
}

function refuse(socket: Duplex, status: number): void {
  const message = status === 403 ? 'Forbidden' : (STATUS_CODES[status] ?? 'Refused')
  const body = JSON.stringify({ message })
  socket.end(
    `HTTP/1.1 ${status} ${message}\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n` +
      `Connection: close\r\n\r\n${body}`,
  )
}
