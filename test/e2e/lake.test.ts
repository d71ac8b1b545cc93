/**
 * The data lake of the real process: killed under load, stopped, started without it and with it again. Whatever
 * happens, the lake has each event once, and its rows agree with the orders and trades of the records.
 */

import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { temporaryDirectory } from '../contracts/temporary-directory.ts'
import { lakeKeys, lakeRows } from '../lake/lake-reader.ts'
import { type Api, apiOf } from './api.ts'
import { allOrders } from './audit.ts'
import { digestOf } from './directory-digest.ts'
import { Journal, SYMBOLS, sendUntilBroken } from './order-load.ts'
import { randomOf } from './random.ts'
import { eventually, logged, type RunningExchange, startExchange } from './running-exchange.ts'

const ROUNDS = Number(process.env.CRASH_ROUNDS ?? 5)
const SEED = Number(process.env.CRASH_SEED ?? Math.floor(Math.random() * 2 ** 31))

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

/** Waits until the lake has all events. */
const inLake = (api: Api) =>
  eventually(async () => {
    const { body } = await api.get('/health')
    return body.lake === 'live' && body.lakeLagCommands === 0 ? body : undefined
  })

/** All events but the definitions of instruments, once each, with the orders and fills of the records. */
async function expectAgreement(root: string, api: Api): Promise<void> {
  const { events, trades } = (await api.get('/health')).body
  const keys = await lakeKeys(root)
  expect(new Set(keys.map((key) => key.split(' ').slice(2).join(' '))).size).toBe(keys.length)
  expect(keys.length).toBe(events - SYMBOLS.length)
  const orders = await allOrders(api)
  const accepted = await lakeRows(root, 'orders', 'orderid, symbol, quantity::VARCHAR AS quantity, kind')
  const entered = accepted.filter(({ kind }) => kind === 'ACCEPTED' || kind === 'REJECTED')
  expect(entered.map(({ orderid }) => orderid).sort()).toEqual([...orders.keys()].sort())
  const filled = new Map<string, number>()
  const rows = await lakeRows(root, 'trades', 'tradeid, quantity::DOUBLE AS quantity, makerorderid, takerorderid')
  expect(new Set(rows.map(({ tradeid }) => tradeid)).size).toBe(trades)
  for (const { quantity, makerorderid, takerorderid } of rows) {
    for (const id of [makerorderid, takerorderid] as string[]) filled.set(id, (filled.get(id) ?? 0) + Number(quantity))
  }
  for (const [id, { filledQuantity }] of orders) expect(filled.get(id) ?? 0, id).toBe(Number(filledQuantity))
}

async function loaded(
  exchange: RunningExchange,
  journal: Journal,
  ms: number,
  seed: number,
): Promise<() => Promise<void>> {
  const load = sendUntilBroken(exchange.url, 4, journal, randomOf(seed))
  await pause(ms)
  return () => load
}

test(`each event is in the lake once after ${ROUNDS} kills under load (seed ${SEED})`, {
  timeout: 60_000 + ROUNDS * 20_000,
}, async () => {
  const data = temporaryDirectory()
  const lake = join(data, 'lake')
  const random = randomOf(SEED)
  const journal = new Journal()
  for (let round = 1; round <= ROUNDS; round++) {
    const exchange = await startExchange(data)
    const ended = await loaded(exchange, journal, 100 + random.below(2_000), SEED + round)
    await exchange.stop('SIGKILL')
    await ended()
    const keys = await lakeKeys(lake)
    expect(new Set(keys).size).toBe(keys.length)
  }
  const exchange = await startExchange(data)
  const api = apiOf(exchange.url)
  await inLake(api)
  await expectAgreement(lake, api)
  api.close()
  expect((await exchange.stop('SIGTERM')).code).toBe(0)
})

