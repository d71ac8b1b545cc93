/** Orders over HTTP against the real process: placing, trading, expiring, sending again, reading. */

import { expect, onTestFinished, test } from 'vitest'
import { temporaryDirectory } from '../contracts/temporary-directory.ts'
import { type Api, apiOf } from './api.ts'
import { eventually, SEEDS, startExchange } from './running-exchange.ts'

const GUIDE_ORDER = '{"orderId": "test-001", "symbol": "BTCUSD", "side": "BUY", "quantity": 1.5, "price": 50000.0}'
const WAIT = { Prefer: 'wait=5' }

async function serve(data = temporaryDirectory()) {
  const exchange = await startExchange(data)
  const api = apiOf(exchange.url)
  onTestFinished(() => api.close())
  return { exchange, api }
}

test("the guide's order trades with an opposite one; orders, trades and book show it", async () => {
  const { api } = await serve()
  expect(await api.post('/orders', GUIDE_ORDER)).toMatchObject({
    status: 202,
    body: { orderId: 'test-001', symbol: 'BTCUSD', status: 'PENDING' },
    headers: { location: '/orders/test-001' },
  })
  const sell = { orderId: 'test-002', symbol: 'BTCUSD', side: 'SELL', quantity: '0.5', price: '49999.50' }
  const taker = await api.post('/orders', sell, WAIT)
  const fill = { tradeId: 'BTCUSD-1', price: '50000.00', quantity: '0.5' }
  expect(taker).toMatchObject({
    status: 200,
    body: { status: 'FILLED', averagePrice: '50000.00', fills: [{ ...fill, liquidity: 'TAKER' }] },
    headers: { 'preference-applied': 'wait=5' },
  })
  expect((await api.get('/orders/test-001')).body).toMatchObject({
    status: 'PARTIALLY_FILLED',
    filledQuantity: '0.5',
    remainingQuantity: '1',
    fills: [{ ...fill, liquidity: 'MAKER' }],
  })
  expect((await api.get('/trades/BTCUSD')).body.trades).toMatchObject([{ ...fill, takerSide: 'SELL' }])
  expect((await api.get('/book/BTCUSD')).body).toMatchObject({
    lastPrice: '50000.00',
    bids: [{ price: '50000.00', quantity: '1' }],
    asks: [],
  })
  expect((await api.send('DELETE', '/orders/test-001', undefined, WAIT)).body).toMatchObject({ status: 'CANCELED' })
  expect((await api.get('/orders?status=OPEN')).body.orders).toEqual([])
})

test('an order expires although no other command arrives', async () => {
  const { api } = await serve()
  const expiresAt = new Date(Date.now() + 300).toISOString()
  const order = { orderId: 'g', symbol: 'BTCUSD', side: 'BUY', quantity: 1, price: 100, timeInForce: 'GTD', expiresAt }
  expect((await api.post('/orders', order)).status).toBe(202)
  const expired = await eventually(async () => {
    const { body } = await api.get('/orders/g')
    return body.status === 'EXPIRED' ? body : undefined
  })
  expect(Date.parse(expired.updatedAt)).toBeGreaterThanOrEqual(Date.parse(expiresAt))
  expect(expired).toMatchObject({ reason: 'expired', filledQuantity: '0' })
  expect((await api.get('/book/BTCUSD')).body.bids).toEqual([])
})

test('an order whose time is over while the exchange is stopped expires after the start', async () => {
  const data = temporaryDirectory()
  const first = await serve(data)
  const expiresAt = new Date(Date.now() + 500).toISOString()
  const order = { orderId: 'g', symbol: 'BTCUSD', side: 'BUY', quantity: 1, price: 100, timeInForce: 'GTD', expiresAt }
  expect((await first.api.post('/orders', order)).status).toBe(202)
  await first.exchange.stop('SIGKILL')
  await new Promise((resolve) => setTimeout(resolve, Math.max(0, Date.parse(expiresAt) - Date.now())))
  const { api } = await serve(data)
  await eventually(async () => (await api.get('/orders/g')).body.status === 'EXPIRED' || undefined)
})

test.each(['SIGTERM', 'SIGKILL'] as const)(
  'an order that is sent again after %s and a restart gets its first result',
  async (signal) => {
    const data = temporaryDirectory()
    const first = await serve(data)
    const accepted = await first.api.post('/orders', GUIDE_ORDER)
    await first.exchange.stop(signal)
    const { api } = await serve(data)
    const repeated = await api.post('/orders', GUIDE_ORDER.replace('50000.0', '"50000.00"'))
    expect(repeated).toMatchObject({ status: 202, headers: { 'idempotent-replayed': 'true' } })
    expect(repeated.body.receivedAt).toBe(accepted.body.receivedAt)
    expect(await api.post('/orders', GUIDE_ORDER.replace('1.5', '1.6'))).toMatchObject({
      status: 409,
      body: { code: 'order_id_conflict' },
    })
    expect((await api.get('/orders')).body.orders).toHaveLength(1)
  },
)

test('requests are answered while the core thread is busy with batches', async () => {
  const { exchange, api } = await serve()
  let flooding = true
  const flood = async (name: string): Promise<void> => {
    const own: Api = apiOf(exchange.url)
    for (let i = 0; flooding; i++) {
      const orders = Array.from({ length: 500 }, (_, k) => ({
        orderId: `${name}-${i}-${k}`,
        symbol: 'BTCUSD',
        side: k % 2 === 0 ? 'BUY' : 'SELL',
        quantity: 1,
        price: 100 + (k % 7),
      }))
      expect((await own.post('/orders/batch', { orders })).status).toBe(200)
    }
    own.close()
  }
  const floods = ['a', 'b', 'c'].map(flood)
  const times: number[] = []
  for (let i = 0; i < 20; i++) {
    const startedAt = performance.now()
    expect((await api.get('/openapi.json')).status).toBe(200)
    times.push(performance.now() - startedAt)
  }
  flooding = false
  await Promise.all(floods)
  // An idle machine needs milliseconds. On a busy machine requests may wait; the bound detects a stall.
  expect(times.sort((a, b) => a - b)[10]).toBeLessThan(2_000)
})

test('/metrics, /health and /docs are served', async () => {
  const { api } = await serve()
  await api.post('/orders', GUIDE_ORDER)
  const metrics = await api.get('/metrics')
  expect(metrics.body).toMatch(new RegExp(`^exchange_commands_total ${SEEDS + 1}$`, 'm'))
  expect(metrics.body).toMatch(/exchange_http_requests_total\{route="\/orders",method="POST",status="202"\} 1/)
  expect((await api.get('/health')).body).toMatchObject({ status: 'ok', commands: SEEDS + 1, openOrders: 1 })
  expect((await api.get('/docs')).body).toContain('<!doctype html>')
  expect((await api.get('/docs/swagger-ui.css')).status).toBe(200)
  expect((await api.get('/docs/..%2f..%2fpackage.json')).status).toBe(404)
})
