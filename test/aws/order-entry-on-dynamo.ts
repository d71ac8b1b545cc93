/**
 * Order entry on an emulated DynamoDB, with a stream in memory that fails when a test says so. A test file that imports
 * this gets new tables, and new values of the exported variables, for each test.
 */

import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { afterAll, beforeAll, beforeEach } from 'vitest'
import { DynamoMarks } from '../../src/adapters/aws/dynamodb-marks.ts'
import { DynamoOrders } from '../../src/adapters/aws/dynamodb-orders.ts'
import { DynamoPublisher } from '../../src/adapters/aws/dynamodb-publisher.ts'
import { KinesisOrderEntry, type OrderEntryParts } from '../../src/adapters/aws/kinesis-order-entry.ts'
import type { AppendOptions, KinesisWriter } from '../../src/adapters/aws/kinesis-writer.ts'
import { TABLES } from '../../src/adapters/aws/resources.ts'
import { startDynamo } from '../../src/entrypoints/aws-local/emulators.ts'
import type { Position } from '../../src/ports/order-stream.ts'
import { OperationalFailure } from '../../src/protocol/failure.ts'
import type { InstrumentDirectory } from '../../src/protocol/instrument/instrument-directory.ts'
import { INSTRUMENTS, listedInstruments } from '../contracts/sample-records.ts'
import { createTablesWith } from './dynamo-tables.ts'

let server: Awaited<ReturnType<typeof startDynamo>>
export let client: DynamoDBClient
let run = 0
/** The name of the table of orders of this test. */
export const ordersTable = (): string => `${TABLES.orders.name}-${run}`

beforeAll(async () => {
  server = await startDynamo()
  client = new DynamoDBClient({
    endpoint: server.url,
    region: 'local',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  })
})
afterAll(async () => {
  client.destroy()
  await server.close()
})

/** Takes lines as Kinesis does; the next appends may fail before or after that. */
class Stream {
  readonly appended: { key: string; lines: readonly string[]; options: AppendOptions }[] = []
  failures: ('before' | 'after')[] = []

  append = async (key: string, lines: readonly string[], options: AppendOptions = {}): Promise<Position> => {
    const failure = this.failures.shift()
    if (failure !== 'before') this.appended.push({ key, lines, options })
    if (failure !== undefined) throw new OperationalFailure('unavailable', 'away', { retryable: true })
    return String(this.appended.length).padStart(64, '0')
  }
}

export let stream: Stream
export let orders: DynamoOrders
export let directory: InstrumentDirectory
export let publisher: DynamoPublisher
export let entry: KinesisOrderEntry
export let parts: OrderEntryParts

beforeEach(async () => {
  const tables = await createTablesWith(client, `-${++run}`)
  stream = new Stream()
  directory = listedInstruments()
  orders = new DynamoOrders(client, tables, INSTRUMENTS)
  publisher = new DynamoPublisher(client, tables, { append: async () => {} })
  let listed = 0
  parts = {
    orders,
    marks: new DynamoMarks(client, tables.positions),
    stream: stream as unknown as KinesisWriter,
    instruments: directory,
    nowMs: Date.now,
    random: () => (++listed).toString(16).padStart(8, '0'),
    traceId: () => '1-trace',
  }
  entry = new KinesisOrderEntry(parts)
})

/** The ids of the orders of ann, as a list shows them. */
export const listed = async () => (await orders.list('ann', { limit: 100 })).rows.map(({ orderId }) => orderId)
/** What a repeated append would send. */
export const marked = ({ lines, options }: Stream['appended'][number]) => options.again?.(lines)
