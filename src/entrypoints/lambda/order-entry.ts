/** Order entry as the functions that take orders have it: its tables, its stream, and its check of the matcher's lag. */

import { randomBytes, randomUUID } from 'node:crypto'
import { dynamoClient, kinesisClient } from '../../adapters/aws/clients.ts'
import { DynamoInstruments } from '../../adapters/aws/dynamodb-instruments.ts'
import { DynamoMarks } from '../../adapters/aws/dynamodb-marks.ts'
import { DynamoOrders } from '../../adapters/aws/dynamodb-orders.ts'
import { FollowedInstruments } from '../../adapters/aws/followed-instruments.ts'
import { KinesisOrderEntry } from '../../adapters/aws/kinesis-order-entry.ts'
import { KinesisWriter } from '../../adapters/aws/kinesis-writer.ts'
import { limitMsOf, MatcherLag } from '../../adapters/aws/matcher-lag.ts'
import { STREAMS, TABLES } from '../../adapters/aws/resources.ts'
import { accountLimits } from '../../entry/account-limits.ts'
import type { EntryPorts } from '../../entry/entry-ports.ts'
import type { OrderEntry } from '../../ports/order-entry.ts'
import { OperationalFailure } from '../../protocol/failure.ts'
import { readTraceparent, writeTraceparent } from '../../protocol/traceparent.ts'
import { optional, required } from './environment.ts'
import { logger, measure } from './observability.ts'

export const tables = {
  orders: required(TABLES.orders.variable),
  orderLists: required(TABLES.orderLists.variable),
  trades: required(TABLES.trades.variable),
  positions: required(TABLES.positions.variable),
  instruments: required(TABLES.instruments.variable),
}
export const dynamo = dynamoClient()
export const kinesis = kinesisClient()

const warn = (message: string, cause?: unknown) =>
  cause === undefined ? logger.warn(message) : logger.warn(message, { error: cause as Error })
export const followed = new FollowedInstruments(new DynamoInstruments(dynamo, tables.instruments), Date.now, warn)
const instruments = followed.directory
export const orders = new DynamoOrders(dynamo, tables, instruments)
const marks = new DynamoMarks(dynamo, tables.positions)
const limitMs = limitMsOf(optional('LAG_LIMIT_SECONDS'))

/** Commands of the exchange itself are sent with it. */
export const entry = new KinesisOrderEntry({
  orders,
  marks,
  stream: new KinesisWriter(kinesis, required(STREAMS.orders.variable)),
  instruments,
  nowMs: Date.now,
  random: () => randomBytes(4).toString('hex'),
  ...(limitMs > 0 && {
    lag: new MatcherLag({ marks, nowMs: Date.now, limitMs, warn, refused: () => measure('ordersOverloaded', 1) }),
  }),
  traceId: () => clientTrace ?? /Root=([^;]+)/.exec(process.env._X_AMZN_TRACE_ID ?? '')?.[1],
})

/** A function answers one request at a time. */
let clientTrace: string | undefined

/** Answers a request. Its commands carry the trace of the client, or else that of X-Ray. */
export async function traced(
  { traceparent }: { readonly traceparent: string | null },
  answer: () => Promise<Response>,
): Promise<Response> {
  const span = readTraceparent(traceparent)
  // Written again, because a newer version may have more fields of any length.
  clientTrace = span && writeTraceparent(span)
  try {
    return await answer()
  } finally {
    clientTrace = undefined
  }
}

/** Orders of clients, which are counted. */
const counted: OrderEntry = {
  submit(commands, waitMs) {
    const placed = commands.filter(({ kind }) => kind === 'PlaceOrder').length
    if (placed > 0) measure('ordersIn', placed)
    return entry.submit(commands, waitMs)
  },
}

export const entryPorts: EntryPorts = {
  instruments,
  orderEntry: counted,
  orderReader: orders,
  nowMs: Date.now,
  newOrderId: randomUUID,
  limits: accountLimits(Number(optional('RATE_LIMIT') ?? 1_000_000), 1_000_000),
}

/** A refusal because of the matcher's lag is not logged: its beginning and its end are, and each is counted. */
export function logFailure(failure: unknown, also: object = {}): void {
  if (failure instanceof OperationalFailure && failure.retryAfterMs !== undefined) return
  logger.error('request failed', { error: failure as Error, ...also })
}
