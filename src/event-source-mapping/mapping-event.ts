/** The JSON that a mapping sends to the function, and to the destination of batches that were given up. */

import type { KinesisStreamEvent } from 'aws-lambda'
import type { SourceRecord } from './stream-source.ts'

export interface MappingNames {
  readonly streamArn: string
  readonly shardId: string
  readonly functionName: string
}

export function invocationEvent(records: readonly SourceRecord[], names: MappingNames): KinesisStreamEvent {
  const { streamArn, shardId } = names
  return {
    Records: records.map((record) => ({
      kinesis: {
        kinesisSchemaVersion: '1.0',
        partitionKey: record.partitionKey,
        sequenceNumber: record.sequenceNumber,
        data: Buffer.from(record.data).toString('base64'),
        approximateArrivalTimestamp: record.arrivedAtMs / 1000,
      },
      eventSource: 'aws:kinesis',
      eventVersion: '1.0',
      eventID: `${shardId}:${record.sequenceNumber}`,
      eventName: 'aws:kinesis:record',
      invokeIdentityArn: 'arn:aws:iam::000000000000:role/local',
      awsRegion: streamArn.split(':')[3] ?? 'local',
      eventSourceARN: streamArn,
    })),
  }
}

export type GivenUp = 'RetryAttemptsExhausted' | 'MaximumRecordAgeExceeded'

/** Positions of the records without their content, as Lambda sends them to a queue. */
export interface FailureDocument {
  readonly requestContext: {
    readonly functionArn: string
    readonly condition: GivenUp
    readonly approximateInvokeCount: number
  }
  readonly version: '1.0'
  readonly timestamp: string
  readonly KinesisBatchInfo: {
    readonly shardId: string
    readonly startSequenceNumber: string
    readonly endSequenceNumber: string
    readonly approximateArrivalOfFirstRecord: string
    readonly approximateArrivalOfLastRecord: string
    readonly batchSize: number
    readonly streamArn: string
  }
}

export function failureDocument(
  records: readonly SourceRecord[],
  { streamArn, shardId, functionName }: MappingNames,
  condition: GivenUp,
  invocations: number,
  nowMs: number,
): FailureDocument {
  const first = records[0]
  const last = records[records.length - 1]
  return {
    requestContext: { functionArn: functionName, condition, approximateInvokeCount: invocations },
    version: '1.0',
    timestamp: new Date(nowMs).toISOString(),
    KinesisBatchInfo: {
      shardId,
      startSequenceNumber: first.sequenceNumber,
      endSequenceNumber: last.sequenceNumber,
      approximateArrivalOfFirstRecord: new Date(first.arrivedAtMs).toISOString(),
      approximateArrivalOfLastRecord: new Date(last.arrivedAtMs).toISOString(),
      batchSize: records.length,
      streamArn,
    },
  }
}
