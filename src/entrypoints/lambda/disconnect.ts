/**
 * ExchangeDisconnect: handles $disconnect, and once a minute the sweep. It cancels the orders of connections that asked
 * for it, and removes what is stored of a connection. $disconnect is delivered by best effort
 * (https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-route-keys-connect-disconnect.html),
 * so the sweep asks API Gateway for each connection whose orders are to be canceled.
 */

import type { APIGatewayProxyResult, APIGatewayProxyWebsocketEventV2, Context } from 'aws-lambda'
import { OperationalFailure } from '../../protocol/failure.ts'
import { endConnection, sweepConnections } from '../../websocket/stored/end-connection.ts'
import { flushMetrics, logger } from './observability.ts'
import { socketPorts } from './socket-ports.ts'

const elsewhere = async (): Promise<never> => {
  throw new OperationalFailure('unavailable', 'frames are handled by ExchangeMessage', { retryable: false })
}
const ports = socketPorts({ callerOf: elsewhere, joins: { admit: elsewhere, ask: elsewhere } })

/** The event of the sweep. */
interface Sweep {
  readonly sweep: true
}

/** Throws if a connection could not be ended: API Gateway repeats nothing, and the next sweep finishes it. */
export async function handler(
  event: APIGatewayProxyWebsocketEventV2 | Sweep,
  context: Context,
): Promise<APIGatewayProxyResult | undefined> {
  logger.addContext(context)
  try {
    await ports.refresh()
    if ('sweep' in event) {
      const ended = await sweepConnections(ports)
      if (ended > 0) logger.info('connections whose end was not reported', { ended })
      return undefined
    }
    await endConnection(ports, event.requestContext.connectionId)
    return { statusCode: 200, body: '' }
  } finally {
    flushMetrics()
  }
}
