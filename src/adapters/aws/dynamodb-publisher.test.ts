/**
 * A publication that fails at each of its calls in turn, against an emulator. Until the mark has moved, readers see
 * no trade of it, and whatever they see of its orders refers to trades that are stored. The same publication again
 * completes it.
 */

import { Readable } from 'node:stream'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTablesWith } from '../../../test/aws/dynamo-tables.ts'
import { watchCalls } from '../../../test/aws/watched-calls.ts'
import { feedOf, tradeFeed } from '../../../test/contracts/sample-feed.ts'
import { INSTRUMENTS, listedInstruments, orderRecord, tradeRecord } from '../../../test/contracts/sample-records.ts'
import { startDynamo } from '../../entrypoints/aws-local/emulators.ts'
import type { Publication } from '../../ports/publisher.ts'
import { EventFeedReader } from '../../protocol/event/event-feed-reader.ts'
import { OperationalFailure } from '../../protocol/failure.ts'
import { DynamoInstruments } from './dynamodb-instruments.ts'
import { tradeKey } from './dynamodb-items.ts'
import { DynamoOrders } from './dynamodb-orders.ts'
import { DynamoPublisher } from './dynamodb-publisher.ts'
import { DynamoTable } from './dynamodb-table.ts'
import { DynamoTrades } from './dynamodb-trades.ts'

/** More than one batch of 25. */
const TRADES = 30
const NUMBERS = [...Array(TRADES).keys()].map((i) => i + 1)
const SCHEDULE = { recordAtMs: 1_000 }
const MARK = { position: '2', eventNumber: TRADES + 1, tradeNumber: TRADES }
const ORDERS = [
  orderRecord('a', 3, { fills: NUMBERS.slice(0, 10) }),
  orderRecord('b', 4, { fills: NUMBERS.slice(10) }),
  orderRecord('c', 5),
]
const PUBLICATION: Publication = {
  symbol: 'BTCUSD',
  instrument: listedInstruments().get('BTCUSD'),
  orders: ORDERS,
  events: feedOf([
    ...NUMBERS.map((tradeNumber) => ({
      kind: 'TradeExecuted' as const,
      symbol: 'BTCUSD',
      number: tradeNumber,
      account: 'ann',
      orderId: 'm',
      price: 100,
      quantity: 1,
      tradeNumber,
      takerAccount: 'ann',
      takerOrderId: tradeNumber <= 10 ? 'a' : 'b',
    })),
    { kind: 'PhaseChanged', symbol: 'BTCUSD', number: TRADES + 1, phase: 'HALTED', rules: 1, concernsSymbol: true },
  ]),
  mark: MARK,
  schedule: SCHEDULE,
}

let server: Awaited<ReturnType<typeof startDynamo>>
let client: DynamoDBClient
/** Names of the calls so far. */
let steps: string[] = []
/** The call that is refused, by its number. */
let failing = Number.POSITIVE_INFINITY
let run = 0

function step(name: string): void {
  steps.push(name)
  if (steps.length === failing) {
    throw Object.assign(new Error('injected'), { name: 'AccessDenied', $metadata: { httpStatusCode: 400 } })
  }
}

beforeAll(async () => {
  server = await startDynamo()
  client = new DynamoDBClient({
    endpoint: server.url,
    region: 'local',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  })
  watchCalls(client, { sent: step })
})
afterAll(async () => {
  client.destroy()
  await server.close()
})

