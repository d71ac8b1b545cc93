/** The demo market of the real process: start, kill, restart, stop, and the directories that it refuses. */

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { sha256Hex } from '../../src/entry/api-keys.ts'
import { temporaryDirectory } from '../contracts/temporary-directory.ts'
import { eventually, type RunningExchange, run, startExchange, verify } from './running-exchange.ts'

const RATE = 300

async function send(url: string, method: string, path: string, body?: object, key?: string) {
  const response = await fetch(`${url}${path}`, {
    method,
    headers: { 'Content-Type': 'application/json', ...(key !== undefined && { 'X-API-Key': key }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  return { status: response.status, body: await response.json() }
}

const health = async ({ url }: RunningExchange) => (await send(url, 'GET', '/health')).body

/** Waits until the demo market has made trades. */
const traded = (exchange: RunningExchange) =>
  eventually(async () => ((await health(exchange)).trades > 20 ? true : undefined))

test('it continues after a kill and a restart in a run of its own, and leaves nothing open when it is stopped', async () => {
  const data = temporaryDirectory()
  const words = ['--demo', '--demo-seed', '7', '--demo-rate', String(RATE)]
  const first = await startExchange(data, words)
  expect(first.stdout()).toContain(`Demo   made-up orders: seed 7, ${RATE} commands a second`)
  await traded(first)
  expect((await health(first)).demoMarket).toEqual({ running: true, seed: 7, rate: RATE })
  await first.stop('SIGKILL')

  const second = await startExchange(data, words)
  const again = await eventually(async () => {
    const { body } = await send(second.url, 'GET', '/demo-market')
    return body.commands > 0 ? body : undefined
  })
  expect(again).toMatchObject({ running: true, seed: 7, rate: RATE, run: 2, failure: null })
  expect((await second.stop('SIGTERM')).code).toBe(0)
  expect((await verify(data)).agrees).toBe(true)

  const third = await startExchange(data)
  expect((await send(third.url, 'GET', '/demo-market')).body).toMatchObject({ running: false, run: 2 })
  expect((await health(third)).openOrders).toBeGreaterThan(50)
  // A directory of a demo market takes it again without further questions.
  expect(await send(third.url, 'POST', '/demo-market', {})).toMatchObject({ status: 200, body: { run: 3, seed: 1 } })
  expect((await send(third.url, 'DELETE', '/demo-market')).body.running).toBe(false)
  expect(await health(third)).toMatchObject({ openOrders: 0, demoMarket: { running: false } })
  expect((await third.stop('SIGTERM')).code).toBe(0)
})

test('it refuses a directory with the orders of others, and runs there if told so, with keys too', async () => {
  const data = temporaryDirectory()
  const keys = join(temporaryDirectory(), 'keys.json')
  const rows = [
    { account: 'ann', keySha256: sha256Hex('ka') },
    { account: 'ops', keySha256: sha256Hex('ko'), operator: true },
  ]
  writeFileSync(keys, JSON.stringify(rows), { mode: 0o600 })
  const first = await startExchange(data, ['--api-keys', keys])
  const order = { orderId: 'mine', symbol: 'BTCUSD', side: 'BUY', quantity: '1', price: '100.00' }
  expect((await send(first.url, 'POST', '/orders', order, 'ka')).status).toBe(202)
  expect((await send(first.url, 'POST', '/demo-market', {}, 'ka')).body.code).toBe('forbidden')
  expect((await send(first.url, 'POST', '/demo-market', {}, 'ko')).body.code).toBe('directory_has_orders')
  // A closed order is another's too.
  expect((await send(first.url, 'DELETE', '/orders/mine', undefined, 'ka')).status).toBe(202)
  await first.stop('SIGTERM')

  const refused = await run(['start', '--port', '0', '--data', data, '--demo'])
  expect(refused.code).toBe(2)
  expect(refused.stderr).toContain(`--demo is refused: ${data} has orders`)
  expect(refused.stderr).toContain('--demo-anyway')

  const told = await startExchange(data, ['--api-keys', keys, '--demo', '--demo-anyway', '--demo-rate', String(RATE)])
  await traded(told)
  const mine = await send(told.url, 'GET', '/orders', undefined, 'ka')
  expect(mine.body.orders.map(({ orderId }: { orderId: string }) => orderId)).toEqual(['mine'])
  expect((await told.stop('SIGTERM')).code).toBe(0)
})
