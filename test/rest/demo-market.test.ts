/** The routes of the demo market, with a real one on an exchange in memory. */

import { afterEach, expect, test } from 'vitest'
import { SeededMarket } from '../../src/demo-market/seeded-market.ts'
import { DEMO_CALLER } from '../../src/entry/caller.ts'
import { isOpen } from '../../src/protocol/records.ts'
import { InMemoryExchange } from '../entry/in-memory-exchange.ts'
import { clientOf, GUIDE_ORDER } from './client.ts'

const markets: SeededMarket[] = []
afterEach(() => Promise.all(markets.splice(0).map((market) => market.close())))

/** A client, and the number of the last run in its directory. */
function demoClient(lastRun?: number) {
  const exchange = new InMemoryExchange()
  const ports = exchange.ports()
  let run = lastRun
  const market = new SeededMarket({
    entry: {
      ...ports,
      orderEntry: {
        // An exchange never answers within the same turn of the event loop.
        submit: async (...asked) => {
          await new Promise((resolve) => setImmediate(resolve))
          return ports.orderEntry.submit(...asked)
        },
      },
    },
    bookReader: ports.bookReader,
    directory: {
      lastRun: () => run,
      noteRun: (next) => {
        run = next
      },
      holdsOrders: async () => exchange.orders.size > 0,
    },
    onFailed: (reason) => expect.fail(reason),
  })
  markets.push(market)
  return clientOf(exchange, { demoMarket: market })
}

const openOrders = ({ exchange }: ReturnType<typeof demoClient>) =>
  [...exchange.orders.values()].filter(({ status }) => isOpen(status))

test('it starts with its settings, runs once, and leaves no order when it is stopped', async () => {
  const client = demoClient()
  expect((await client.get('/demo-market')).body).toMatchObject({ running: false, run: 0, startedAt: null })
  const started = await client.post('/demo-market', { seed: 7, rate: 20 })
  expect(started).toMatchObject({ status: 200, body: { running: true, seed: 7, rate: 20, run: 1, rejected: 0 } })
  expect(openOrders(client).length).toBeGreaterThan(50)
  expect(openOrders(client).every(({ orderId }) => orderId.startsWith('demo-7-1-'))).toBe(true)
  expect((await client.post('/demo-market', {})).body).toMatchObject({ running: true, run: 1 })
  expect(await client.post('/demo-market', { rate: 30 })).toMatchObject({
    status: 409,
    body: { code: 'demo_market_running' },
  })
  expect(await client.delete('/demo-market')).toMatchObject({ status: 200, body: { running: false, run: 1 } })
  expect(openOrders(client)).toEqual([])
  expect((await client.post('/demo-market', { rate: 20 })).body).toMatchObject({ running: true, seed: 1, run: 2 })
})

test('a stop cancels what a run that did not end itself has left', async () => {
  const client = demoClient(3)
  const maker = clientOf(client.exchange, { authenticate: () => ({ ...DEMO_CALLER, account: 'demo-maker-1' }) })
  await maker.post('/orders', GUIDE_ORDER)
  expect(openOrders(client)).toHaveLength(1)
  expect((await client.delete('/demo-market')).body).toMatchObject({ running: false, run: 3 })
  expect(openOrders(client)).toEqual([])
})

test('it does not start beside the orders of others, unless told so or it ran there before', async () => {
  const client = demoClient()
  await client.post('/orders', GUIDE_ORDER)
  const refused = await client.post('/demo-market', {})
  expect(refused).toMatchObject({ status: 409, body: { code: 'directory_has_orders' } })
  expect(client.exchange.orders.size).toBe(1)
  expect((await client.post('/demo-market', { anyway: true })).body.running).toBe(true)
  const again = demoClient(4)
  await again.post('/orders', GUIDE_ORDER)
  expect((await again.post('/demo-market', {})).body).toMatchObject({ running: true, run: 5 })
})

test('only an operator may start or stop it', async () => {
  const client = demoClient()
  const plain = clientOf(client.exchange, { authenticate: () => ({ ...DEMO_CALLER, operator: false }) })
  for (const reply of [await plain.post('/demo-market', {}), await plain.delete('/demo-market')]) {
    expect(reply).toMatchObject({ status: 403, body: { code: 'forbidden' } })
  }
})

test('an exchange without it has no such route', async () => {
  const client = clientOf()
  for (const reply of [
    await client.get('/demo-market'),
    await client.post('/demo-market', {}),
    await client.delete('/demo-market'),
  ]) {
    expect(reply).toMatchObject({ status: 404, body: { code: 'not_found' } })
  }
})
