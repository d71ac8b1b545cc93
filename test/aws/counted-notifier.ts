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
import { DynamoConnections } from '../../src/adapters/aws/dynamodb-connections.ts'
import { DynamoPushTurns } from '../../src/adapters/aws/dynamodb-push-turns.ts'
import { DynamoRecorder } from '../../src/adapters/aws/dynamodb-recorder.ts'
import { readEventRecord } from '../../src/adapters/aws/event-records.ts'
import { MarketPushes } from '../../src/websocket/pushes/market-pushes.ts'
import type { PushPorts } from '../../src/websocket/pushes/push-ports.ts'
import { INSTRUMENTS, listedInstruments } from '../contracts/sample-records.ts'
import { countCapacity } from './counted-use.ts'

export interface NotifierTables {
  readonly candles: string
  readonly fills: string
  readonly trades: string
  readonly positions: string
  readonly connections: string
}

const LIMITS = { perAddress: 1, perAccount: 1 }
const unasked = async (): Promise<never> => {
  throw new Error('nobody follows anything')
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
  const pushes = new MarketPushes(
    {
      connections: new DynamoConnections(database, tables.connections, LIMITS),
      turns: new DynamoPushTurns(database, tables.connections, 'counted'),
      late: { note: unasked, remove: unasked },
      posts: { post: unasked },
      views: { read: unasked },
      marks: { mark: unasked },
      trades: { get: unasked, list: unasked },
      market: { candles: unasked, latest: unasked },
      orders: { list: unasked, latest: unasked },
      metrics: { add: () => {} },
      gone: unasked,
      trouble: (what: string, cause: unknown) => {
        throw new Error(what, { cause })
      },
      nowMs: Date.now,
      pause: async () => {},
      random: () => 0,
    } as unknown as PushPorts,
    listedInstruments(),
  )
  const { Shards: [shard] = [] } = await streams.send(new ListShardsCommand({ StreamName }))
  const ShardId = shard?.ShardId as string
  const first = new GetShardIteratorCommand({ StreamName, ShardId, ShardIteratorType: 'TRIM_HORIZON' })
  let iterator = (await streams.send(first)).ShardIterator
  return async () => {
    const { Records = [], NextShardIterator } = await streams.send(new GetRecordsCommand({ ShardIterator: iterator }))
    iterator = NextShardIterator
    const records = Records.map(({ PartitionKey = '', Data = new Uint8Array() }) => readEventRecord(PartitionKey, Data))
    for (const record of records) if (record.kind === 'events') await recorder.record(record.symbol, record.trades)
    await pushes.push(ShardId, records, Number.POSITIVE_INFINITY)
  }
}
