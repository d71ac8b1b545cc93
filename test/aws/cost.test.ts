/**
 * The cost of an order. The test counts the calls of the production code for a few hundred orders and multiplies
 * them by the prices of one table. The emulator reports the capacity units of the service. It reports none for a
 * failed condition, so the test counts one unit for it.
 */

import { readFileSync } from 'node:fs'
import { DynamoDBClient, paginateScan } from '@aws-sdk/client-dynamodb'
import { GetRecordsCommand, GetShardIteratorCommand, KinesisClient, ListShardsCommand } from '@aws-sdk/client-kinesis'
import { NodeHttpHandler } from '@smithy/node-http-handler'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { dollarsPerMillion, MARKET, type OrderUse, type StoredUse, total } from '../../scripts/order-cost.mjs'
import { DynamoCursors } from '../../src/adapters/aws/dynamodb-cursors.ts'
import { DynamoMarks } from '../../src/adapters/aws/dynamodb-marks.ts'
import { DynamoOrders } from '../../src/adapters/aws/dynamodb-orders.ts'
import { DynamoPublisher } from '../../src/adapters/aws/dynamodb-publisher.ts'
import { KinesisEventStream } from '../../src/adapters/aws/kinesis-event-stream.ts'
import { KinesisOrderEntry } from '../../src/adapters/aws/kinesis-order-entry.ts'
import { positionOf } from '../../src/adapters/aws/kinesis-positions.ts'
import { KinesisReader } from '../../src/adapters/aws/kinesis-reader.ts'
import { KinesisTradeStream, KinesisWriter } from '../../src/adapters/aws/kinesis-writer.ts'
import { STREAMS, TABLES } from '../../src/adapters/aws/resources.ts'
import { startDynamo, startKinesis } from '../../src/entrypoints/aws-local/emulators.ts'
import type { Running } from '../../src/entrypoints/aws-local/loopback.ts'
import { createStreams, createTables } from '../../src/entrypoints/aws-local/resources.ts'
import type { ShardRecord } from '../../src/ports/record-stream.ts'
import type { PlaceOrder } from '../../src/protocol/command/commands.ts'
import { DEMO_INSTRUMENTS } from '../../src/protocol/instrument/instrument.ts'
import { lots, ticks } from '../../src/protocol/units.ts'
import { createShardMatcher } from '../../src/shard/shard-matcher.ts'
import { INSTRUMENTS, listedInstruments } from '../contracts/sample-records.ts'
import { randomOf } from '../e2e/random.ts'
import { CacheState, memoryBookCache } from '../simulation/memory-book-cache.ts'
import { countedNotifier } from './counted-notifier.ts'
import { countCapacity, counted, countRecords, itemBytes } from './counted-use.ts'

/** The prices that all cost figures use. */
const { prices } = JSON.parse(
  readFileSync(new URL('../../docs/operate/unit-prices.json', import.meta.url), 'utf8'),
) as { prices: Record<string, number> }

/** The counts on which docs/operate/cost.md is based. */
const { alone, single, batched } = JSON.parse(
  readFileSync(new URL('../../docs/operate/counted-use.json', import.meta.url), 'utf8'),
) as Record<'alone' | 'single' | 'batched', OrderUse & StoredUse>

const CREDENTIALS = { accessKeyId: 'local', secretAccessKey: 'local' }
const SYMBOL = 'BTCUSD'
/** A request has the orders of one account. */
const ACCOUNTS = Array.from({ length: 20 }, (_, n) => `a${String(n).padStart(2, '0')}`)

let dynamodb: Running
let kinesis: Running

beforeAll(async () => {
  dynamodb = await startDynamo()
  kinesis = await startKinesis()
})
afterAll(async () => {
  await dynamodb.close()
  await kinesis.close()
})

test('a million orders in batches of 20 cost at most $2.50', async () => {
  const cost = await costOf(400, 20, 100)
  console.log(tableOf('batches of 20, matched 100 at a time', cost))
  expect(cost.total).toBeLessThanOrEqual(2.5)
  expectUse(cost, batched)
}, 300_000)

test('a million orders, one a request, cost less than $8.50, and $7.50 without live market data', async () => {
  const cost = await costOf(200, 1, 20)
  console.log(tableOf('one a request, matched 20 at a time', cost))
  expect(cost.total).toBeLessThan(8.5)
  expect(withoutMarket(cost)).toBeLessThan(7.5)
  expectUse(cost, single)
}, 300_000)

