/**
 * ExchangeIngest: accepts orders. It handles POST, PATCH and DELETE of the REST interface, and once a minute the
 * heartbeat (heartbeat.ts). It uses DynamoDB and Kinesis only.
 */

import { randomBytes, randomUUID } from 'node:crypto'
import type { APIGatewayProxyEvent, APIGatewayProxyResult, Context } from 'aws-lambda'
import { delay } from '../../adapters/aws/backoff.ts'
import { dynamoClient, kinesisClient } from '../../adapters/aws/clients.ts'
import { DynamoInstruments } from '../../adapters/aws/dynamodb-instruments.ts'
import { DynamoMarks } from '../../adapters/aws/dynamodb-marks.ts'
import { DynamoOrders } from '../../adapters/aws/dynamodb-orders.ts'
import { DynamoPlaces } from '../../adapters/aws/dynamodb-places.ts'
import { DynamoTrades } from '../../adapters/aws/dynamodb-trades.ts'
import { FollowedInstruments } from '../../adapters/aws/followed-instruments.ts'
import { InstrumentSeed } from '../../adapters/aws/instrument-seed.ts'
import { KinesisOrderEntry } from '../../adapters/aws/kinesis-order-entry.ts'
import { KinesisWriter } from '../../adapters/aws/kinesis-writer.ts'
import { limitMsOf, MatcherLag } from '../../adapters/aws/matcher-lag.ts'
import { STREAMS, TABLES } from '../../adapters/aws/resources.ts'
import { accountLimits } from '../../entry/account-limits.ts'
import { createHttpApp } from '../../http/http-app.ts'
import type { OrderEntry } from '../../ports/order-entry.ts'
import { OperationalFailure } from '../../protocol/failure.ts'
import { restDialect } from '../../rest/rest-dialect.ts'
import { servedTo } from './allowed-origins.ts'
import { optional, required } from './environment.ts'
import { followingDialect } from './following-dialect.ts'
import { heartbeat } from './heartbeat.ts'
import { flushMetrics, logger, measure } from './observability.ts'
import { answer, authModeOf, presentCaller } from './rest-proxy.ts'

const tables = {
  orders: required(TABLES.orders.variable),
  orderLists: required(TABLES.orderLists.variable),
  trades: required(TABLES.trades.variable),
  positions: required(TABLES.positions.variable),
}
const authMode = authModeOf(optional('AUTH_MODE') ?? 'none')
const dynamo = dynamoClient()
const instrumentsTable = required(TABLES.instruments.variable)
const warn = (message: string, cause?: unknown) =>
  cause === undefined ? logger.warn(message) : logger.warn(message, { error: cause as Error })
const followed = new FollowedInstruments(new DynamoInstruments(dynamo, instrumentsTable), Date.now, warn)
const instruments = followed.directory
const seed = new InstrumentSeed(dynamo, instrumentsTable)
const orders = new DynamoOrders(dynamo, tables, instruments)
const marks = new DynamoMarks(dynamo, tables.positions)
const places = new DynamoPlaces(dynamo, tables.positions)
const limitMs = limitMsOf(optional('LAG_LIMIT_SECONDS'))
const entry = new KinesisOrderEntry({
  orders,
  marks,
  stream: new KinesisWriter(kinesisClient(), required(STREAMS.orders.variable)),
  instruments,
  nowMs: Date.now,
  random: () => randomBytes(4).toString('hex'),
  ...(limitMs > 0 && {
    lag: new MatcherLag({ marks, nowMs: Date.now, limitMs, warn, refused: () => measure('ordersOverloaded', 1) }),
  }),
  traceId: () => /Root=([^;]+)/.exec(process.env._X_AMZN_TRACE_ID ?? '')?.[1],
})
const counted: OrderEntry = {
  submit(commands, waitMs) {
    const placed = commands.filter(({ kind }) => kind === 'PlaceOrder').length
    if (placed > 0) measure('ordersIn', placed)
    return entry.submit(commands, waitMs)
  },
}
const elsewhere = async (): Promise<never> => {
  throw new OperationalFailure('unavailable', 'this is read from ExchangeQuery', { retryable: false })
}
const dialect = restDialect({
  instruments,
  orderEntry: counted,
  orderReader: orders,
  tradeReader: new DynamoTrades(dynamo, tables, instruments),
  bookReader: { book: elsewhere },
  authenticate: presentCaller,
  nowMs: Date.now,
  newOrderId: randomUUID,
  health: async () => ({ status: 'ok' }),
  limits: accountLimits(Number(optional('RATE_LIMIT') ?? 1_000_000), 1_000_000),
})
const app = createHttpApp([followingDialect(dialect, followed)], {
  failed: (failure, requestId) => {
    // A refusal because of the matcher's lag: its beginning and its end are logged, and each is counted.
    if (failure instanceof OperationalFailure && failure.retryAfterMs !== undefined) return
    logger.error('request failed', { error: failure as Error, requestId })
  },
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
