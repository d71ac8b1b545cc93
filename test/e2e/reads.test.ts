/** Reading does not stop trading: the real process with many closed orders, polled by several connections. */

import { expect, test } from 'vitest'
import { apiOf } from './api.ts'
import { removeLater, startExchange } from './running-exchange.ts'

const CLOSED = 25_000
const POLLERS = 3
const ORDERS = 40

test('orders are accepted while others poll a list that matches none of many closed orders', async () => {
  const exchange = await startExchange(removeLater())
  const trader = apiOf(exchange.url)
  for (let sent = 0; sent < CLOSED; sent += 500) {
    const order = { symbol: 'BTCUSD', side: 'BUY', quantity: 1, price: 100, timeInForce: 'IOC' }
    const orders = Array.from({ length: 500 }, (_, i) => ({ orderId: `o-${sent + i}`, ...order }))
    expect((await trader.post('/orders/batch', { orders })).status).toBe(200)
  }
  let stopped = false
  let pages = 0
  const poll = async (): Promise<void> => {
    const api = apiOf(exchange.url)
    while (!stopped) {
      const { status, body } = await api.get('/orders?status=REJECTED')
      expect([status, body.orders]).toEqual([200, []])
      expect(body.nextCursor).toEqual(expect.any(String))
      pages++
    }
    api.close()
  }
  const polling = Array.from({ length: POLLERS }, poll)
  const times: number[] = []
  for (let i = 0; i < ORDERS || pages < POLLERS; i++) {
    const before = performance.now()
    const order = { orderId: `p-${i}`, symbol: 'BTCUSD', side: 'BUY', quantity: 1, price: 100 }
    expect((await trader.post('/orders', order)).status).toBe(202)
    times.push(performance.now() - before)
    expect((await trader.get(`/orders/p-${i}`)).body.status).toBe('NEW')
  }
  stopped = true
  await Promise.all(polling)
  // Without limits on the reads, one order took seconds. The bound is wide, because the machine may be busy.
  expect(times.sort((a, b) => a - b)[Math.floor(times.length / 2)]).toBeLessThan(250)
  // The whole list can be walked: its last pages are empty too.
  let walked = 0
  for (let cursor = ''; ; walked++) {
    const { body } = await trader.get(`/orders?status=REJECTED${cursor}`)
    expect(body.orders).toEqual([])
    if (body.nextCursor === null) break
    cursor = `&cursor=${body.nextCursor}`
  }
  expect(walked).toBe(1)
  trader.close()
  expect((await exchange.stop('SIGTERM')).code).toBe(0)
})
