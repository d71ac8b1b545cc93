/** A disk that is full or fails: every acknowledged order is on the disk, and no partial frame remains. */

import { execFileSync } from 'node:child_process'
import { rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { temporaryDirectory } from '../contracts/temporary-directory.ts'
import { type Api, apiOf } from './api.ts'
import { allOrders } from './audit.ts'
import { eventually, logged, SEEDS, startExchange, verify } from './running-exchange.ts'

const FAULTS = fileURLToPath(new URL('disk-faults.cjs', import.meta.url))
const orderOf = (orderId: string) => ({ orderId, symbol: 'BTCUSD', side: 'BUY', quantity: 1, price: 100 })

/** An exchange whose disk fails as the file `fault` says. */
async function startOnBadDisk() {
  const home = temporaryDirectory()
  const fault = join(home, 'fault')
  const data = join(home, 'data')
  const env = { NODE_OPTIONS: `--require=${FAULTS}`, DISK_FAULT: fault }
  const exchange = await startExchange(data, [], env)
  const api = apiOf(exchange.url)
  onTestFinished(() => api.close())
  return { exchange, api, data, fault }
}

test('with a full disk orders get 503, and are accepted again when there is space', async () => {
  const { exchange, api, data, fault } = await startOnBadDisk()
  expect((await api.post('/orders', orderOf('before'))).status).toBe(202)

  writeFileSync(fault, 'full')
  for (const headers of [{}, { Prefer: 'wait=5' }]) {
    const refused = await api.post('/orders', orderOf('refused'), headers as Record<string, string>)
    expect(refused).toMatchObject({ status: 503, body: { code: 'storage_full', status: 503 } })
    expect(refused.headers).toMatchObject({ 'content-type': 'application/problem+json', 'retry-after': '1' })
  }
  expect(await api.post('/orders/batch', { orders: [orderOf('a'), orderOf('b')] })).toMatchObject({ status: 503 })
  expect(await api.get('/orders/refused')).toMatchObject({ status: 404 })
  expect((await api.get('/book/BTCUSD')).body.bids).toEqual([{ price: '100.00', quantity: '1', orders: 1 }])

  rmSync(fault)
  const again = await api.post('/orders', orderOf('refused'))
  expect(again.status).toBe(202)
  expect(again.headers['idempotent-replayed']).toBeUndefined()
  await exchange.stop('SIGKILL')
  expect(await verify(data)).toMatchObject({ agrees: true, commands: SEEDS + 2 })
})

test('a failed sync ends the exchange, because the contents of the disk are unknown', async () => {
  const { exchange, api, data, fault } = await startOnBadDisk()
  expect((await api.post('/orders', orderOf('before'))).status).toBe(202)
  writeFileSync(fault, 'sync')
  const answer = await api.post('/orders', orderOf('unsure')).catch(() => undefined)
  // The exchange may end before it answers. It must not acknowledge the order.
  if (answer !== undefined) expect([answer.status, answer.body.orderId]).toEqual([503, 'unsure'])
  expect((await exchange.ended).code).toBe(1)
  expect(logged(exchange.stderr(), 'the core has failed; orders are no longer accepted')).toMatchObject({
    level: 60,
    error: 'the order log could not be synced: EIO: injected',
  })

  rmSync(fault)
  const next = await startExchange(data)
  const after = apiOf(next.url)
  onTestFinished(() => after.close())
  expect([...(await allOrders(after)).keys()]).toContain('before')
  expect((await next.stop('SIGTERM')).code).toBe(0)
  expect((await verify(data)).agrees).toBe(true)
})

test('a request waits no longer than it asked, also if the disk takes longer', async () => {
  const { exchange, api, data, fault } = await startOnBadDisk()
  writeFileSync(fault, 'slow')
  const startedAt = Date.now()
  const { orderId: _, ...anonymous } = orderOf('')
  const late = await api.post('/orders', anonymous, { Prefer: 'wait=1' })
  expect(Date.now() - startedAt).toBeLessThan(2_500)
  expect(late).toMatchObject({ status: 503, body: { code: 'not_confirmed', orderId: expect.any(String) } })
  expect(late.headers['retry-after']).toBe('1')
  // The retry with the id of the answer is the same order.
  rmSync(fault)
  const again = await api.post('/orders', { ...anonymous, orderId: late.body.orderId }, { Prefer: 'wait=10' })
  expect(again).toMatchObject({ status: 200, headers: { 'idempotent-replayed': 'true' }, body: { status: 'NEW' } })
  expect((await exchange.stop('SIGTERM')).code).toBe(0)
  expect(await verify(data)).toMatchObject({ agrees: true, openOrders: 1 })
})

/** Mounts a small file system. Returns undefined if mounting is not permitted. */
function smallDisk(): string | undefined {
  const path = temporaryDirectory()
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', path], { stdio: 'ignore' })
  } catch {
    return undefined
  }
  onTestFinished(() => {
    execFileSync('umount', ['--lazy', path])
  })
  return path
}