test('a million orders at a low rate, each matched alone, cost less than $14, and $11.50 without live market data', async () => {
  const cost = await costOf(200, 1, 1)
  console.log(tableOf('one a request, matched alone', cost))
  expect(cost.total).toBeLessThan(14)
  expect(withoutMarket(cost)).toBeLessThan(11.5)
  expectUse(cost, alone)
}, 300_000)

const withoutMarket = ({ total, dollarsPerMillion }: Cost): number => total - (dollarsPerMillion[MARKET] ?? Number.NaN)

/** The counts of this run equal those of the page, after rounding. */
function expectUse({ perOrder }: Cost, page: OrderUse): void {
  for (const [name, value] of Object.entries(page)) {
    if (name.endsWith('Bytes')) expect(Math.abs(perOrder[name] / value - 1), name).toBeLessThan(0.05)
    else expect(perOrder[name], name).toBeCloseTo(value, 1)
  }
}

interface Cost {
  readonly perOrder: Readonly<Record<string, number>>
  readonly dollarsPerMillion: Readonly<Record<string, number>>
  readonly total: number
}

/** Sends `orders` in requests of `batch`, and matches them `matched` at a time. */
async function costOf(orders: number, batch: number, matched: number): Promise<Cost> {
  const exchange = await openExchange()
  /** A million orders a month come each 2.6 seconds. The matcher checks and stores its place in the stream each time. */
  const intervalMs = matched === 1 ? 2_630 : 200
  const match = async (): Promise<void> => {
    exchange.clock.nowMs += intervalMs
    const records = await exchange.delivered()
    expect((await exchange.matcher.processBatch(records, { shardId: exchange.shardId })).failures).toEqual([])
  }
  await exchange.entry.submit([{ kind: 'DefineInstrument', ...DEMO_INSTRUMENTS[0] }])
  await match()
  for (const name of Object.keys(counted) as (keyof typeof counted)[]) counted[name] = 0
  const random = randomOf(7)
  let matcherCalls = 0
  let trades = 0
  let notifierCalls = 0
  for (let sent = 0; sent < orders; sent += batch) {
    const account = ACCOUNTS[(sent / batch) % ACCOUNTS.length] as string
    await exchange.entry.submit(Array.from({ length: batch }, (_, i) => orderOf(random, account, `o-${sent + i}`)))
    if ((sent + batch) % matched !== 0) continue
    await match()
    matcherCalls++
    await exchange.notify()
    notifierCalls++
  }
  trades = (await exchange.marks.mark(SYMBOL))?.tradeNumber ?? 0
  const requests = orders / batch
  const elapsedMs = matcherCalls * intervalMs
  // Firehose calls for each of two streams once a minute, or when it has 0.2 MB.
  const lakeCalls = Math.max((2 * elapsedMs) / 60_000, counted.lakeBytes / 209_715)
  const each = {
    trades,
    requests,
    matcherCalls,
    lakeCalls,
    notifierCalls,
    ...counted,
    ...(await storedBytes(exchange)),
  }
  const perOrder = Object.fromEntries(Object.entries(each).map(([name, value]) => [name, value / orders]))
  const dollars = dollarsPerMillion(perOrder as unknown as OrderUse, prices)
  return { perOrder, dollarsPerMillion: dollars, total: total(dollars) }
}

/** Twenty prices, so that most orders trade. */
function orderOf(random: ReturnType<typeof randomOf>, account: string, orderId: string): PlaceOrder {
  return {
    kind: 'PlaceOrder',
    symbol: SYMBOL,
    account,
    orderId,
    side: random.pick(['BUY', 'SELL']),
    type: 'LIMIT',
    timeInForce: 'GTC',
    price: ticks(5_000_000 + random.below(20)),
    quantity: lots((1 + random.below(10)) * 10_000_000),
    requestId: '6f1f6f0e-5d0b-4f0e-9a53-0d4f0b1f8a11',
  }
}

