/** The commands of the deployment guide against the AWS runtime, and the next steps of a user. */

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ScanCommand } from '@aws-sdk/client-dynamodb'
import { PutRecordCommand } from '@aws-sdk/client-kinesis'
import { GetObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { STREAMS } from '../../src/adapters/aws/resources.ts'
import { CREDENTIALS } from '../../src/entrypoints/aws-local/emulators.ts'
import { BUCKET } from '../../src/entrypoints/aws-local/local-stack.ts'
import { LakeSession } from '../../src/lake-query/lake-session.ts'
import { eventually, type LocalExchange, startExchange, whyNot } from './local-exchange.ts'
import { linesOf } from './stored-exchange.ts'

const missing = whyNot()
const GUIDE = { orderId: 'test-001', symbol: 'BTCUSD', side: 'BUY', quantity: 1.5, price: 50000.0 }
const WAIT = { Prefer: 'wait=10' }

describe.skipIf(missing !== undefined)(`the AWS runtime${missing === undefined ? '' : ` (${missing})`}`, () => {
  let exchange: LocalExchange
  let lakeFolder: string

  beforeAll(async () => {
    lakeFolder = mkdtempSync(join(tmpdir(), 'lake-'))
    exchange = await startExchange({ heartbeatMs: 300, lakeFolder })
  })
  afterAll(async () => {
    await exchange?.close()
    rmSync(lakeFolder, { recursive: true })
  })

  test("accepts the guide's order and shows it at once", async () => {
    expect(await exchange.send('POST', '/orders', GUIDE)).toMatchObject({
      status: 202,
      body: { orderId: 'test-001', status: 'PENDING' },
    })
    const order = await exchange.send('GET', '/orders/test-001')
    expect(order).toMatchObject({ status: 200, body: { orderId: 'test-001', quantity: '1.5', price: '50000.00' } })
  })

  test('trades it with an opposite order; orders, book, trades and fills show the trade', async () => {
    const sell = { ...GUIDE, orderId: 'test-002', side: 'SELL', quantity: '0.5' }
    const sold = await exchange.send('POST', '/orders', sell, { ...WAIT, 'X-Request-Id': 'request-7' })
    expect(sold).toMatchObject({
      status: 200,
      body: { status: 'FILLED', averagePrice: '50000.00', fills: [{ tradeId: 'BTCUSD-1', liquidity: 'TAKER' }] },
    })
    expect((await exchange.send('GET', '/orders/test-001')).body).toMatchObject({
      status: 'PARTIALLY_FILLED',
      remainingQuantity: '1',
      fills: [{ tradeId: 'BTCUSD-1', liquidity: 'MAKER' }],
    })
    expect((await exchange.send('GET', '/book/BTCUSD')).body).toMatchObject({
      lastPrice: '50000.00',
      bids: [{ price: '50000.00', quantity: '1' }],
      asks: [],
    })
    expect((await exchange.send('GET', '/trades/BTCUSD')).body.trades).toMatchObject([
      { tradeId: 'BTCUSD-1', price: '50000.00', quantity: '0.5', takerSide: 'SELL' },
    ])
    expect(
      (await exchange.send('GET', '/orders')).body.orders.map(({ orderId }: { orderId: string }) => orderId),
    ).toEqual(['test-002', 'test-001'])
  })

  test('has the request id of an order in the trade stream', async () => {
    const { Items = [] } = await exchange.dynamodb.send(new ScanCommand({ TableName: 'Orders', Limit: 10 }))
    expect(Items.find(({ orderId }) => orderId.S === 'test-002')?.requestId.S).toBe('request-7')
    const [line] = await linesOf(exchange.kinesis, STREAMS.trades.name)
    expect(JSON.parse(line.text)).toMatchObject({ tradeid: 'BTCUSD-1', quantity: '0.5', requestid: 'request-7' })
  })

  test('has the orders and the trade in its lake', async () => {
    const rows = async (sql: string) => {
      const session = await LakeSession.open({ lake: lakeFolder, memoryMiB: 256, threads: 1 })
      try {
        return (await session.connection.runAndReadAll(sql)).getRowsJson()
      } finally {
        session.close()
      }
    }
    const traded = await eventually('trade in the lake', async () => {
      const found = await rows('SELECT tradeid, quantity FROM exchange_data_lake.trades')
      return found.length > 0 ? found : undefined
    })
    expect(traded).toEqual([['BTCUSD-1', '0.500000000000']])
    const orders = await eventually('orders in the lake', async () => {
      const found = await rows('SELECT orderid, price, remaining FROM exchange_data_lake.orders ORDER BY eventnumber')
      return found.length > 1 ? found : undefined
    })
    expect(orders).toEqual([
      ['test-001', '50000.000000000000', '1.500000000000'],
      ['test-002', '50000.000000000000', '0.500000000000'],
    ])
  })

  test("has the rows that the guide's scans show", async () => {
    const orders = await exchange.dynamodb.send(new ScanCommand({ TableName: 'Orders', Limit: 10 }))
    const trades = await exchange.dynamodb.send(new ScanCommand({ TableName: 'Trades', Limit: 10 }))
    expect(orders.Items?.find(({ orderId }) => orderId.S === 'test-001')).toMatchObject({
      symbol: { S: 'BTCUSD' },
      quantity: { S: '1.5' },
      filled: { S: '0.5' },
      price: { S: '50000.00' },
    })
    expect(trades.Items).toHaveLength(1)
  })

  test('answers a repeated order with the first result, and another order of the same id with 409', async () => {
    const again = await exchange.send('POST', '/orders', { ...GUIDE, quantity: '1.50' }, WAIT)
    expect(again).toMatchObject({ status: 200, body: { orderId: 'test-001', status: 'PARTIALLY_FILLED' } })
    const other = await exchange.send('POST', '/orders', { ...GUIDE, quantity: 2 })
    expect(other).toMatchObject({ status: 409, body: { code: 'order_id_conflict' } })
  })

  test('amends and cancels', async () => {
    const amended = await exchange.send('PATCH', '/orders/test-001', { quantity: '1.2' }, WAIT)
    expect(amended).toMatchObject({ status: 200, body: { quantity: '1.2', remainingQuantity: '0.7' } })
    const canceled = await exchange.send('DELETE', '/orders/test-001', undefined, WAIT)
    expect(canceled).toMatchObject({ status: 200, body: { status: 'CANCELED', reason: 'requested' } })
    expect(await exchange.send('DELETE', '/orders/test-001')).toMatchObject({ status: 409 })
    expect((await exchange.send('GET', '/book/BTCUSD')).body.bids).toEqual([])
  })

  test('writes a batch as one stream record for each symbol and lists its orders newest first', async () => {
    const before = (await linesOf(exchange.kinesis, STREAMS.orders.name)).map(({ sequenceNumber }) => sequenceNumber)
    const orders = [...Array(30).keys()].map((i) => ({
      orderId: `b-${i}`,
      symbol: i % 2 === 0 ? 'ETHUSD' : 'ENERGY-DE',
      side: 'BUY',
      quantity: 1,
      price: 10 + i,
    }))
    const { body } = await exchange.send('POST', '/orders/batch', { orders: [...orders, { ...orders[0] }] }, WAIT)
    expect(body.results.map(({ status }: { status: number }) => status)).toEqual(Array(31).fill(200))
    expect(body.results[30].replayed).toBe(true)
    const records = new Map<string, number>()
    for (const { key, sequenceNumber, text } of await linesOf(exchange.kinesis, STREAMS.orders.name)) {
      if (before.includes(sequenceNumber) || !text.includes('"PlaceOrder"')) continue
      records.set(`${key} ${sequenceNumber}`, (records.get(`${key} ${sequenceNumber}`) ?? 0) + 1)
    }
    expect([...records.values()]).toEqual([15, 15])
    const page = await exchange.send('GET', '/orders?symbol=ETHUSD&status=OPEN&limit=10')
    expect(page.body.orders.map(({ orderId }: { orderId: string }) => orderId)).toEqual(
      [...Array(10).keys()].map((i) => `b-${28 - 2 * i}`),
    )
    const rest = await exchange.send('GET', `/orders?symbol=ETHUSD&limit=10&cursor=${page.body.nextCursor}`)
    expect(rest.body.orders).toHaveLength(5)
  })

  test('expires an order although no other command arrives for its symbol', async () => {
    const expiresAt = new Date(Date.now() + 1_500).toISOString()
    const order = {
      orderId: 'gtd',
      symbol: 'BTCUSD',
      side: 'BUY',
      quantity: 1,
      price: 1,
      timeInForce: 'GTD',
      expiresAt,
    }
    expect(await exchange.send('POST', '/orders', order, WAIT)).toMatchObject({ status: 200, body: { status: 'NEW' } })
    await eventually('expiry', async () =>
      (await exchange.send('GET', '/orders/gtd')).body.status === 'EXPIRED' ? true : undefined,
    )
  })

  test('stores a line that is not a command as a dead letter with its bytes, and continues', async () => {
    const put = (PartitionKey: string, Data: string) =>
      exchange.kinesis.send(new PutRecordCommand({ StreamName: 'KDS_Orders', PartitionKey, Data: Buffer.from(Data) }))
    const s3 = new S3Client({
      endpoint: exchange.emulators.s3,
      region: 'local',
      credentials: CREDENTIALS,
      forcePathStyle: true,
      responseChecksumValidation: 'WHEN_REQUIRED',
    })
    await put('BTCUSD', 'poison\u0000\n')
    await put('NO-SUCH', '{"kind":"PlaceOrder"}\n')
    const after = { ...GUIDE, orderId: 'after-poison', symbol: 'BTCUSD' }
    expect(await exchange.send('POST', '/orders', after, WAIT)).toMatchObject({ status: 200, body: { status: 'NEW' } })
    const letters = await eventually('dead letters', async () => {
      const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: BUCKET, Prefix: 'dead-letters/' }))
      return Contents.length === 2 ? Contents : undefined
    })
    const bytes = letters.map(async ({ Key }) => {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket: BUCKET, Key }))
      return Body?.transformToString()
    })
    expect((await Promise.all(bytes)).sort()).toEqual(['poison\u0000', '{"kind":"PlaceOrder"}'])
    s3.destroy()
  })

  test('rejects orders of a halted symbol until it is resumed', async () => {
    await exchange.send('PATCH', '/instruments/ETHUSD', { phase: 'HALTED' })
    await eventually('halt', async () =>
      (await exchange.send('GET', '/book/ETHUSD')).body.phase === 'HALTED' ? true : undefined,
    )
    const refused = await exchange.send('POST', '/orders', { ...GUIDE, orderId: 'halted', symbol: 'ETHUSD' }, WAIT)
    expect(refused.body).toMatchObject({ status: 'REJECTED', reason: 'symbol_halted' })
    await exchange.send('PATCH', '/instruments/ETHUSD', { phase: 'CONTINUOUS' })
    await eventually('resumption', async () =>
      (await exchange.send('GET', '/book/ETHUSD')).body.phase === 'CONTINUOUS' ? true : undefined,
    )
  })

  test('writes metrics in the embedded metric format', () => {
    const metrics = exchange.lines.filter((line) => line.includes('"_aws"')).join('\n')
    for (const name of [
      'ordersIn',
      'ordersMatched',
      'ordersRejected',
      'trades',
      'batchSize',
      'streamLagMs',
      'deadLetters',
    ]) {
      expect(metrics).toContain(`"${name}"`)
    }
  })

  test('serves its OpenAPI document', async () => {
    expect((await exchange.send('GET', '/openapi.json')).body.openapi).toMatch(/^3\.1\./)
    expect((await exchange.send('GET', '/nothing')).status).toBe(404)
    expect((await exchange.send('PUT', '/orders')).status).toBe(405)
  })
})
