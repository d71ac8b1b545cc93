/**
 * ExchangeMessage: handles $default, every frame of a client. It answers over @connections, because what follows an
 * answer must not overtake it, as the response of the route could be. It does not fail for a frame: a frame that cannot
 * be answered closes its connection.
 */

import type { APIGatewayProxyResult, APIGatewayProxyWebsocketEventV2, Context } from 'aws-lambda'
import { FunctionCalls } from '../../adapters/aws/function-calls.ts'
import { KeyDigests } from '../../adapters/aws/key-digests.ts'
import { handleFrame } from '../../websocket/stored/handle-frame.ts'
import { optional, required } from './environment.ts'
import { flushMetrics, logger } from './observability.ts'
import { dynamo } from './order-entry.ts'
import { apiKeyCallers, authorizerCallers, type CallerOf, cognitoCallers, tokenVerifier } from './socket-callers.ts'
import { authMode, connectionsTable } from './socket-connections.ts'
import { joins } from './socket-joins.ts'
import { socketPorts } from './socket-ports.ts'

const ports = socketPorts({
  callerOf: callersOf(),
  joins,
})
/** API Gateway gives each frame to the function for at most 29 seconds, so it need not answer at once. */
const DONE: APIGatewayProxyResult = { statusCode: 200, body: '' }

export async function handler(
  event: APIGatewayProxyWebsocketEventV2,
  context: Context,
): Promise<APIGatewayProxyResult> {
  logger.addContext(context)
  try {
    const { connectionId } = event.requestContext
    await handleFrame(ports, connectionId, textOf(event))
    return DONE
  } finally {
    flushMetrics()
  }
}

/** A binary frame arrives in base64. The protocol has none, so its text is not a request. */
function textOf({ body = '', isBase64Encoded }: APIGatewayProxyWebsocketEventV2): string {
  return isBase64Encoded ? Buffer.from(body, 'base64').toString('utf8') : body
}

function callersOf(): CallerOf {
  switch (authMode) {
    case 'none':
      return async () => undefined
    case 'api_key':
      return apiKeyCallers(new KeyDigests(dynamo, connectionsTable))
    case 'cognito':
      return cognitoCallers(tokenVerifier(required('COGNITO_USER_POOL_ID'), optional('COGNITO_CLIENT_ID')))
    case 'authorizer': {
      const name = required('AUTHORIZER_FUNCTION')
      return authorizerCallers(new FunctionCalls(dynamo.config), name, required('SOCKET_ENDPOINT'))
    }
  }
}
