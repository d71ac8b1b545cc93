/**
 * ExchangeMatcher: matches the records of the order stream that the event source mapping delivers. It wraps the
 * shard's matcher. It decodes the records, reports the first that failed, so that the mapping repeats everything
 * from there, and emits metrics. Clients and books stay in memory between invocations. The shard's matcher
 * handles books that are missing or out of date.
 */

import type { Context, KinesisStreamBatchResponse, KinesisStreamEvent } from 'aws-lambda'
import { dynamoClient, kinesisClient, s3Client, secretsClient } from '../../adapters/aws/clients.ts'
import { DynamoCursors } from '../../adapters/aws/dynamodb-cursors.ts'
import { DynamoPublisher } from '../../adapters/aws/dynamodb-publisher.ts'
import { DynamoSymbolStates } from '../../adapters/aws/dynamodb-symbol-states.ts'
import { KinesisEventStream } from '../../adapters/aws/kinesis-event-stream.ts'
import { sequenceNumberOf } from '../../adapters/aws/kinesis-positions.ts'
import { KinesisReader } from '../../adapters/aws/kinesis-reader.ts'
import { KinesisTradeStream, KinesisWriter } from '../../adapters/aws/kinesis-writer.ts'
import { RedisBookCache } from '../../adapters/aws/redis-book-cache.ts'
import { STREAMS, TABLES } from '../../adapters/aws/resources.ts'
import { S3DeadLetters } from '../../adapters/aws/s3-dead-letters.ts'
import { S3KeptRecords } from '../../adapters/aws/s3-kept-records.ts'
import { s3Snapshots } from '../../adapters/aws/s3-snapshots.ts'
import { SecretToken } from '../../adapters/aws/secrets.ts'
import type { Publication, Publisher } from '../../ports/publisher.ts'
import { UnknownCommand } from '../../protocol/command/undecodable-line.ts'
import { UnknownVersion } from '../../protocol/versions.ts'
import { createShardMatcher } from '../../shard/shard-matcher.ts'
import type { ShardMetric } from '../../shard/shard-metrics.ts'
import { countCacheFault } from './cache-faults.ts'
import { optional, required } from './environment.ts'
import { recordOf, shardOf } from './kinesis-event.ts'
import type { MetricName } from './metric-names.ts'
import { flushMetrics, logger, measure } from './observability.ts'
import { connectRedis } from './redis-connection.ts'

const secretArn = optional('REDIS_SECRET_ARN')
const token = secretArn === undefined ? undefined : new SecretToken(secretsClient(), secretArn)
const redis = await connectRedis(required('REDIS_URL'), token, (message, cause) =>
  logger.warn(message, { error: cause as Error }),
)
const kinesis = kinesisClient()
const s3 = s3Client()
const dynamo = dynamoClient()
const tables = {
  orders: required(TABLES.orders.variable),
  trades: required(TABLES.trades.variable),
  positions: required(TABLES.positions.variable),
  instruments: required(TABLES.instruments.variable),
}
const trades = new KinesisTradeStream(new KinesisWriter(kinesis, required(STREAMS.trades.variable)))
// Absent: there is neither live market data nor the table `orders` of the lake.
const eventStream = optional(STREAMS.events.variable)
const events = eventStream === undefined ? undefined : new KinesisEventStream(new KinesisWriter(kinesis, eventStream))
const publisher = new DynamoPublisher(dynamo, tables, trades, events)
const bucket = required('SNAPSHOT_BUCKET')

/** The counts of the shard's matcher, by their names on the dashboard. */
const NAMES: Record<ShardMetric, MetricName | undefined> = {
  commands: 'ordersMatched',
  duplicates: 'duplicates',
  orders: undefined,
  trades: 'trades',
  deadLetters: 'deadLetters',
  lagMs: 'streamLagMs',
  loadMs: 'loadMs',
  commitMs: 'commitMs',
  publishMs: 'publishMs',
  unpublishedEvents: 'unpublishedEvents',
  rebuilds: 'recoveries',
  staleCommits: 'staleCommits',
  catchUps: undefined,
  checkpoints: 'checkpoints',
  failedCheckpoints: 'failedCheckpoints',
  failures: 'failedBatches',
  recovering: 'symbolsRecovering',
  parked: 'symbolsParked',
  waiting: 'symbolsParked',
  caughtUp: undefined,
  gaps: 'streamGaps',
}

const matcher = createShardMatcher({
  cache: new RedisBookCache(redis, countCacheFault),
  publisher: countingRejections(publisher),
  snapshots: s3Snapshots({
    client: s3,
    bucket,
    prefix: optional('SNAPSHOT_PREFIX') ?? 'snapshots',
  }),
  stream: new KinesisReader(kinesis, required(STREAMS.orders.variable)),
  // A private network reaches S3 free of charge. A queue would need an endpoint that is billed by the hour.
  deadLetters: new S3DeadLetters(s3, required('DEAD_LETTER_BUCKET'), optional('DEAD_LETTER_PREFIX') ?? 'dead-letters'),
  parking: {
    states: new DynamoSymbolStates(dynamo, tables),
    kept: new S3KeptRecords({ client: s3, bucket, prefix: optional('PARKED_PREFIX') ?? 'parked' }),
  },
  gaps: {
    cursors: new DynamoCursors(dynamo, tables.positions),
    isInOrder: (optional('PARALLELIZATION') ?? '1') === '1',
  },
  metrics: {
    add: (metric, value) => {
      const name = NAMES[metric]
      if (name !== undefined) measure(name, value)
    },
  },
})

export async function handler(event: KinesisStreamEvent, context: Context): Promise<KinesisStreamBatchResponse> {
  logger.addContext(context)
  try {
    measure('batchSize', event.Records.length)
    const { firstFailure, failures, parked, waiting } = await matcher.processBatch(event.Records.map(recordOf), {
      shardId: shardOf(event.Records[0]),
      deadlineMs: Date.now() + context.getRemainingTimeInMillis(),
    })
    for (const { symbol, position, cause } of parked ?? []) {
      logger.critical('a symbol is parked; see docs/operate/parked-symbols.md', {
        symbol,
        position,
        error: cause as Error,
      })
    }
    for (const { symbol, position, cause } of waiting ?? []) {
      logger.critical(messageOf(cause), { symbol, position, error: cause as Error })
    }
    for (const { symbol, position, cause } of failures) {
      logger.error(messageOf(cause), { symbol, position, error: cause as Error })
    }
    return {
      batchItemFailures: firstFailure === undefined ? [] : [{ itemIdentifier: sequenceNumberOf(firstFailure) }],
    }
  } finally {
    flushMetrics()
  }
}

/** If only a newer program can continue, the message says so, because waiting does not help. */
function messageOf(cause: unknown): string {
  if (cause instanceof UnknownCommand) return 'a record is of a newer program; its symbol waits until that runs'
  if (cause instanceof UnknownVersion) return 'a book is of a newer program; its symbol waits until that runs'
  return 'a batch will come again'
}

function countingRejections(inner: Publisher): Publisher {
  return {
    ...(inner.wantsEveryEvent !== undefined && { wantsEveryEvent: inner.wantsEveryEvent }),
    mark: (symbol) => inner.mark(symbol),
    entered: (account, orderId) => inner.entered(account, orderId),
    publish(publication: Publication) {
      const rejected = publication.orders.filter(({ status }) => status === 'REJECTED').length
      if (rejected > 0) measure('ordersRejected', rejected)
      return inner.publish(publication)
    },
  }
}
