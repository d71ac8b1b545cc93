/**
 * ExchangeConnect: handles $connect. It notes the connection, unless its address has too many. Nothing can be posted to
 * a connection before this function has answered, and a connection is anonymous until it sends a key. An answer that is
 * not of 2xx refuses the handshake
 * (https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-route-keys-connect-disconnect.html).
 */

import type { APIGatewayProxyResult, APIGatewayProxyWebsocketEventV2, Context } from 'aws-lambda'
import { dynamoClient } from '../../adapters/aws/clients.ts'
import { mayConnectFrom } from '../../http/socket/origin-check.ts'
import { originsIn } from './allowed-origins.ts'
import { optional } from './environment.ts'
import { flushMetrics, logger } from './observability.ts'
import { connectionsIn } from './socket-connections.ts'

const connections = connectionsIn(dynamoClient())
const origins = originsIn(optional('ALLOW_ORIGIN'))

/** The event of $connect: it has the headers of the handshake, with the client's spelling. */
type ConnectEvent = APIGatewayProxyWebsocketEventV2 & {
  readonly headers?: Readonly<Record<string, string | undefined>>
  readonly requestContext: { readonly identity?: { readonly sourceIp?: string } }
}

export async function handler(event: ConnectEvent, context: Context): Promise<APIGatewayProxyResult> {
  logger.addContext(context)
  try {
    const headers = new Map(Object.entries(event.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]))
    if (!mayConnectFrom(headers.get('origin'), headers.get('host'), origins)) return refused(403, 'origin_not_allowed')
    const { connectionId, connectedAt, identity } = event.requestContext
    const begun = await connections.begin({
      connectionId,
      sourceIp: identity?.sourceIp ?? 'unknown',
      connectedAtMs: connectedAt,
    })
    return begun === 'begun' ? { statusCode: 200, body: '' } : refused(429, 'too_many_connections')
  } catch (failure) {
    logger.error('a connection could not be noted', { error: failure as Error })
    return refused(503, 'unavailable')
  } finally {
    flushMetrics()
  }
}

const refused = (statusCode: number, code: string): APIGatewayProxyResult => ({
  statusCode,
  body: JSON.stringify({ code }),
})
