/** Converts a record of the event source mapping into a record of the matcher. The data is in base64. */

import type { KinesisStreamRecord } from 'aws-lambda'
import { positionOf } from '../../adapters/aws/kinesis-positions.ts'
import type { ShardRecord } from '../../ports/record-stream.ts'

export function recordOf({ kinesis }: KinesisStreamRecord): ShardRecord {
  return {
    symbol: kinesis.partitionKey,
    position: positionOf(kinesis.sequenceNumber),
    // Seconds with a fraction, as a double. Rounding removes the error of the fraction.
    timestampMs: Math.round(kinesis.approximateArrivalTimestamp * 1000),
    bytes: Buffer.from(kinesis.data, 'base64'),
  }
}

/** The shard of a record, which is the same for all of an event. The event id is `SHARD:SEQUENCE_NUMBER`. */
export const shardOf = ({ eventID }: KinesisStreamRecord): string => eventID.slice(0, eventID.lastIndexOf(':'))
