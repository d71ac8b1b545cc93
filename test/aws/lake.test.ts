/**
 * From the matcher to SQL on AWS: records that the real publisher puts into KDS_Events and KDS_Trades pass the function
 * of the lake and a model of Firehose's conversion, and the queries of the guide read the result as they stand. Each
 * record is delivered twice.
 */

import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import {
  type _Record,
  GetRecordsCommand,
  GetShardIteratorCommand,
  KinesisClient,
  ListShardsCommand,
} from '@aws-sdk/client-kinesis'
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api'
import { NodeHttpHandler } from '@smithy/node-http-handler'
import type { Context } from 'aws-lambda'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { DynamoPublisher } from '../../src/adapters/aws/dynamodb-publisher.ts'
import { KinesisEventStream } from '../../src/adapters/aws/kinesis-event-stream.ts'
import { KinesisTradeStream, KinesisWriter } from '../../src/adapters/aws/kinesis-writer.ts'
import { STREAMS, TABLES } from '../../src/adapters/aws/resources.ts'
import { startDynamo, startKinesis } from '../../src/entrypoints/aws-local/emulators.ts'
import { FirehoseModel } from '../../src/entrypoints/aws-local/firehose-model.ts'
import type { Running } from '../../src/entrypoints/aws-local/loopback.ts'
import { createStreams, createTables } from '../../src/entrypoints/aws-local/resources.ts'
import { LAKE_TABLES, lakeColumns } from '../../src/lake/lake-columns.ts'
import { LakeSession } from '../../src/lake-query/lake-session.ts'
import type { Position } from '../../src/ports/order-stream.ts'
import type { Command, PlaceOrder } from '../../src/protocol/command/commands.ts'
import { EventFeedReader } from '../../src/protocol/event/event-feed-reader.ts'
import { eventOf } from '../../src/protocol/event/event-of.ts'
import { lots, ticks } from '../../src/protocol/units.ts'
import { createShardMatcher } from '../../src/shard/shard-matcher.ts'
import { DEFINITIONS, linesOf, placeOrder } from '../contracts/sample-records.ts'
import { infra } from '../infra/workspace.ts'
import { ExpectedRows } from '../lake/expected-rows.ts'
import { CacheState, memoryBookCache } from '../simulation/memory-book-cache.ts'

const CREDENTIALS = { accessKeyId: 'local', secretAccessKey: 'local' }
const MIDNIGHT = Date.UTC(2024, 1, 1)
const TABLE_NAMES = Object.fromEntries(Object.entries(TABLES).map(([key, { name }]) => [key, name])) as {
  [key in keyof typeof TABLES]: string
}

let dynamodb: Running
let kinesis: Running
let streams: KinesisClient
let database: DynamoDBClient
let duckdb: DuckDBInstance
let sql: DuckDBConnection
let folder: string

beforeAll(async () => {
  dynamodb = await startDynamo()
  kinesis = await startKinesis()
  const common = { region: 'local', credentials: CREDENTIALS }
  database = new DynamoDBClient({ ...common, endpoint: dynamodb.url })
  streams = new KinesisClient({ ...common, endpoint: kinesis.url, requestHandler: new NodeHttpHandler({}) })
  await createTables(database)
  await createStreams(streams)
  duckdb = await DuckDBInstance.create(':memory:')
  sql = await duckdb.connect()
  folder = mkdtempSync(join(tmpdir(), 'lake-'))
})
afterAll(async () => {
  sql?.closeSync()
  duckdb?.closeSync()
  database?.destroy()
  streams?.destroy()
  await dynamodb?.close()
  await kinesis?.close()
  if (folder !== undefined) rmSync(folder, { recursive: true })
})

const marketOrder = (orderId: string, more: Partial<PlaceOrder>): PlaceOrder => {
  const { price: _, ...order } = placeOrder(orderId, more)
  return { ...order, type: 'MARKET', timeInForce: 'IOC' }
}

