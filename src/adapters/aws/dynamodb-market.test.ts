/**
 * Candles and tickers that are recorded in DynamoDB: whatever of the stream a recorder has missed, repeated or not
 * finished, they equal a computation from all trades.
 */

import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  bySymbol,
  createMarketTables,
  FaultyRecorders,
  type MarketTableNames,
  moveMark,
  storeTrades,
} from '../../../test/aws/recorded-market.ts'
import { watchCalls } from '../../../test/aws/watched-calls.ts'
import { marketReaderContract } from '../../../test/contracts/market-reader.contract.ts'
import { INSTRUMENTS, tradeRecord } from '../../../test/contracts/sample-records.ts'
import { randomOf } from '../../../test/e2e/random.ts'
import { naiveCandles, naiveTicker } from '../../../test/marketdata/naive-market.ts'
import { startDynamo } from '../../entrypoints/aws-local/emulators.ts'
import { type CandleRange, RangeTooLarge } from '../../ports/market-reader.ts'
import { INTERVAL_MS, type Interval } from '../../protocol/candle-interval.ts'
import { OperationalFailure } from '../../protocol/failure.ts'
import type { TradeRecord } from '../../protocol/records.ts'
import { ticks } from '../../protocol/units.ts'
import { CandleRows } from './candle-rows.ts'
import { DynamoMarket } from './dynamodb-market.ts'
import { DynamoRecorder } from './dynamodb-recorder.ts'

let server: Awaited<ReturnType<typeof startDynamo>>
let client: DynamoDBClient
let run = 0
/** Called before each call, and may refuse it. */
let sent: (name: string) => void = () => {}

beforeAll(async () => {
  server = await startDynamo()
  client = new DynamoDBClient({
    endpoint: server.url,
    region: 'local',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  })
  watchCalls(client, { sent: (name) => sent(name) })
})
afterAll(async () => {
  client.destroy()
  await server.close()
})

async function open() {
  const tables = await createMarketTables(client, `-${++run}`)
  return { tables, market: new DynamoMarket(client, tables, INSTRUMENTS), rows: new CandleRows(client, tables.candles) }
}
const recorderOf = (tables: MarketTableNames) => new DynamoRecorder(client, tables, INSTRUMENTS)

/** Trades a second apart, from a minute before the end of a day on. */
const tradesOf = (count: number, stepMs = 1_000): TradeRecord[] =>
  Array.from({ length: count }, (_, i) =>
    tradeRecord(i + 1, { price: ticks(100 + ((i * 7) % 11)), timestampMs: 86_400_000 * 20_000 - 60_000 + i * stepMs }),
  )
const day = { fromMs: 86_400_000 * 19_999, toMs: 86_400_000 * 20_002 }

describe('recorded with repeats, lost batches and new processes', () => {
  marketReaderContract(async (commits) => {
    const { tables, market } = await open()
    const recorders = new FaultyRecorders(client, tables, randomOf(run))
    for (const trades of commits) for (const own of bySymbol(trades)) await recorders.take(own)
    if (run % 3 === 0) expect(await recorders.catchUp(['BTCUSD', 'ETHUSD', 'NONE'])).toBe(0)
    return market
  }, 3)
})

