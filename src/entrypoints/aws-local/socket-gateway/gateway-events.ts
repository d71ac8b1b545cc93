/**
 * The proxy events that API Gateway gives to the functions of a WebSocket API: one for each of the routes $connect,
 * $default and $disconnect. Fields that no function of this project reads are present too, as in real events.
 */

import { randomBytes, randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'

/** The stage: the path at which clients connect, as the stage's name on AWS. */
export const STAGE = 'ws'
const API_ID = 'local'

/** What is known of a connection from its handshake. */
export interface Handshake {
  readonly connectionId: string
  readonly connectedAtMs: number
  readonly sourceIp: string
  readonly userAgent: string
  readonly host: string
  readonly headers: Readonly<Record<string, string>>
  readonly multiValueHeaders: Readonly<Record<string, readonly string[]>>
  readonly query: URLSearchParams
}

/** As on AWS, an id has characters that must be encoded in a path: `L0SM9cOFvHcCIhw=`. */
const newId = (): string => `${randomBytes(11).toString('base64url')}=`

export function handshakeOf(request: IncomingMessage, nowMs: number): Handshake {
  const headers: Record<string, string> = {}
  const multiValueHeaders: Record<string, string[]> = {}
  for (let i = 0; i < request.rawHeaders.length; i += 2) {
    const [name, value] = [request.rawHeaders[i], request.rawHeaders[i + 1]]
    headers[name] = value
    multiValueHeaders[name] = [...(multiValueHeaders[name] ?? []), value]
  }
  return {
    connectionId: newId(),
    connectedAtMs: nowMs,
    sourceIp: request.socket.remoteAddress ?? '',
    userAgent: request.headers['user-agent'] ?? '',
    host: request.headers.host ?? '',
    headers,
    multiValueHeaders,
    query: new URL(request.url ?? '/', 'http://local').searchParams,
  }
}

export function connectEvent(handshake: Handshake, nowMs: number) {
  const { headers, multiValueHeaders, query } = handshake
  const names = [...new Set(query.keys())]
  return {
    headers,
    multiValueHeaders,
    ...(names.length > 0 && {
      queryStringParameters: Object.fromEntries(query),
      multiValueQueryStringParameters: Object.fromEntries(names.map((name) => [name, query.getAll(name)])),
    }),
    requestContext: contextOf(handshake, '$connect', 'CONNECT', nowMs),
    isBase64Encoded: false,
  }
}

export function messageEvent(handshake: Handshake, body: string, nowMs: number) {
  return {
    requestContext: { ...contextOf(handshake, '$default', 'MESSAGE', nowMs), messageId: newId() },
    body,
    isBase64Encoded: false,
  }
}

export function disconnectEvent(handshake: Handshake, code: number, reason: string, nowMs: number) {
  const headers = { Host: handshake.host, 'x-api-key': '', 'X-Forwarded-For': '', 'x-restapi': '' }
  return {
    headers,
    multiValueHeaders: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]])),
    requestContext: {
      ...contextOf(handshake, '$disconnect', 'DISCONNECT', nowMs),
      disconnectStatusCode: code,
      disconnectReason: reason,
    },
    isBase64Encoded: false,
  }
}

function contextOf(
  { connectionId, connectedAtMs, sourceIp, userAgent, host }: Handshake,
  routeKey: string,
  eventType: string,
  nowMs: number,
) {
  const requestId = randomUUID()
  return {
    routeKey,
    eventType,
    extendedRequestId: requestId,
    requestTime: new Date(nowMs).toUTCString(),
    messageDirection: 'IN',
    stage: STAGE,
    connectedAt: connectedAtMs,
    requestTimeEpoch: nowMs,
    identity: { sourceIp, userAgent },
    requestId,
    domainName: host,
    connectionId,
    apiId: API_ID,
  }
}
