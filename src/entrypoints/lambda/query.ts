/**
 * ExchangeQuery: handles GET. Orders and trades come from DynamoDB, books from the view that the matcher wrote
 * to Redis with its last commit. A direct invocation `{"views":[…]}` returns views of books to a function that does
 * not reach Redis (adapters/aws/book-views.ts). This function never writes.
 */

import { randomUUID } from 'node:crypto'
import type { APIGatewayProxyEvent, APIGatewayProxyResult, Context } from 'aws-lambda'
import { answerViews, isViewsRequest, type ViewsAnswer, type ViewsRequest } from '../../adapters/aws/book-views.ts'
import { dynamoClient, secretsClient } from '../../adapters/aws/clients.ts'
import { DynamoFills } from '../../adapters/aws/dynamodb-fills.ts'
import { DynamoInstruments } from '../../adapters/aws/dynamodb-instruments.ts'
import { DynamoMarket } from '../../adapters/aws/dynamodb-market.ts'
import { DynamoMarks } from '../../adapters/aws/dynamodb-marks.ts'
import { DynamoOrders } from '../../adapters/aws/dynamodb-orders.ts'
import { DynamoTrades } from '../../adapters/aws/dynamodb-trades.ts'
import { FollowedInstruments } from '../../adapters/aws/followed-instruments.ts'
import { RedisBookCache } from '../../adapters/aws/redis-book-cache.ts'
import { TABLES } from '../../adapters/aws/resources.ts'
import { SecretToken } from '../../adapters/aws/secrets.ts'
import { accountLimits } from '../../entry/account-limits.ts'
import { createHttpApp } from '../../http/http-app.ts'
import { OperationalFailure } from '../../protocol/failure.ts'
import { FILLS_LAG_SECONDS, SECONDS_TRADES_MAX, VIEW_LEVELS } from '../../protocol/limits.ts'
import { restDialect } from '../../rest/rest-dialect.ts'
import { asyncApiDocument, type SocketPlace } from '../../websocket/asyncapi.ts'
import { ON_AWS } from '../../websocket/socket-bounds.ts'
import { servedTo } from './allowed-origins.ts'
import { logCacheFault } from './cache-faults.ts'
import { optional, required } from './environment.ts'
import { followingDialect } from './following-dialect.ts'
import { flushMetrics, logger } from './observability.ts'
import { connectRedis } from './redis-connection.ts'
import { answer, authModeOf, presentCaller } from './rest-proxy.ts'
import { viewedBooks } from './viewed-book.ts'

const tables = {
  orders: required(TABLES.orders.variable),
  orderLists: required(TABLES.orderLists.variable),
  trades: required(TABLES.trades.variable),
  positions: required(TABLES.positions.variable),
}
// Absent: candles, tickers and the fills of accounts are not recorded.
const candlesTable = optional(TABLES.candles.variable)
const fillsTable = optional(TABLES.fills.variable)
/** The WebSocket API is an API of its own, and its stage is the path. */
const SOCKET: SocketPlace = {
  path: '/ws',
  protocol: 'wss',
  description: 'The host of the WebSocket API: the output websocket_url of Terraform.',
  exampleHost: 'API.execute-api.REGION.amazonaws.com',
  bounds: ON_AWS,
}
const authMode = authModeOf(optional('AUTH_MODE') ?? 'none')
const secretArn = optional('REDIS_SECRET_ARN')
const token = secretArn === undefined ? undefined : new SecretToken(secretsClient(), secretArn)
const redis = await connectRedis(required('REDIS_URL'), token, (message, cause) =>
  logger.warn(message, { error: cause as Error }),
)
const cache = new RedisBookCache(redis, logCacheFault)
const dynamo = dynamoClient()
const marks = new DynamoMarks(dynamo, tables.positions)
const followed = new FollowedInstruments(
  new DynamoInstruments(dynamo, required(TABLES.instruments.variable)),
  Date.now,
  (message, cause) => logger.warn(message, { error: cause as Error }),
)
const instruments = followed.directory
const books = viewedBooks(cache, marks)
const dialect = restDialect({
  instruments,
  orderEntry: {
    submit: async () => {
      throw new OperationalFailure('unavailable', 'orders are taken by ExchangeIngest', { retryable: false })
    },
  },
  orderReader: new DynamoOrders(dynamo, tables, instruments),
  tradeReader: new DynamoTrades(dynamo, tables, instruments),
  ...(candlesTable !== undefined && {
    marketReader: new DynamoMarket(dynamo, { ...tables, candles: candlesTable }, instruments),
  }),
  ...(fillsTable !== undefined && {
    fillReader: new DynamoFills(dynamo, { ...tables, fills: fillsTable }, instruments),
  }),
  marketBounds: { secondsTradesMax: SECONDS_TRADES_MAX, fillsLagSeconds: FILLS_LAG_SECONDS },
  ...(candlesTable !== undefined && { asyncApi: () => JSON.stringify(asyncApiDocument(SOCKET)) }),
  bookReader: books,
  depthLevelsMax: VIEW_LEVELS,
  authenticate: presentCaller,
  nowMs: Date.now,
  newOrderId: randomUUID,
  health: async () => ({ status: (await redis.ping().catch(() => '')) === 'PONG' ? 'ok' : 'failing' }),
  // API Gateway limits the requests of a key.
  limits: accountLimits(1_000_000, 1_000_000),
})
const app = createHttpApp([followingDialect(dialect, followed)], {
  failed: (failure, requestId) => logger.error('request failed', { error: failure as Error, requestId }),
})
const served = servedTo(optional('ALLOW_ORIGIN'), app.fetch)

export async function handler(
  event: APIGatewayProxyEvent | ViewsRequest,
  context: Context,
): Promise<APIGatewayProxyResult | ViewsAnswer> {
  logger.addContext(context)
  try {
    if (isViewsRequest(event)) return await answerViews(event, books)
    return await answer(event, authMode, served)
  } finally {
    flushMetrics()
  }
}
