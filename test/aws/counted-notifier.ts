/**
 * The work of ExchangeNotifier for an exchange without followers, with a client whose capacity is counted apart: every
 * exchange with live market data pays for it.
 */

import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import {
  GetRecordsCommand,
  GetShardIteratorCommand,
  type KinesisClient,
  ListShardsCommand,
} from '@aws-sdk/client-kinesis'
import { DynamoRecorder } from '../../src/adapters/aws/dynamodb-recorder.ts'
import { readEventRecord } from '../../src/adapters/aws/event-records.ts'
import { INSTRUMENTS } from '../contracts/sample-records.ts'
import { countCapacity } from './counted-use.ts'

export interface NotifierTables {
  readonly candles: string
  readonly fills: string
  readonly trades: string
  readonly positions: string
}

/** Returns a function that takes what is new in the stream, as one delivery. */
export async function countedNotifier(
  database: DynamoDBClient,
  streams: KinesisClient,
  StreamName: string,
  tables: NotifierTables,
): Promise<() => Promise<void>> {
  countCapacity(database, true)
  const recorder = new DynamoRecorder(database, tables, INSTRUMENTS)
  const { Shards: [shard] = [] } = await streams.send(new ListShardsCommand({ StreamName }))
  const ShardId = shard?.ShardId as string
  const first = new GetShardIteratorCommand({ StreamName, ShardId, ShardIteratorType: 'TRIM_HORIZON' })
  let iterator = (await streams.send(first)).ShardIterator
  return async () => {
    const { Records = [], NextShardIterator } = await streams.send(new GetRecordsCommand({ ShardIterator: iterator }))
    iterator = NextShardIterator
    for (const { PartitionKey = '', Data = new Uint8Array() } of Records) {
      const record = readEventRecord(PartitionKey, Data)
      if (record.kind === 'events') await recorder.record(record.symbol, record.trades)
    }
  }
}