async function open() {
  failing = Number.POSITIVE_INFINITY
  const tables = await createTablesWith(client, `-${++run}`)
  const streamed = new Set<string>()
  const events = new Set<number>()
  const append = async (_: string, lines: readonly string[]): Promise<void> => {
    step('append')
    for (const line of lines) streamed.add(JSON.parse(line).tradeid)
  }
  const appendEvents = async (_: string, batch: Uint8Array): Promise<void> => {
    step('append events')
    const event = new EventFeedReader(batch)
    while (event.next()) events.add(event.number)
  }
  const publisher = new DynamoPublisher(client, tables, { append }, { append: appendEvents })
  const orders = new DynamoOrders(client, tables, INSTRUMENTS)
  const trades = new DynamoTrades(client, tables, INSTRUMENTS)
  const stored = new DynamoTable(client, tables.trades)
  const instruments = new DynamoInstruments(client, tables.instruments)
  /** What readers see, and whether every fill that they see has its trade. */
  const seen = async () => {
    failing = Number.POSITIVE_INFINITY
    const found = (await Promise.all(ORDERS.map(({ orderId }) => orders.get('ann', orderId)))).filter(
      (order) => order !== undefined,
    )
    const keys = found.flatMap(({ fills }) => fills).map((fill) => tradeKey('BTCUSD', fill))
    return {
      mark: await publisher.mark('BTCUSD'),
      trades: (await trades.list('BTCUSD', { limit: 100 })).length,
      orders: found.length,
      fillsWithoutTrade: keys.length - (await stored.getAll(keys)).length,
      streamed: streamed.size,
      events: events.size,
      instruments: (await instruments.all()).length,
    }
  }
  return { publisher, seen }
}

const COMPLETE = {
  mark: { ...MARK, schedule: SCHEDULE },
  trades: TRADES,
  orders: ORDERS.length,
  fillsWithoutTrade: 0,
  streamed: TRADES,
  events: TRADES + 1,
  instruments: 1,
}

test('a publication that fails at any of its calls shows no fill without its trade, and moves no mark', async () => {
  const whole = await open()
  steps = []
  await whole.publisher.publish(PUBLICATION)
  const calls = steps.length
  // Two batches of trades, the instrument and its counter, three orders, both streams, the mark.
  expect(calls).toBe(10)
  expect(steps.slice(-2)).toEqual(['append events', 'UpdateItem'])
  expect(await whole.seen()).toEqual(COMPLETE)

  for (let number = 1; number <= calls; number++) {
    const { publisher, seen } = await open()
    steps = []
    failing = number
    const failed = await publisher.publish(PUBLICATION).catch((cause) => cause)
    const name = `call ${number}: ${steps[number - 1]}`
    expect(failed, name).toBeInstanceOf(Error)
    if (!steps[number - 1].startsWith('append')) expect(failed, name).toBeInstanceOf(OperationalFailure)
    const early = await seen()
    expect(early, name).toMatchObject({ mark: undefined, trades: 0, fillsWithoutTrade: 0 })
    // Readers of the stream of events find the rows of all its events.
    if (early.events > 0) expect(early, name).toEqual({ ...COMPLETE, mark: undefined, trades: 0 })
    await publisher.publish(PUBLICATION)
    expect(await seen(), name).toEqual(COMPLETE)
  }
})

test('orders are written side by side up to a bound, after the trades, and the mark last', async () => {
  const open = new Set<string>()
  const order: string[] = []
  let most = 0
  let calls = 0
  const handle = async (request: { headers: Record<string, string>; body: string }) => {
    const { TableName, RequestItems } = JSON.parse(request.body)
    const table = TableName ?? Object.keys(RequestItems)[0]
    const call = `${table} ${++calls}`
    if (order[order.length - 1] !== table) order.push(table)
    // Each table begins when no call to the one before is open.
    for (const other of open) expect(other.startsWith(table)).toBe(true)
    open.add(call)
    most = Math.max(most, open.size)
    await new Promise((resolve) => setTimeout(resolve, 1))
    open.delete(call)
    return { response: { statusCode: 200, headers: {}, body: Readable.from([Buffer.from('{}')]) } }
  }
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' }
  const stubbed = new DynamoDBClient({ region: 'local', credentials, requestHandler: { handle } as never })
  const tables = { orders: 'Orders', trades: 'Trades', positions: 'Positions', instruments: 'Instruments' }
  const publisher = new DynamoPublisher(stubbed, tables, { append: async () => {} })
  const orders = Array.from({ length: 1_000 }, (_, i) => orderRecord(`o${i}`, i + 1))
  const events = tradeFeed(NUMBERS.map((tradeNumber) => tradeRecord(tradeNumber)))
  await publisher.publish({ ...PUBLICATION, orders, events })
  expect(order).toEqual(['Trades', 'Orders', 'Positions'])
  expect([most, calls]).toEqual([64, 2 + 1_000 + 1])
})
