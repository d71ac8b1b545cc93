/**
 * ExchangeIngest: accepts orders. It handles POST, PATCH and DELETE of the REST interface, and once a minute the
 * heartbeat (heartbeat.ts). It uses DynamoDB and Kinesis only.
 */

import type { APIGatewayProxyEvent, APIGatewayProxyResult, Context } from 'aws-lambda'
import { delay } from '../../adapters/aws/backoff.ts'
import { DynamoPlaces } from '../../adapters/aws/dynamodb-places.ts'
import { DynamoTrades } from '../../adapters/aws/dynamodb-trades.ts'
import { InstrumentSeed } from '../../adapters/aws/instrument-seed.ts'
import { createHttpApp } from '../../http/http-app.ts'
import { OperationalFailure } from '../../protocol/failure.ts'
import { restDialect } from '../../rest/rest-dialect.ts'
import { servedTo } from './allowed-origins.ts'
import { optional } from './environment.ts'
import { followingDialect } from './following-dialect.ts'
import { heartbeat } from './heartbeat.ts'
import { flushMetrics, logger } from './observability.ts'
import { dynamo, entry, entryPorts, followed, logFailure, tables, traced } from './order-entry.ts'
import { answer, authModeOf, presentCaller } from './rest-proxy.ts'

const authMode = authModeOf(optional('AUTH_MODE') ?? 'none')
const seed = new InstrumentSeed(dynamo, tables.instruments)
const places = new DynamoPlaces(dynamo, tables.positions)
const elsewhere = async (): Promise<never> => {
  throw new OperationalFailure('unavailable', 'this is read from ExchangeQuery', { retryable: false })
}
const dialect = restDialect({
  ...entryPorts,
  tradeReader: new DynamoTrades(dynamo, tables, followed.directory),
  bookReader: { book: elsewhere },
  authenticate: presentCaller,
  health: async () => ({ status: 'ok' }),
})
const app = createHttpApp([followingDialect(dialect, followed)], {
  traced,
  failed: (failure, requestId) => logFailure(failure, { requestId }),
})
const served = servedTo(optional('ALLOW_ORIGIN'), app.fetch)

/** The event of the heartbeat. */
interface Heartbeat {
  readonly heartbeat: true
}

export async function handler(
  event: APIGatewayProxyEvent | Heartbeat,
  context: Context,
): Promise<APIGatewayProxyResult | undefined> {
  logger.addContext(context)
  try {
    if ('heartbeat' in event) {
      await heartbeat({ instruments: followed, places, seed, entry, nowMs: Date.now, pause: delay })
      return undefined
    }
    const result = await answer(event, authMode, served)
    const { requestId } = event.requestContext
    logger.debug('answered', { requestId, method: event.httpMethod, path: event.path, status: result.statusCode })
    return result
  } finally {
    flushMetrics()
  }
}