/** Before midnight, and after it, in one batch of the matcher. */
const HISTORY: readonly (readonly [timestampMs: number, commands: readonly Command[]])[] = [
  [MIDNIGHT - 3_600_000, DEFINITIONS.filter(({ symbol }) => symbol === 'BTCUSD')],
  [
    MIDNIGHT - 2,
    [
      placeOrder('m-1', {
        side: 'SELL',
        price: ticks(5_000_001),
        quantity: lots(1),
        tag: 'desk · 🏔',
        requestId: 'r-1',
      }),
      placeOrder('m-2', { side: 'SELL', price: ticks(5_000_002), quantity: lots(123_456_789_012_345) }),
      placeOrder('t-1', { account: 'bob', price: ticks(5_000_002), quantity: lots(3), requestId: 'r-2' }),
      placeOrder('p-1', { account: 'bob', price: ticks(5_000_002), postOnly: true }),
      { kind: 'AmendOrder', symbol: 'BTCUSD', account: 'ann', orderId: 'm-2', quantity: lots(1_000_000_007) },
      { kind: 'AmendOrder', symbol: 'BTCUSD', account: 'ann', orderId: 'none', quantity: lots(1) },
    ],
  ],
  [
    MIDNIGHT + 1,
    [
      marketOrder('t-2', { account: 'bob', quantity: lots(7) }),
      placeOrder('g-1', { timeInForce: 'GTD', expiresAtMs: MIDNIGHT + 90_000_001, postOnly: true }),
      { kind: 'CancelOrder', symbol: 'BTCUSD', account: 'ann', orderId: 'm-2' },
      { kind: 'CancelOrder', symbol: 'BTCUSD', account: 'ann', orderId: 'm-2' },
    ],
  ],
]

test('every event of an order and every trade is in the lake once, exactly, in the folder of its day', async () => {
  await match()
  const [events, trades] = [await recordsOf(STREAMS.events.name), await recordsOf(STREAMS.trades.name)]
  // The batch was cut at midnight.
  expect(events.length).toBeGreaterThan(2)
  expect(trades).toHaveLength(2)

  const firehose = new FirehoseModel(folder, sql, await lakeFunction())
  for (const _ of ['once', 'and again']) {
    expect(await firehose.deliver('orders', events.map(sent))).toContain('Ok')
    expect(await firehose.deliver('trades', trades.map(sent))).toEqual(['Ok', 'Ok'])
  }
  await catalog()

  const expected = new ExpectedRows()
  for (const { Data = new Uint8Array() } of events) {
    const event = new EventFeedReader(Data)
    while (event.next()) expected.take(eventOf(event), event)
  }
  for (const table of LAKE_TABLES) {
    const all = await rowsOf(`SELECT COLUMNS(*)::VARCHAR FROM exchange_data_lake.${table} ORDER BY eventnumber::BIGINT`)
    expect(all.map(({ year, month, day }) => `${year}-${month}-${day}`)).toEqual(
      all.map(({ timestamp }) => String(timestamp).slice(0, 10)),
    )
    expect(all.map(({ year, month, day, ...row }) => row)).toEqual(expected.rows[table])
    const twice = await rowsOf(`SELECT count(*)::INT AS rows FROM exchange_data_lake.${table.slice(0, -1)}_deliveries`)
    expect(twice).toEqual([{ rows: 2 * all.length }])
  }
})

test.each(['the views of Athena', 'bidding-exchange query'])(
  'the queries of the guide read it as they stand: %s',
  async (by) => {
    const session = await LakeSession.open({ lake: folder, memoryMiB: 256, threads: 1 })
    try {
      await guidesQueries(by === 'bidding-exchange query' ? session.connection : sql)
    } finally {
      session.close()
    }
  },
)

async function guidesQueries(connection: DuckDBConnection): Promise<void> {
  const page = readFileSync(new URL('../../docs/operate/deploy.md', import.meta.url), 'utf8')
  const block = /```sql\n(-- Query orders[\s\S]*?)```/.exec(page)?.[1] ?? ''
  const [orders, trades, sums] = block.split(';').filter((text) => text.trim() !== '') as [string, string, string]
  const columns = (table: (typeof LAKE_TABLES)[number]) => [
    ...lakeColumns(table).map(({ name }) => name),
    'year',
    'month',
    'day',
  ]
  // January only: the last hour before midnight.
  const found = await rowsOf(orders, connection)
  expect(found.map(({ kind, orderid }) => `${kind} ${orderid}`).sort()).toEqual([
    'ACCEPTED m-1',
    'ACCEPTED m-2',
    'ACCEPTED t-1',
    'AMENDED m-2',
    'AMEND_REJECTED none',
    'REJECTED p-1',
  ])
  expect(Object.keys(found[0])).toEqual(columns('orders'))
  const traded = await rowsOf(trades, connection)
  expect(traded).toHaveLength(2)
  expect(Object.keys(traded[0])).toEqual(columns('trades'))
  expect(await rowsOf(sums, connection)).toMatchObject([
    { symbol: 'BTCUSD', trade_count: '2', total_quantity: '0.000000030000' },
  ])
}

