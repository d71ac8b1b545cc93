/**
 * The real process on the data directory of a program at rules 1 (test/fixtures/rules-1). It has all open orders,
 * stays at rules 1 until an operator adopts rules 2, and recovers from kill -9 afterwards.
 */

import { cpSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { temporaryDirectory } from '../contracts/temporary-directory.ts'
import { type Api, apiOf } from './api.ts'
import { logged, ROOT, type RunningExchange, startExchange, verify } from './running-exchange.ts'

const WAIT = { Prefer: 'wait=5' }
const OPEN_ORDERS = ['bid-1', 'bid-3', 'ask-1', 'until-2100', 'eth-bid']

function copyOfFixture(): string {
  const data = join(temporaryDirectory(), 'data')
  cpSync(join(ROOT, 'test/fixtures/rules-1/embedded'), data, { recursive: true })
  return data
}

async function startOn(data: string): Promise<{ exchange: RunningExchange; api: Api }> {
  const exchange = await startExchange(data)
  const api = apiOf(exchange.url)
  onTestFinished(() => api.close())
  return { exchange, api }
}

const openOrders = async (api: Api): Promise<string[]> => {
  const { body } = await api.get('/orders?status=OPEN')
  return body.orders.map(({ orderId }: { orderId: string }) => orderId).sort()
}

/** It trades with an open order of the same account, because it has no self-trade prevention. */
const sell = (orderId: string, more: object = {}) => ({
  orderId,
  symbol: 'BTCUSD',
  side: 'SELL',
  quantity: '0.1',
  price: 49_990,
  ...more,
})

test('after an upgrade all open orders are there and trade, and the exchange stays at rules 1', async () => {
  const data = copyOfFixture()
  expect(await verify(data)).toMatchObject({ agrees: true, differences: [], rules: 1, openOrders: 8 })
  const { exchange, api } = await startOn(data)
  expect(await openOrders(api)).toEqual([...OPEN_ORDERS].sort())
  expect((await api.get('/orders/bid-3')).body).toMatchObject({ quantity: '2', status: 'NEW', postOnly: true })
  expect((await api.get('/orders/until-2100')).body).toMatchObject({ expiresAt: '2100-01-01T00:00:00.000Z' })
  expect((await api.get('/instruments/BTCUSD')).body).toMatchObject({ priceBand: { low: '40000.00' }, rules: 1 })
  expect((await api.get('/instruments/ENERGY-DE')).body).toMatchObject({ closed: true, phase: 'CLOSED' })
  const traded = await api.post('/orders', sell('after-upgrade'), WAIT)
  expect(traded.body).toMatchObject({ status: 'FILLED', fills: [{ price: '49990.00' }] })
  const halted = await api.send('PATCH', '/orders/eth-bid', { quantity: 1 }, WAIT)
  expect(halted.body.code).toBe('symbol_halted')
  expect((await api.post('/orders', sell('tagged', { tag: 'x' }), WAIT)).body.code).toBe('field_not_available')
  expect((await exchange.stop('SIGTERM')).code).toBe(0)
  expect(await verify(data)).toMatchObject({ agrees: true, differences: [], rules: 1 })
  // Nothing that the older program would refuse was stored.
  const log = readFileSync(join(data, 'log', readdirSync(join(data, 'log'))[0]), 'latin1')
  expect(log).not.toMatch(/AdoptRules|"tag"/)
  const snapshots = readdirSync(join(data, 'snapshots')).map((name) => readFileSync(join(data, 'snapshots', name)))
  for (const bytes of snapshots) expect(bytes.toString('latin1')).not.toMatch(/"version":[^1]/)
})

test('after an adoption and kill -9, a log with two versions restores everything', async () => {
  const data = copyOfFixture()
  const first = await startOn(data)
  const adopted = await first.api.post('/rules', { rules: 2, reason: 'upgrade' }, WAIT)
  expect(adopted.status).toBe(200)
  const lowered = await first.api.send('PATCH', '/orders/eth-bid', { quantity: 1 }, WAIT)
  expect(lowered.body).toMatchObject({ quantity: '1' })
  const tagged = await first.api.post('/orders', sell('tagged', { tag: 'after the upgrade', quantity: '5' }), WAIT)
  expect(tagged.body).toMatchObject({ status: 'PARTIALLY_FILLED', tag: 'after the upgrade' })
  await first.exchange.stop('SIGKILL')

  const proof = await verify(data)
  expect(proof).toMatchObject({ agrees: true, differences: [], rules: 2, recoveredHash: proof.stateHash })
  const second = await startOn(data)
  expect((await second.api.get('/orders/tagged')).body).toEqual(tagged.body)
  expect((await second.api.get('/orders/eth-bid')).body).toEqual(lowered.body)
  const ended = await second.exchange.stop('SIGTERM')
  expect(logged(ended.stderr, 'stopped')).toMatchObject({ stateHash: proof.stateHash })

  // The log alone is enough.
  for (const name of ['records.lmdb', 'records.lmdb-lock', 'snapshots']) rmSync(join(data, name), { recursive: true })
  const third = await startOn(data)
  expect((await third.api.get('/orders/tagged')).body).toEqual(tagged.body)
  const again = await third.exchange.stop('SIGTERM')
  expect(logged(again.stderr, 'stopped')).toMatchObject({ stateHash: proof.stateHash })
  expect(await verify(data)).toMatchObject({ agrees: true, rules: 2, stateHash: proof.stateHash })
})
