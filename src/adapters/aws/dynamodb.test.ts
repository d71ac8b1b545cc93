/** The DynamoDB adapters against an emulator: the contract of the readers, and what is theirs alone. */

import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createTablesWith } from '../../../test/aws/dynamo-tables.ts'
import { watchCalls } from '../../../test/aws/watched-calls.ts'
import { orderReaderContract } from '../../../test/contracts/order-reader.contract.ts'
import { feedOf, tradeFeed } from '../../../test/contracts/sample-feed.ts'
import {
  INSTRUMENTS,
  listedInstrument,
  listedInstruments,
  orderRecord,
  placeOrder,
  tradeRecord,
} from '../../../test/contracts/sample-records.ts'
import { startDynamo } from '../../entrypoints/aws-local/emulators.ts'
import type { Commit, CommitStore } from '../../ports/commit-store.ts'
import type { Publication } from '../../ports/publisher.ts'
import { DEMO_INSTRUMENTS } from '../../protocol/instrument/instrument.ts'
import { OPTIONAL_FIELDS } from '../../protocol/order/order-fields.ts'
import type { OrderRecord } from '../../protocol/records.ts'
import { pendingOrder } from '../../protocol/records.ts'
import { lots } from '../../protocol/units.ts'
import { DynamoInstruments } from './dynamodb-instruments.ts'
import type { Item } from './dynamodb-items.ts'
import { DynamoOrders, listKeyOf } from './dynamodb-orders.ts'
import { DynamoPublisher } from './dynamodb-publisher.ts'
import { DynamoTrades } from './dynamodb-trades.ts'

const LISTED = listedInstruments()
const SCHEDULE = { recordAtMs: 1_000 }

let server: Awaited<ReturnType<typeof startDynamo>>
let client: DynamoDBClient
let calls: string[] = []
let watch: (input: object) => void = () => {}
/** Tables of their own for each test: an emulator is slow to empty one. */
let run = 0

beforeAll(async () => {
  server = await startDynamo()
  client = new DynamoDBClient({
    endpoint: server.url,
    region: 'local',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  })
  watchCalls(client, {
    sent(operation, input) {
      calls.push(operation)
      watch(input)
    },
  })
})
afterAll(async () => {
  client.destroy()
  await server.close()
})

async function open() {
  const tables = await createTablesWith(client, `-${++run}`)
  const lines: string[][] = []
  const stream = { append: async (_: string, batch: readonly string[]) => void lines.push([...batch]) }
  const orders = new DynamoOrders(client, tables, INSTRUMENTS)
  const publisher = new DynamoPublisher(client, tables, stream)
  const trades = new DynamoTrades(client, tables, INSTRUMENTS)
  calls = []
  return { tables, orders, publisher, trades, lines }
}

/** Puts orders and trades where the adapters' own writers would: first record and list row, then publication. */
async function openAsReader() {
  const { orders, publisher, trades } = await open()
  const commit = async (batch: Commit) => {
    for (const order of batch.orders) {
      const listKey = listKeyOf(order.receivedAtMs, 'f')
      await orders.enter({ ...order, status: 'PENDING', lastEvent: 0 }, listKey)
      await orders.name(order.account, listKey, [order.orderId])
    }
    for (const symbol of INSTRUMENTS.keys()) {
      const ofSymbol = <T extends { symbol: string }>(rows: readonly T[]) => rows.filter((row) => row.symbol === symbol)
      const tradeNumber = Math.max(0, ...ofSymbol(batch.trades).map((trade) => trade.tradeNumber))
      await publisher.publish({
        symbol,
        instrument: LISTED.get(symbol),
        orders: ofSymbol(batch.orders),
        events: tradeFeed(ofSymbol(batch.trades)),
        mark: { position: batch.to, eventNumber: 1, tradeNumber },
        schedule: SCHEDULE,
      })
    }
  }
  return { store: { commit } as unknown as CommitStore, reader: orders, trades }
}

orderReaderContract(openAsReader)