/** An exchange whose records are on a full file system of their own. Undefined where mounting is not permitted. */
async function startOnFullStore() {
  const disk = smallDisk()
  if (disk === undefined) return undefined
  const data = temporaryDirectory()
  symlinkSync(join(disk, 'records.lmdb'), join(data, 'records.lmdb'))
  const exchange = await startExchange(data)
  const api = apiOf(exchange.url)
  onTestFinished(() => api.close())
  try {
    writeFileSync(join(disk, 'filler'), Buffer.alloc(4 * 1024 * 1024))
  } catch {
    // It is full.
  }
  return { exchange, api, data, disk }
}

test('orders trade although their records cannot be stored, and every answer says so', async (context) => {
  const started = await startOnFullStore()
  if (started === undefined) return context.skip('needs the right to mount a tmpfs')
  const { exchange, api, data, disk } = started
  const wait = { Prefer: 'wait=5' }
  const health = async () => (await api.get('/health')).body
  for (let i = 0; i < 20; i++) {
    await api.post('/orders/batch', { orders: Array.from({ length: 50 }, (_, k) => orderOf(`fill-${i}-${k}`)) })
    await api.send('DELETE', '/orders')
  }
  const degraded = await eventually(async () => ((await health()).status === 'degraded' ? health() : undefined))
  expect(degraded.causes).toMatchObject([{ cause: 'store_failing', detail: expect.stringContaining('No space left') }])
  expect((await api.get('/metrics')).body).toContain('exchange_degraded{cause="store_failing"} 1')

  await api.post('/orders', orderOf('maker'))
  const { orderId: _, ...anonymous } = orderOf('')
  const taker = await api.post('/orders', { ...anonymous, side: 'SELL' }, wait)
  expect(taker).toMatchObject({ status: 200, body: { status: 'FILLED', fills: [{ tradeId: 'BTCUSD-1' }] } })
  await api.post('/orders', orderOf('amended'))
  const amended = await api.send('PATCH', '/orders/amended', { quantity: 2 }, wait)
  expect(amended).toMatchObject({ status: 200, body: { quantity: '2' } })
  expect((await api.post('/orders/batch', { orders: [orderOf('in-batch')] }, wait)).body.results[0].status).toBe(200)
  expect(await api.send('DELETE', '/orders', undefined, wait)).toMatchObject({ status: 200, body: { canceled: 2 } })
  expect((await api.get('/trades/BTCUSD')).body.trades).toHaveLength(1)

  rmSync(join(disk, 'filler'))
  execFileSync('mount', ['-o', 'remount,size=64m', disk])
  await eventually(async () => ((await health()).status === 'ok' ? true : undefined))
  expect((await exchange.stop('SIGTERM')).code).toBe(0)
  expect((await verify(data)).agrees).toBe(true)
})

test('a stop ends in time although records cannot be stored, and the next start has everything', async (context) => {
  const started = await startOnFullStore()
  if (started === undefined) return context.skip('needs the right to mount a tmpfs')
  const { exchange, api, data, disk } = started
  for (let i = 0; i < 20; i++) {
    await api.post('/orders/batch', { orders: Array.from({ length: 50 }, (_, k) => orderOf(`o-${i}-${k}`)) })
    await api.send('DELETE', '/orders')
  }
  const signaledAt = Date.now()
  const { code, stderr } = await exchange.stop('SIGTERM')
  expect([code, Date.now() - signaledAt < 5_000]).toEqual([0, true])
  const left = logged(stderr, 'stopped; what is not stored is rebuilt from the order log at the next start')
  expect(left).toMatchObject({ snapshot: 'skipped', unstoredEvents: expect.any(Number) })

  rmSync(join(disk, 'filler'))
  execFileSync('mount', ['-o', 'remount,size=64m', disk])
  const next = await startExchange(data)
  const after = apiOf(next.url)
  onTestFinished(() => after.close())
  expect((await after.get('/orders/o-19-49')).body).toMatchObject({ status: 'CANCELED' })
  expect((await next.stop('SIGTERM')).code).toBe(0)
  expect((await verify(data)).agrees).toBe(true)
})

test('a file system that is really full loses no acknowledged order', async (context) => {
  const disk = smallDisk()
  if (disk === undefined) return context.skip('needs the right to mount a tmpfs')
  const exchange = await startExchange(disk)
  const api: Api = apiOf(exchange.url)
  onTestFinished(() => api.close())
  const accepted: string[] = []
  let refusals = 0
  for (let i = 0; refusals < 3; i++) {
    const orders = Array.from({ length: 200 }, (_, k) => orderOf(`o-${i}-${k}`))
    const { status, body } = await api.post('/orders/batch', { orders })
    if (status === 200) accepted.push(...orders.map(({ orderId }) => orderId))
    else {
      expect({ status, code: body.code }).toEqual({ status: 503, code: 'storage_full' })
      refusals++
    }
  }
  for (const orderId of [accepted[0], accepted.at(-1)]) {
    expect(await api.get(`/orders/${orderId}`)).toMatchObject({ status: 200, body: { status: 'NEW' } })
  }
  await exchange.stop('SIGKILL')
  execFileSync('mount', ['-o', 'remount,size=64m', disk])
  const next = await startExchange(disk)
  const after = apiOf(next.url)
  onTestFinished(() => after.close())
  expect(new Set((await allOrders(after)).keys())).toEqual(new Set(accepted))
  expect((await next.stop('SIGTERM')).code).toBe(0)
  expect((await verify(disk)).agrees).toBe(true)
})