test('a recorder that fails at any of its calls loses nothing and counts nothing twice', {
  timeout: 120_000,
}, async () => {
  const trades = tradesOf(10, 45 * 60_000)
  const expected = [naiveCandles(trades, '1m'), naiveCandles(trades, '1h'), naiveCandles(trades, '1d')]
  const seen = async (market: DynamoMarket) =>
    Promise.all((['1m', '1h', '1d'] as const).map(async (interval) => market.candles('BTCUSD', interval, day)))
  for (let failing = 1, isDone = false; !isDone; failing++) {
    sent = () => {}
    const { tables, market, rows } = await open()
    await storeTrades(client, tables, trades)
    const recorder = recorderOf(tables)
    let calls = 0
    sent = () => {
      if (++calls === failing)
        throw Object.assign(new Error('injected'), { name: 'AccessDenied', $metadata: { httpStatusCode: 400 } })
    }
    const record = async () => {
      for (const from of [0, 5]) await recorder.record('BTCUSD', trades.slice(from, from + 5))
    }
    isDone = await record().then(
      () => true,
      (cause) => {
        expect(cause).toBeInstanceOf(OperationalFailure)
        return false
      },
    )
    sent = () => {}
    if (!isDone) await record()
    await moveMark(client, tables, trades[9])
    expect((await seen(market)).map((candles) => candles.map((candle) => ({ ...candle })))).toEqual(
      expected.map((candles) => candles.map(({ interval: _, ...candle }) => candle)),
    )
    expect(await rows.recorded('BTCUSD'), `call ${failing}`).toMatchObject({ lastTrade: 10 })
  }
})

test('a process that ends between the row of a minute and the recorded trade leaves no trade counted twice', async () => {
  const { tables, market, rows } = await open()
  const trades = tradesOf(1_800, 20)
  await storeTrades(client, tables, trades)
  await moveMark(client, tables, trades[1_199])
  const first = recorderOf(tables)
  await first.record('BTCUSD', trades.slice(0, 600))
  // The rows of fills of 12 seconds and two accounts, and the minute; then the recorded trade is refused.
  let calls = 0
  sent = () => {
    if (++calls > 2 * 12 + 1)
      throw Object.assign(new Error(), { name: 'AccessDenied', $metadata: { httpStatusCode: 400 } })
  }
  await expect(first.record('BTCUSD', trades.slice(600, 1_200))).rejects.toThrow(OperationalFailure)
  sent = () => {}
  const minuteMs = trades[0].timestampMs
  expect(await rows.recorded('BTCUSD')).toEqual({ lastTrade: 600, minuteMs })
  expect(await rows.get('BTCUSD', '1m', minuteMs)).toMatchObject({ lastTrade: 1_200 })
  const expected = (count: number) =>
    naiveCandles(trades.slice(0, count), '1m').map(({ interval: _, ...candle }) => candle)
  expect(await market.candles('BTCUSD', '1m', day)).toEqual(expected(1_200))
  for (const recorder of [first, recorderOf(tables)]) {
    for (let i = 600; i < 1_800; i += 100) await recorder.record('BTCUSD', trades.slice(i, i + 100))
  }
  await moveMark(client, tables, trades[1_799])
  expect(await market.candles('BTCUSD', '1m', day)).toEqual(expected(1_800))
  expect(await rows.get('BTCUSD', '1m', minuteMs)).toEqual(expected(1_600)[0])
})

test('few rows are written: a minute when it is complete or has many trades, an hour and a day when complete', async () => {
  const { tables, market, rows } = await open()
  const trades = tradesOf(1_200, 40)
  await storeTrades(client, tables, trades)
  await moveMark(client, tables, trades[1_199])
  const recorder = recorderOf(tables)
  const written = new Map<string, number>()
  sent = (name) => written.set(name, (written.get(name) ?? 0) + 1)
  for (let i = 0; i < 1_200; i += 10) await recorder.record('BTCUSD', trades.slice(i, i + 10))
  sent = () => {}
  // 48 seconds of one minute: the rows of two accounts for each batch or second, and the minute twice with its mark.
  expect(written.get('UpdateItem')).toBeLessThanOrEqual(120 * 2 + 48 * 2 + 2 * 2)
  expect(await rows.recorded('BTCUSD')).toEqual({ lastTrade: 1_000, minuteMs: trades[0].timestampMs })
  expect((await market.candles('BTCUSD', '1m', day)).map(({ count }) => count)).toEqual([1_200])
  expect((await market.latest('BTCUSD')).map(({ lastTrade }) => lastTrade)).toEqual(Array(7).fill(1_200))
})