test('a stop stores the last events, and the next start has nothing to catch up', async () => {
  const data = temporaryDirectory()
  const exchange = await startExchange(data)
  const api = apiOf(exchange.url)
  await inLake(api)
  const order = (n: number, side: string) => ({
    orderId: `o-${n}`,
    symbol: 'BTCUSD',
    side,
    quantity: '1',
    price: '100',
  })
  for (let n = 0; n < 10; n++) await api.post('/orders', order(n, n % 2 === 0 ? 'BUY' : 'SELL'), { Prefer: 'wait=5' })
  api.close()
  expect((await exchange.stop('SIGTERM')).code).toBe(0)
  expect((await lakeKeys(join(data, 'lake'))).length).toBe(15)
  const next = await startExchange(data)
  const again = apiOf(next.url)
  await inLake(again)
  await expectAgreement(join(data, 'lake'), again)
  again.close()
  await next.stop('SIGTERM')
})

test('an old directory, and a lake that was deleted, are made from the log', { timeout: 300_000 }, async () => {
  const data = temporaryDirectory()
  const lake = join(data, 'lake')
  const journal = new Journal()
  const without = await startExchange(data, ['--lake', 'off'])
  const ended = await loaded(without, journal, 1_500, SEED)
  const off = apiOf(without.url)
  expect((await off.get('/health')).body).toMatchObject({ status: 'ok', lake: 'off' })
  off.close()
  await without.stop('SIGTERM')
  await ended()
  expect(existsSync(lake)).toBe(false)
  for (let round = 0; round < 2; round++) {
    const exchange = await startExchange(data)
    const api = apiOf(exchange.url)
    await inLake(api)
    await expectAgreement(lake, api)
    api.close()
    await exchange.stop('SIGTERM')
    rmSync(lake, { recursive: true })
  }
})

test('a lake of a newer program, or of another log, is left alone, and the exchange runs', {
  timeout: 300_000,
}, async () => {
  const data = temporaryDirectory()
  const file = join(data, 'lake', 'lake.json')
  const first = await startExchange(data)
  const api = apiOf(first.url)
  await inLake(api)
  api.close()
  await first.stop('SIGTERM')
  const stored = readFileSync(file, 'utf8')
  const others = [
    stored.replace('"version":2', '"version":3'),
    stored.replace(/"position":"\d+"/, '"position":"0000000000000999"'),
    stored.replace('"BTCUSD":1', '"BTCUSD":7'),
    stored.replace(/"timestampMs":\d+/, '"timestampMs":1'),
    '{',
  ]
  for (const [i, other] of others.entries()) {
    writeFileSync(file, other)
    const before = digestOf(join(data, 'lake'))
    const exchange = await startExchange(data)
    const client = apiOf(exchange.url)
    const health = await eventually(async () => {
      const { body } = await client.get('/health')
      return body.lake === 'refused' ? body : undefined
    })
    expect(health).toMatchObject({ status: 'degraded', causes: [{ cause: 'lake_failing' }] })
    const order = { orderId: `r-${i}`, symbol: 'BTCUSD', side: 'BUY', quantity: '1', price: '1' }
    expect((await client.post('/orders', order, { Prefer: 'wait=5' })).status).toBe(200)
    client.close()
    const { code, stderr } = await exchange.stop('SIGTERM')
    expect(code).toBe(0)
    expect(logged(stderr, 'the data lake is not written')?.level).toBe(40)
    expect(digestOf(join(data, 'lake'))).toEqual(before)
  }
})

test('options of the lake', { timeout: 300_000 }, async () => {
  const data = temporaryDirectory()
  await expect(startExchange(data, ['--lake', 'maybe'])).rejects.toThrow('--lake takes on or off, not maybe')
  await expect(startExchange(data, ['--lake-retention-days', '0'])).rejects.toThrow('--lake-retention-days')
  const exchange = await startExchange(data, ['--lake-retention-days', '3'])
  const api = apiOf(exchange.url)
  await inLake(api)
  api.close()
  await exchange.stop('SIGTERM')
  expect(readdirSync(join(data, 'lake'))).toEqual(['lake.json'])
})
