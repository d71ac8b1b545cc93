/** A record of the event source mapping as the matcher's: the data comes in base64. */

import type { KinesisStreamRecord } from 'aws-lambda'
import { positionOf } from '../../adapters/aws/kinesis-positions.ts'
import type { ShardRecord } from '../../ports/record-stream.ts'

export function recordOf({ kinesis }: KinesisStreamRecord): ShardRecord {
  return {
    symbol: kinesis.partitionKey,
    position: positionOf(kinesis.sequenceNumber),
    // Seconds with a fraction, as a double: rounding takes back what that has cost.
    timestampMs: Math.round(kinesis.approximateArrivalTimestamp * 1000),
    bytes: Buffer.from(kinesis.data, 'base64'),
  }
}