let run = 0
async function openExchange() {
  const suffix = `-${++run}`
  const database = new DynamoDBClient({ endpoint: dynamodb.url, region: 'local', credentials: CREDENTIALS })
  const streams = new KinesisClient({
    endpoint: kinesis.url,
    region: 'local',
    credentials: CREDENTIALS,
    requestHandler: new NodeHttpHandler({}),
  })
  await createTables(
    database,
    Object.values(TABLES).map((table) => ({ ...table, name: table.name + suffix })),
  )
  await createStreams(
    streams,
    Object.values(STREAMS).map((stream) => ({ ...stream, name: stream.name + suffix })),
  )
  countCapacity(database)
  countRecords(streams, STREAMS.orders.name + suffix)
  const tables = {
    orders: TABLES.orders.name + suffix,
    orderLists: TABLES.orderLists.name + suffix,
    trades: TABLES.trades.name + suffix,
    positions: TABLES.positions.name + suffix,
    instruments: TABLES.instruments.name + suffix,
    connections: TABLES.connections.name + suffix,
    candles: TABLES.candles.name + suffix,
    fills: TABLES.fills.name + suffix,
  }
  const orders = new DynamoOrders(database, tables, INSTRUMENTS)
  const marks = new DynamoMarks(database, tables.positions)
  const writer = new KinesisWriter(streams, STREAMS.orders.name + suffix)
  const clock = { nowMs: Date.now() }
  const ordersStream = STREAMS.orders.name + suffix
  const { Shards = [] } = await streams.send(new ListShardsCommand({ StreamName: ordersStream }))
  const shardId = Shards[0]?.ShardId as string
  const place = { StreamName: ordersStream, ShardId: shardId }
  const first = new GetShardIteratorCommand({ ...place, ShardIteratorType: 'TRIM_HORIZON' })
  let iterator = (await streams.send(first)).ShardIterator
  /** What the mapping delivers next. Its reads are not billed. */
  const delivered = async (): Promise<ShardRecord[]> => {
    const { Records = [], NextShardIterator } = await streams.send(new GetRecordsCommand({ ShardIterator: iterator }))
    iterator = NextShardIterator
    return Records.map(({ PartitionKey = '', SequenceNumber = '', Data = new Uint8Array() }) => ({
      symbol: PartitionKey,
      position: positionOf(SequenceNumber),
      timestampMs: clock.nowMs,
      bytes: Data,
    }))
  }
  let listed = 0
  const entry = new KinesisOrderEntry({
    orders,
    marks,
    stream: writer,
    instruments: listedInstruments(),
    nowMs: Date.now,
    random: () => (++listed).toString(16).padStart(8, '0'),
  })
  const tradeStream = new KinesisTradeStream(new KinesisWriter(streams, STREAMS.trades.name + suffix))
  const eventsStream = STREAMS.events.name + suffix
  const eventStream = new KinesisEventStream(new KinesisWriter(streams, eventsStream))
  const reading = new DynamoDBClient({ endpoint: dynamodb.url, region: 'local', credentials: CREDENTIALS })
  const notify = await countedNotifier(reading, streams, eventsStream, tables)
  const matcher = createShardMatcher({
    cache: memoryBookCache(new CacheState()),
    publisher: new DynamoPublisher(database, tables, tradeStream, eventStream),
    snapshots: () => ({ save: async () => {}, latest: async () => undefined }),
    stream: new KinesisReader(streams, ordersStream),
    deadLetters: { keep: async () => {} },
    gaps: { cursors: new DynamoCursors(database, tables.positions), isInOrder: true },
    nowMs: () => clock.nowMs,
  })
  return { entry, delivered, notify, shardId, clock, matcher, marks, database, tables }
}

/** What the tables keep, as DynamoDB bills it. */
async function storedBytes({
  database,
  tables,
}: Awaited<ReturnType<typeof openExchange>>): Promise<Omit<StoredUse, 'putBytes'>> {
  const bytesOf = async (TableName: string): Promise<number> => {
    let bytes = 0
    for await (const { Items = [] } of paginateScan({ client: database }, { TableName })) {
      for (const item of Items) bytes += itemBytes(item)
    }
    return bytes
  }
  return {
    orderBytes: await bytesOf(tables.orders),
    listBytes: await bytesOf(tables.orderLists),
    tradeBytes: await bytesOf(tables.trades),
  }
}

function tableOf(title: string, { perOrder, dollarsPerMillion, total }: Cost): string {
  const rows = (values: Readonly<Record<string, number>>, digits: number) =>
    Object.entries(values).map(([name, value]) => `  ${name.padEnd(24)}${value.toFixed(digits).padStart(10)}`)
  return [
    `${title}; for each order:`,
    ...rows(perOrder, 3),
    'dollars for a million orders:',
    ...rows(dollarsPerMillion, 4),
    `  ${'total'.padEnd(24)}${total.toFixed(4).padStart(10)}`,
  ].join('\n')
}