describe('the first record of an order', () => {
  test('is written once; the second gets what is there', async () => {
    const { orders } = await open()
    const order = pendingOrder(placeOrder('a'), 1_000)
    expect(await orders.enter(order, listKeyOf(1_000, 'a1'))).toBeUndefined()
    const other = pendingOrder(placeOrder('a', { quantity: lots(7) }), 2_000)
    expect(await orders.enter(other, listKeyOf(2_000, 'b2'))).toEqual({
      record: order,
      listKey: listKeyOf(1_000, 'a1'),
    })
  })

  test('that an attempt of the same call has written is no other order', async () => {
    const { orders } = await open()
    const order = pendingOrder(placeOrder('a'), 1_000)
    await orders.enter(order, listKeyOf(1_000, 'a1'))
    expect(await orders.enter(order, listKeyOf(1_000, 'a1'))).toBeUndefined()
  })

  test('keeps its place in the list and its time when it is published', async () => {
    const { orders, publisher } = await open()
    const record = orderRecord('a', 3, { receivedAtMs: 1_050 })
    await orders.enter(pendingOrder(placeOrder('a'), 1_000), listKeyOf(1_000, 'a1'))
    await orders.name('ann', listKeyOf(1_000, 'a1'), ['a'])
    await publisher.publish(publication({ orders: [record] }))
    expect((await orders.list('ann', { limit: 10 })).rows).toEqual([{ ...record, receivedAtMs: 1_000 }])
  })

  test('is listed once, however often its request has been sent', async () => {
    const { orders } = await open()
    await orders.enter(pendingOrder(placeOrder('a'), 1_000), listKeyOf(1_000, 'a1'))
    for (const listKey of [listKeyOf(1_000, 'a1'), listKeyOf(1_000, 'a1'), listKeyOf(2_000, 'b2')]) {
      await orders.name('ann', listKey, ['a'])
    }
    expect((await orders.list('ann', { limit: 10 })).rows).toHaveLength(1)
  })

  test('of each order of a batch costs one write, and the list one for all', async () => {
    const { orders } = await open()
    const listKey = listKeyOf(1_000, 'a1')
    const ids = [...Array(20).keys()].map((i) => `o-${i}`)
    for (const id of ids) await orders.enter(pendingOrder(placeOrder(id), 1_000), listKey)
    await orders.name('ann', listKey, ids)
    expect(calls.length).toBe(21)
    expect((await orders.list('ann', { limit: 100 })).rows.map(({ orderId }) => orderId)).toEqual([...ids].reverse())
  })
})

