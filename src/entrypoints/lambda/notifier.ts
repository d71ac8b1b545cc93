/**
 * ExchangeNotifier: takes the events of the stream KDS_Events. It records candles and fills, and pushes live market data
 * and own orders to the connections of the socket (websocket/pushes). A delivery fails, and comes again, only if
 * something could not be recorded, it is not known what the followers have, or what is late could not be noted.
 * Followers that did not get something get snapshots later.
 */

import { randomUUID } from 'node:crypto'
import type { Context, KinesisStreamEvent } from 'aws-lambda'
import { delay } from '../../adapters/aws/backoff.ts'
import { VIEWS_MAX, type ViewsAnswer, viewsIn } from '../../adapters/aws/book-views.ts'
import { dynamoClient } from '../../adapters/aws/clients.ts'
import { DynamoInstruments } from '../../adapters/aws/dynamodb-instruments.ts'
import { DynamoLatePushes } from '../../adapters/aws/dynamodb-late-pushes.ts'
import { DynamoMarket } from '../../adapters/aws/dynamodb-market.ts'
import { DynamoMarks } from '../../adapters/aws/dynamodb-marks.ts'
import { DynamoOrders } from '../../adapters/aws/dynamodb-orders.ts'
import { DynamoPushTurns } from '../../adapters/aws/dynamodb-push-turns.ts'
import { DynamoRecorder } from '../../adapters/aws/dynamodb-recorder.ts'
import { DynamoTrades } from '../../adapters/aws/dynamodb-trades.ts'
import { readEventRecord } from '../../adapters/aws/event-records.ts'
import { FollowedInstruments } from '../../adapters/aws/followed-instruments.ts'
import { FunctionCalls } from '../../adapters/aws/function-calls.ts'
import { QuietRecordings } from '../../adapters/aws/quiet-recordings.ts'
import { TABLES } from '../../adapters/aws/resources.ts'
import type { EventRecord } from '../../ports/event-record.ts'
import { learnInstruments } from '../../websocket/pushes/learn-instruments.ts'
import { MarketPushes } from '../../websocket/pushes/market-pushes.ts'
import type { PushPorts } from '../../websocket/pushes/push-ports.ts'
import { leaveConnection } from '../../websocket/stored/end-connection.ts'
import { required } from './environment.ts'
import { recordOf, shardOf } from './kinesis-event.ts'
import { flushMetrics, logger, measure } from './observability.ts'
import { recordTrades } from './record-trades.ts'
import { connectionsIn, connectionsTable, postsOf } from './socket-connections.ts'

/** Left for the answer and the metrics when the posts of a delivery must end. */
const MARGIN_MS = 5_000

const tables = {
  orders: required(TABLES.orders.variable),
  orderLists: required(TABLES.orderLists.variable),
  trades: required(TABLES.trades.variable),
  positions: required(TABLES.positions.variable),
  candles: required(TABLES.candles.variable),
  fills: required(TABLES.fills.variable),
}
const dynamo = dynamoClient()
const warn = (message: string, cause: unknown) => logger.warn(message, { error: cause as Error })
const followed = new FollowedInstruments(
  new DynamoInstruments(dynamo, required(TABLES.instruments.variable)),
  Date.now,
  warn,
)
const instruments = followed.directory
const recorder = new DynamoRecorder(dynamo, tables, instruments)
const marks = new DynamoMarks(dynamo, tables.positions)
const quiet = new QuietRecordings(recorder, marks)
const orders = new DynamoOrders(dynamo, tables, instruments)
const connections = connectionsIn(dynamo)
const functions = new FunctionCalls(dynamo.config)
const queryFunction = required('QUERY_FUNCTION')

const ports: PushPorts = {
  connections,
  posts: postsOf(dynamo),
  turns: new DynamoPushTurns(dynamo, connectionsTable, randomUUID()),
  late: new DynamoLatePushes(dynamo, connectionsTable),
  views: {
    read: async (symbols) =>
      viewsIn(await functions.invoke<ViewsAnswer>(queryFunction, { views: symbols.slice(0, VIEWS_MAX) })),
  },
  marks,
  trades: new DynamoTrades(dynamo, tables, instruments),
  market: new DynamoMarket(dynamo, tables, instruments),
  orders: {
    list: (account, query) => orders.list(account, query),
    latest: (account, orderIds) => orders.latest(account, orderIds, true),
  },
  metrics: { add: measure },
  gone: (connectionId, seen) => leaveConnection(connections, connectionId, seen),
  trouble: warn,
  nowMs: Date.now,
  pause: delay,
  random: Math.random,
}
/** By shard. */
const pushes = new Map<string, MarketPushes>()

export async function handler(event: KinesisStreamEvent, context: Context): Promise<void> {
  logger.addContext(context)
  try {
    const [first] = event.Records
    measure('notifierLagMs', Math.max(0, Date.now() - recordOf(first).timestampMs))
    await followed.refresh()
    const records = event.Records.map(recordOf).map(({ symbol, bytes }) => readEventRecord(symbol, bytes))
    learnInstruments(instruments, records)
    const ends = await Promise.allSettled([
      recordTrades(recorder, records),
      quiet
        .look([...instruments.keys()], Date.now())
        .catch((cause) => warn('the trades of a quiet symbol were not recorded', cause)),
      push(shardOf(first), records, Date.now() + context.getRemainingTimeInMillis() - MARGIN_MS),
    ])
    for (const end of ends) if (end.status === 'rejected') throw end.reason
  } finally {
    flushMetrics()
  }
}

async function push(shardId: string, records: readonly EventRecord[], endMs: number): Promise<void> {
  for (const record of records) {
    if (record.kind === 'unreadable') warn(`events of ${record.symbol} cannot be read`, record.cause)
  }
  const own = pushes.get(shardId) ?? new MarketPushes(ports, instruments)
  pushes.set(shardId, own)
  await own.push(shardId, records, endMs)
}
