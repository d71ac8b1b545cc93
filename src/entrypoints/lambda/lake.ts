/**
 * ExchangeLake: Firehose's transformation of KDS_Events and KDS_Trades into the rows of the lake's tables `orders` and
 * `trades`. Firehose converts the rows to Parquet. A record that cannot be read, for example one of a newer program,
 * goes to errors/ of the bucket and raises an alarm; docs/operate/troubleshooting.md says how it is delivered again. If
 * the instruments cannot be read, the invocation fails, and Firehose repeats it.
 */

import type { Context, FirehoseTransformationEvent, FirehoseTransformationResult } from 'aws-lambda'
import { dynamoClient } from '../../adapters/aws/clients.ts'
import { DynamoInstruments } from '../../adapters/aws/dynamodb-instruments.ts'
import { KnownInstruments } from '../../adapters/aws/known-instruments.ts'
import { deliver } from '../../adapters/aws/lake-delivery.ts'
import { orderRows, type RowsOf, tradeRows } from '../../adapters/aws/lake-rows.ts'
import { STREAMS, TABLES } from '../../adapters/aws/resources.ts'
import { required } from './environment.ts'
import { flushMetrics, logger, measure } from './observability.ts'

const instruments = new KnownInstruments(new DynamoInstruments(dynamoClient(), required(TABLES.instruments.variable)))
/** By the name of the stream. */
const ROWS_OF = new Map<string | undefined, RowsOf>([
  [required(STREAMS.events.variable), orderRows],
  [required(STREAMS.trades.variable), tradeRows],
])

export async function handler(
  event: FirehoseTransformationEvent,
  context: Context,
): Promise<FirehoseTransformationResult> {
  logger.addContext(context)
  try {
    const rowsOf = ROWS_OF.get(event.sourceKinesisStreamArn?.split('/').at(-1))
    if (rowsOf === undefined) throw new RangeError(`no rows are made of ${event.sourceKinesisStreamArn}`)
    if (rowsOf === orderRows) await instruments.find(event.records.map(symbolOf))
    const { records, rows, refused } = deliver(event.records, (symbol, data) => rowsOf(symbol, data, instruments))
    measure('lakeRows', rows)
    if (refused.length > 0) measure('lakeRecordsRefused', refused.length)
    for (const { symbol, cause } of refused) {
      logger.error('a record is not in the lake; see docs/operate/troubleshooting.md', {
        symbol,
        error: cause as Error,
      })
    }
    return { records }
  } finally {
    flushMetrics()
  }
}

const symbolOf = ({ kinesisRecordMetadata }: FirehoseTransformationEvent['records'][number]): string =>
  kinesisRecordMetadata?.partitionKey ?? ''