test('a recorder that begins late reads the trades before its batch', async () => {
  const { tables, market, rows } = await open()
  const trades = tradesOf(3_000, 20)
  await storeTrades(client, tables, trades)
  await moveMark(client, tables, trades[2_999])
  await recorderOf(tables).record('BTCUSD', trades.slice(2_990))
  const [minute] = await market.candles('BTCUSD', '1m', day)
  expect(minute).toEqual((({ interval: _, ...candle }) => candle)(naiveCandles(trades, '1m')[0]))
  expect(await rows.recorded('BTCUSD')).toMatchObject({ lastTrade: 2_990 })
  expect(await recorderOf(tables).catchUp(['BTCUSD'])).toBe(0)
  expect(await rows.recorded('BTCUSD')).toMatchObject({ lastTrade: 3_000 })
})

test('calls for one symbol take their turns, and one that fails does not stop the next', async () => {
  const { tables, market, rows } = await open()
  const trades = tradesOf(900, 20)
  await storeTrades(client, tables, trades)
  await moveMark(client, tables, trades[899])
  const recorder = recorderOf(tables)
  let calls = 0
  sent = (name) => {
    if (name === 'UpdateItem' && ++calls === 3)
      throw Object.assign(new Error(), { name: 'AccessDenied', $metadata: { httpStatusCode: 400 } })
  }
  const ends = await Promise.allSettled([
    recorder.record('BTCUSD', trades.slice(0, 300)),
    recorder.record('BTCUSD', trades.slice(300, 600)),
    recorder.catchUp(['BTCUSD']),
  ])
  sent = () => {}
  expect(ends.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'fulfilled'])
  expect(await rows.recorded('BTCUSD')).toMatchObject({ lastTrade: 900 })
  const [{ interval: _, ...expected }] = naiveCandles(trades, '1m')
  expect(await market.candles('BTCUSD', '1m', day)).toEqual([expected])
})

test('candles are refused if they need too many trades, and read up to that number', async () => {
  const { tables } = await open()
  const market = new DynamoMarket(client, tables, INSTRUMENTS, { secondsTradesMax: 50, unrecordedMax: 50 })
  const trades = tradesOf(51, 10)
  await storeTrades(client, tables, trades)
  const fromMs = trades[0].timestampMs
  const second = { fromMs, toMs: fromMs + INTERVAL_MS['1s'] }
  const counted = async (interval: Interval, range: CandleRange) =>
    (await market.candles('BTCUSD', interval, range)).map(({ count }) => count)
  await moveMark(client, tables, trades[49])
  expect([await counted('1s', second), await counted('1m', day)]).toEqual([[50], [50]])
  await moveMark(client, tables, trades[50])
  await expect(counted('1s', second)).rejects.toThrow(RangeTooLarge)
  await expect(counted('1m', day)).rejects.toThrow(OperationalFailure)
  expect(await recorderOf(tables).catchUp(['BTCUSD'])).toBe(0)
  expect(await counted('1m', day)).toEqual([51])
})

test('a ticker is read again after a trade and in the next minute, and else not', async () => {
  const { tables, market } = await open()
  const trades = tradesOf(3)
  await storeTrades(client, tables, trades)
  const nowMs = trades[0].timestampMs + 10_000
  expect(await market.ticker('BTCUSD', nowMs)).toBeUndefined()
  await moveMark(client, tables, trades[0])
  expect(await market.ticker('BTCUSD', nowMs)).toEqual(naiveTicker(trades.slice(0, 1), nowMs))
  await moveMark(client, tables, trades[2])
  expect(await market.ticker('BTCUSD', nowMs)).toEqual(naiveTicker(trades, nowMs))
  let calls = 0
  sent = () => void calls++
  await market.ticker('BTCUSD', nowMs)
  expect(calls).toBe(1)
  sent = () => {}
  const laterMs = nowMs + INTERVAL_MS['1d']
  expect(await market.ticker('BTCUSD', laterMs)).toEqual(naiveTicker(trades, laterMs))
})
