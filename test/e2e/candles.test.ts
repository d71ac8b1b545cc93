/**
 * Candles, tickers and fills of the real process equal a computation from all of its trades: under load, after kills
 * at random moments, and after the start of a directory that has trades and none of them.
 */

import { join } from 'node:path'
import { open as openLmdb } from 'lmdb'
import { expect, test } from 'vitest'
import { candleResource, windowResource } from '../../src/api/market-resource.ts'
import { fillFlat } from '../../src/marketdata/flat-candles.ts'
import { intervalStart } from '../../src/protocol/candle.ts'
import { INTERVAL_MS, type Interval } from '../../src/protocol/candle-interval.ts'
import type { Instrument } from '../../src/protocol/instrument/instrument.ts'
import { countSteps, type Step } from '../../src/protocol/units.ts'
import { INSTRUMENTS } from '../contracts/sample-records.ts'
import { temporaryDirectory } from '../contracts/temporary-directory.ts'
import { naiveCandles, naiveTicker, type TestTrade } from '../marketdata/naive-market.ts'
import { type Api, apiOf } from './api.ts'
import { Journal, SYMBOLS, sendUntilBroken } from './order-load.ts'
import { randomOf } from './random.ts'
import { logged, startExchange } from './running-exchange.ts'

const SEED = Number(process.env.CRASH_SEED ?? Math.floor(Math.random() * 2 ** 31))
const ROUNDS = 4
const SHOWN: readonly Interval[] = ['1s', '1m', '5m', '1h', '1d']

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))
const steps = (text: string, step: Step): number => countSteps(text, step) as number

/** Every page of a list. */
async function allRows<Row>(api: Api, path: string, name: string): Promise<Row[]> {
  const rows: Row[] = []
  let cursor: string | null = null
  do {
    const { body } = await api.get(`${path}&limit=1000${cursor === null ? '' : `&cursor=${cursor}`}`)
    rows.push(...body[name])
    cursor = body.nextCursor
  } while (cursor !== null)
  return rows
}

interface ShownTrade {
  readonly tradeId: string
  readonly price: string
  readonly quantity: string
  readonly timestamp: string
}

const numberOf = ({ tradeId }: { readonly tradeId: string }): number =>
  Number(tradeId.slice(tradeId.lastIndexOf('-') + 1))

/** Compares what the exchange shows with all of its trades. Returns their number. */
async function checkMarket(api: Api): Promise<number> {
  let count = 0
  const tradeIds: string[] = []
  for (const symbol of SYMBOLS) {
    const instrument = INSTRUMENTS.get(symbol) as Instrument
    const rows = await allRows<ShownTrade>(api, `/trades/${symbol}?sort=asc`, 'trades')
    expect(rows.map(numberOf)).toEqual(rows.map((_, i) => i + 1))
    expect(await allRows(api, `/trades/${symbol}?sort=desc`, 'trades')).toEqual([...rows].reverse())
    const trades = rows.map((row) => testTrade(row, instrument))
    for (const interval of SHOWN) await checkCandles(api, instrument, trades, interval)
    const { body } = await api.get(`/ticker/${symbol}`)
    expect(body).toMatchObject(windowResource(naiveTicker(trades, Date.parse(body.timestamp)), instrument))
    count += rows.length
    tradeIds.push(...rows.map(({ tradeId }) => tradeId))
  }
  // Without keys both orders of each trade are of one account.
  const fills = await allRows<{ tradeId: string; liquidity: string }>(api, '/fills?sort=asc', 'fills')
  const shown = fills.map(({ tradeId, liquidity }) => `${tradeId} ${liquidity}`)
  expect(shown.sort()).toEqual(tradeIds.flatMap((id) => [`${id} MAKER`, `${id} TAKER`]).sort())
  return count
}

const testTrade = (row: ShownTrade, { tick, lot }: Instrument): TestTrade => ({
  tradeNumber: numberOf(row),
  price: steps(row.price, tick),
  quantity: steps(row.quantity, lot),
  timestampMs: Date.parse(row.timestamp),
})

async function checkCandles(api: Api, instrument: Instrument, trades: readonly TestTrade[], interval: Interval) {
  if (trades.length === 0) return
  const step = INTERVAL_MS[interval]
  const fromMs = intervalStart(trades[0].timestampMs, step)
  const toMs = trades[trades.length - 1].timestampMs + step
  const range = `from=${new Date(fromMs).toISOString()}&to=${new Date(toMs).toISOString()}`
  const { body } = await api.get(`/candles/${instrument.symbol}?interval=${interval}&${range}&limit=1000`)
  const wanted = fillFlat(naiveCandles(trades, interval), fromMs, toMs, interval)
  expect(body.nextFrom).toBeNull()
  for (const [i, candle] of body.candles.entries()) {
    expect(candle).toEqual(candleResource(wanted[i], candle.closed, instrument))
  }
  expect(body.candles.length).toBeGreaterThanOrEqual(naiveCandles(trades, interval).length)
}

test(`candles, tickers and fills equal all trades after ${ROUNDS} kills under load (seed ${SEED})`, {
  timeout: 300_000,
}, async () => {
  const data = temporaryDirectory()
  const random = randomOf(SEED)
  const journal = new Journal()
  for (let round = 0; round < ROUNDS; round++) {
    const exchange = await startExchange(data)
    const load = sendUntilBroken(exchange.url, 4, journal, random)
    // On a busy machine there is no trade for a while.
    const acknowledged = () => [...journal.entries.values()].filter((entry) => entry.acknowledged).length
    const before = acknowledged()
    await expect.poll(acknowledged, { timeout: 30_000 }).toBeGreaterThan(before + 100)
    await pause(random.below(600))
    await exchange.stop('SIGKILL')
    await load
    const again = await startExchange(data)
    const api = apiOf(again.url)
    expect(await checkMarket(api)).toBeGreaterThan(round === 0 ? 0 : 1)
    api.close()
    await again.stop(random.chance(0.5) ? 'SIGKILL' : 'SIGTERM')
  }

  // As a program without them leaves the directory.
  const path = join(data, 'records.lmdb')
  const root = openLmdb({ path, noSubdir: true, maxDbs: 16 })
  for (const name of ['fills', 'candles', 'folds']) await root.openDB({ name }).drop()
  await root.close()
  const exchange = await startExchange(data)
  const api = apiOf(exchange.url)
  const trades = await checkMarket(api)
  api.close()
  const { code, stderr } = await exchange.stop('SIGTERM')
  expect(code).toBe(0)
  expect(logged(stderr, 'fills and candles were made from the stored trades')?.trades).toBeLessThanOrEqual(trades)
})