const sent = ({ Data = new Uint8Array(), PartitionKey = '', SequenceNumber = '' }: _Record) => ({
  data: Buffer.from(Data).toString('base64'),
  partitionKey: PartitionKey,
  sequenceNumber: SequenceNumber,
})

/** The tables and views of infra. */
async function catalog(): Promise<void> {
  const views = JSON.parse(readFileSync(join(infra, 'lake-views.json'), 'utf8'))
  await sql.run('CREATE SCHEMA exchange_data_lake')
  for (const table of LAKE_TABLES) {
    const { delivered, sql: definition } = views[table]
    await sql.run(
      `CREATE VIEW exchange_data_lake.${delivered} AS FROM read_parquet('${folder}/${table}/*/*/*/*.parquet',
        hive_partitioning = true, hive_types = {'year': VARCHAR, 'month': VARCHAR, 'day': VARCHAR})`,
    )
    await sql.run(`CREATE VIEW exchange_data_lake.${table} AS ${definition}`)
  }
}

async function match(): Promise<void> {
  const tradeStream = new KinesisTradeStream(new KinesisWriter(streams, STREAMS.trades.name))
  const eventStream = new KinesisEventStream(new KinesisWriter(streams, STREAMS.events.name))
  const matcher = createShardMatcher({
    cache: memoryBookCache(new CacheState()),
    publisher: new DynamoPublisher(database, TABLE_NAMES, tradeStream, eventStream),
    snapshots: () => ({ save: async () => {}, latest: async () => undefined }),
    stream: { read: () => Promise.reject(new Error('nothing is to be rebuilt')) } as never,
    deadLetters: { keep: async () => {} },
    nowMs: () => MIDNIGHT,
  })
  const [first, ...rest] = HISTORY.map(([timestampMs, commands], index) => ({
    symbol: 'BTCUSD',
    position: String(index + 1).padStart(64, '0') as Position,
    timestampMs,
    bytes: linesOf(commands),
  }))
  for (const records of [[first], rest]) {
    expect((await matcher.processBatch(records as never, { shardId: 'shardId-000000000000' })).failures).toEqual([])
  }
}

async function recordsOf(StreamName: string): Promise<_Record[]> {
  const { Shards: [shard] = [] } = await streams.send(new ListShardsCommand({ StreamName }))
  const place = { StreamName, ShardId: shard?.ShardId, ShardIteratorType: 'TRIM_HORIZON' as const }
  const { ShardIterator } = await streams.send(new GetShardIteratorCommand(place))
  return (await streams.send(new GetRecordsCommand({ ShardIterator }))).Records ?? []
}

/** The function as Lambda loads it. */
async function lakeFunction() {
  Object.assign(process.env, {
    AWS_REGION: 'local',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_ENDPOINT_URL_DYNAMODB: dynamodb.url,
    [TABLES.instruments.variable]: TABLES.instruments.name,
    [STREAMS.events.variable]: STREAMS.events.name,
    [STREAMS.trades.variable]: STREAMS.trades.name,
    POWERTOOLS_METRICS_NAMESPACE: 'Exchange',
    POWERTOOLS_SERVICE_NAME: 'ExchangeLake',
  })
  const { handler } = await import('../../src/entrypoints/lambda/lake.ts')
  return (event: Parameters<typeof handler>[0]) => handler(event, {} as Context)
}

async function rowsOf(text: string, connection = sql): Promise<Record<string, unknown>[]> {
  return (await connection.runAndReadAll(text)).getRowObjectsJson() as Record<string, unknown>[]
}
