/**
 * The @connections commands, by which functions reach a client: POST sends it a message, GET asks about it, DELETE
 * disconnects it. Calls must be signed, as on AWS; the signature itself is not checked.
 *
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-how-to-call-websocket-api-connections.html
 * https://docs.aws.amazon.com/apigatewaymanagementapi/latest/APIReference: errors and their status
 */

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { bytesOf } from '../loopback.ts'
import type { GatewayConnection } from './gateway-connection.ts'
import { type Handshake, STAGE } from './gateway-events.ts'
import { GATEWAY_CLOSES } from './gateway-limits.ts'

export interface OpenConnection {
  readonly handshake: Handshake
  readonly connection: GatewayConnection
}

interface Failure {
  readonly status: number
  readonly type: string
}

const FAILURES = {
  forbidden: { status: 403, type: 'ForbiddenException' },
  gone: { status: 410, type: 'GoneException' },
  tooLong: { status: 413, type: 'PayloadTooLargeException' },
  full: { status: 429, type: 'LimitExceededException' },
} as const satisfies Record<string, Failure>

/** `find` returns a connection whose $connect has succeeded, by id. */
export function connectionsEndpoint(find: (connectionId: string) => OpenConnection | undefined): Server {
  return createServer(async (request, response) => {
    try {
      await answer(request, response, find)
    } catch {
      response.destroy()
    }
  })
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  find: (connectionId: string) => OpenConnection | undefined,
): Promise<void> {
  const body = await bytesOf(request)
  const connectionId = idOf(request.url ?? '/')
  const isSigned = request.headers.authorization?.startsWith('AWS4-HMAC-SHA256 ') === true
  if (connectionId === undefined || !isSigned) return fail(response, FAILURES.forbidden)
  const found = find(connectionId)
  // Also while $connect runs: https://repost.aws/knowledge-center/410-gone-api-gateway
  if (found === undefined) return fail(response, FAILURES.gone)
  const { connection, handshake } = found
  switch (request.method) {
    case 'POST': {
      const posted = connection.post(body)
      if (posted !== 'sent') return fail(response, FAILURES[posted])
      response.writeHead(200).end()
      return
    }
    case 'GET': {
      const { sourceIp, userAgent, connectedAtMs } = handshake
      const told = {
        connectedAt: new Date(connectedAtMs).toISOString(),
        identity: { sourceIp, userAgent },
        lastActiveAt: new Date(connection.lastActiveAtMs).toISOString(),
      }
      response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(told))
      return
    }
    case 'DELETE':
      connection.close(GATEWAY_CLOSES.deleted)
      response.writeHead(204).end()
      return
    default:
      fail(response, FAILURES.forbidden)
  }
}

/** Ids have characters that a path must encode. */
function idOf(url: string): string | undefined {
  const [, stage, command, id, ...more] = new URL(url, 'http://local').pathname.split('/').map(decodeURIComponent)
  return stage === STAGE && command === '@connections' && more.length === 0 ? id : undefined
}

function fail(response: ServerResponse, { status, type }: Failure): void {
  response.writeHead(status, { 'Content-Type': 'application/json', 'x-amzn-ErrorType': type })
  response.end(JSON.stringify({ message: type }))
}