describe('a publication', () => {
  test('made twice is as made once', async () => {
    const { orders, publisher, trades, tables } = await open()
    const twice = publication({
      orders: [orderRecord('a', 3)],
      events: tradeFeed([tradeRecord(1), tradeRecord(2)]),
      tradeNumber: 2,
    })
    await publisher.publish(twice)
    await publisher.publish(twice)
    expect(await trades.list('BTCUSD', { limit: 10 })).toHaveLength(2)
    expect(await orders.get('ann', 'a')).toEqual(orderRecord('a', 3))
    const { Count } = await client.send(new ScanCommand({ TableName: tables.trades }))
    expect(Count).toBe(2)
  })

  test('leaves an order that holds later events as it is', async () => {
    const { orders, publisher } = await open()
    const filled: OrderRecord = { ...orderRecord('a', 3), lastEvent: 9, status: 'FILLED', filled: lots(10) }
    await publisher.publish(publication({ orders: [filled], position: '2' }))
    await publisher.publish(publication({ orders: [orderRecord('a', 3)], position: '1' }))
    expect(await orders.get('ann', 'a')).toEqual(filled)
  })

  test('moves the mark forward only', async () => {
    const { publisher } = await open()
    expect(await publisher.mark('BTCUSD')).toBeUndefined()
    await publisher.publish(publication({ position: '2', tradeNumber: 5 }))
    await publisher.publish(publication({ position: '1', tradeNumber: 3 }))
    expect(await publisher.mark('BTCUSD')).toEqual({
      position: '2',
      eventNumber: 1,
      tradeNumber: 5,
      schedule: SCHEDULE,
    })
  })

  test('tells trades to the stream in their order, with the request of the taker', async () => {
    const { publisher, lines } = await open()
    const events = tradeFeed([tradeRecord(1), tradeRecord(2)], 'r-1')
    await publisher.publish(publication({ events, tradeNumber: 2 }))
    expect(lines).toHaveLength(1)
    expect(lines[0].map((line) => JSON.parse(line))).toMatchObject([
      { tradeid: 'BTCUSD-1', price: '1.00', quantity: '0.00000001', requestid: 'r-1' },
      { tradeid: 'BTCUSD-2', requestid: 'r-1' },
    ])
  })

  test('writes each touched order once, trades 25 at a time, and the mark', async () => {
    const { publisher } = await open()
    const trades = [...Array(60).keys()].map((i) => tradeRecord(i + 1))
    await publisher.publish(
      publication({ orders: [orderRecord('a', 3), orderRecord('b', 4)], events: tradeFeed(trades), tradeNumber: 60 }),
    )
    expect(calls.filter((name) => name === 'UpdateItem')).toHaveLength(3)
    expect(calls.filter((name) => name === 'BatchWriteItem')).toHaveLength(3)
  })

  test('writes the instrument when an event concerns the symbol, before the mark', async () => {
    const { publisher, tables } = await open()
    const instruments = new DynamoInstruments(client, tables.instruments)
    await publisher.publish(publication({ orders: [orderRecord('a', 3)] }))
    expect(await instruments.all()).toEqual([])
    const events = feedOf([
      { kind: 'PhaseChanged', symbol: 'BTCUSD', number: 4, phase: 'HALTED', rules: 1, concernsSymbol: true },
    ])
    const halted = {
      ...publication({ events, position: '2' }),
      instrument: listedInstrument(DEMO_INSTRUMENTS[0], { phase: 'HALTED' }),
    }
    calls = []
    const keys: string[] = []
    watch = (input) => void keys.push(Object.values((input as { Key?: Item }).Key ?? {})[0]?.S ?? '')
    await publisher.publish(halted)
    watch = () => {}
    expect(keys).toEqual(['instruments', 'changes', 'BTCUSD'])
    expect(await instruments.all()).toEqual([halted.instrument])
  })

  test('marks the end of an order for expiry, and not its life', async () => {
    const { publisher, tables } = await open()
    const ended = orderRecord('b', 4, { status: 'CANCELED', updatedAtMs: 1_000_000 })
    await publisher.publish(publication({ orders: [orderRecord('a', 3), ended] }))
    const { Items = [] } = await client.send(new ScanCommand({ TableName: tables.orders }))
    const expiry = new Map(Items.map((item) => [item.orderId.S, item.expiresAtSeconds?.N]))
    expect(expiry.get('a')).toBeUndefined()
    expect(expiry.get('b')).toBe(String(1_000 + 35 * 86_400))
  })
})

test.each(OPTIONAL_FIELDS)('an order keeps its $name', async ({ name, kind, example }) => {
  const { orders, publisher } = await open()
  const value = { time: 4_102_444_800_000, ticks: 5_000, lots: 15, flag: true, word: example, text: example }[kind]
  const record = orderRecord('a', 3, { [name]: value })
  await publisher.publish(publication({ orders: [record] }))
  expect(await orders.get('ann', 'a')).toEqual(record)
})

test('an order of the largest values is stored exactly', async () => {
  const { orders, publisher } = await open()
  const record = orderRecord('a', 3, {
    quantity: lots(Number.MAX_SAFE_INTEGER),
    filled: lots(Number.MAX_SAFE_INTEGER - 1),
    price: 2147483647 as never,
    expiresAtMs: 4_102_444_800_000,
    timeInForce: 'GTD',
    selfTradePrevention: 'EXPIRE_BOTH',
    postOnly: true,
    fills: [...Array(1_000).keys()].map((i) => i + 1),
    requestId: 'r',
  })
  await publisher.publish(publication({ orders: [record] }))
  expect(await orders.get('ann', 'a')).toEqual(record)
})

function publication({
  orders = [],
  events,
  position = '1',
  tradeNumber = 0,
}: Partial<Publication> & { position?: string; tradeNumber?: number }): Publication {
  const instrument = LISTED.get('BTCUSD')
  const mark = { position, eventNumber: 1, tradeNumber }
  return { symbol: 'BTCUSD', instrument, orders, events, mark, schedule: SCHEDULE }
}
