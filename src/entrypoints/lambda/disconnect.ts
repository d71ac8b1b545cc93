/**
 * ExchangeDisconnect: handles $disconnect, and once a minute the sweep. It cancels the orders of connections that asked
 * for it, and removes what is stored of a connection. $disconnect is delivered by best effort
 * (https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-route-keys-connect-disconnect.html),
 * so the sweep asks API Gateway for each connection whose orders are to be canceled. The sweep also wakes
 * ExchangeNotifier for followers that lack something.
 */

import type { APIGatewayProxyResult, APIGatewayProxyWebsocketEventV2, Context } from 'aws-lambda'
import { delay } from '../../adapters/aws/backoff.ts'
import { DynamoLatePushes } from '../../adapters/aws/dynamodb-late-pushes.ts'
import { OperationalFailure } from '../../protocol/failure.ts'
import { wakeLatePushes } from '../../websocket/pushes/wake-late-pushes.ts'
import { endConnection, sweepConnections } from '../../websocket/stored/end-connection.ts'
import { flushMetrics, logger } from './observability.ts'
import { dynamo } from './order-entry.ts'
import { connectionsTable } from './socket-connections.ts'
import { joins } from './socket-joins.ts'
import { socketPorts } from './socket-ports.ts'

const elsewhere = async (): Promise<never> => {
  throw new OperationalFailure('unavailable', 'frames are handled by ExchangeMessage', { retryable: false })
}
const ports = socketPorts({ callerOf: elsewhere, joins })
const late = new DynamoLatePushes(dynamo, connectionsTable)

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
      await sweep()
      return undefined
    }
    await endConnection(ports, event.requestContext.connectionId)
    return { statusCode: 200, body: '' }
  } finally {
    flushMetrics()
  }
}

/** What is late does not wait for connections whose end takes long, and the other way round. */
async function sweep(): Promise<void> {
  const [ended, woken] = await Promise.allSettled([
    sweepConnections(ports),
    wakeLatePushes({ late, joins, pause: delay }),
  ])
  if (ended.status === 'rejected') throw ended.reason
  if (ended.value > 0) logger.info('connections whose end was not reported', { ended: ended.value })
  if (woken.status === 'rejected') throw woken.reason
  if (woken.value > 0) logger.info('followers that lack something', { woken: woken.value })
}
