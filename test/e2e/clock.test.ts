/** A clock that steps: no wrong time enters the order log, and the operator is told. */

import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { temporaryDirectory } from '../contracts/temporary-directory.ts'
import { type Api, apiOf } from './api.ts'
import { eventually, logged, startExchange, verify } from './running-exchange.ts'

const STEPS = fileURLToPath(new URL('clock-steps.cjs', import.meta.url))
const HOUR = 3_600_000
const WAIT = { Prefer: 'wait=5' }
const ORDER = { symbol: 'BTCUSD', side: 'BUY', quantity: 1, price: 100 }

function steppedMachine() {
  const home = temporaryDirectory()
  const file = join(home, 'step')
  const data = join(home, 'data')
  const env = { NODE_OPTIONS: `--require=${STEPS}`, CLOCK_STEP: file }
  return {
    data,
    step: (ms: number) => (ms === 0 ? rmSync(file, { force: true }) : writeFileSync(file, String(ms))),
    start: async (words: readonly string[] = []) => {
      const exchange = await startExchange(data, words, env)
      const api = apiOf(exchange.url)
      onTestFinished(() => api.close())
      return { exchange, api }
    },
  }
}

const goodTill = (ms: number) => ({ timeInForce: 'GTD', expiresAt: new Date(Date.now() + ms).toISOString() })
const causesOf = async (api: Api): Promise<string[]> =>
  ((await api.get('/health')).body.causes ?? []).map(({ cause }: { cause: string }) => cause)
/** How far the time of an answer is from the right time. */
const errorMs = (time: string) => Math.abs(Date.parse(time) - Date.now())

test('a step ahead does not enter the log: nothing expires, and health, metrics and log say it', async () => {
  const { data, step, start } = steppedMachine()
  const { exchange, api } = await start(['--rate-limit', '5'])
  await api.post('/orders', { ...ORDER, ...goodTill(HOUR / 2), orderId: 'gtd' })
  step(HOUR)
  const during = await api.post('/orders', { ...ORDER, ...goodTill(HOUR / 2), orderId: 'during' }, WAIT)
  expect(during).toMatchObject({ status: 200, body: { status: 'NEW' } })
  expect(errorMs(during.body.receivedAt)).toBeLessThan(60_000)
  expect((await api.get('/health')).body).toMatchObject({ status: 'degraded', causes: [{ cause: 'clock_ahead' }] })
  expect((await api.get('/metrics')).body).toMatch(/^exchange_clock_ahead_seconds 3[56]\d\d\.?\d*$/m)
  const ahead = 'the clock of the machine stepped ahead; the exchange does not follow it'
  expect(logged(exchange.stderr(), ahead)).toMatchObject({ level: 40, seconds: expect.any(Number) })
  expect((await api.get('/orders/gtd')).body.status).toBe('NEW')

  step(0)
  await eventually(async () => ((await causesOf(api)).length === 0 ? true : undefined))
  // The rate limit has not noticed either step.
  await new Promise((resolve) => setTimeout(resolve, 1_000))
  const after = await api.post('/orders', { ...ORDER, orderId: 'after' }, WAIT)
  expect([after.status, errorMs(after.body.receivedAt) < 60_000]).toEqual([200, true])
  await exchange.stop('SIGTERM')
  expect((await verify(data)).agrees).toBe(true)
})

test('a start long after the last command warns, because the clock may be wrong', async () => {
  const { step, start } = steppedMachine()
  expect((await (await start()).exchange.stop('SIGTERM')).code).toBe(0)
  step(24 * 30 * HOUR)
  const { exchange } = await start()
  const message = 'the clock of the machine is far after the last command of the order log; if it is wrong, stop now'
  expect(logged(exchange.stderr(), message)).toMatchObject({ level: 40, days: 30 })
  expect(await exchange.stop('SIGTERM')).toMatchObject({ code: 0, signal: null })
})

test('a log that is ahead of the clock: orders are taken at its time, and the start says how far', async () => {
  const { step, start } = steppedMachine()
  step(HOUR)
  const wrong = await start()
  await wrong.api.post('/orders', { ...ORDER, orderId: 'early' }, WAIT)
  await wrong.exchange.stop('SIGKILL')

  step(0)
  const { exchange, api } = await start()
  const message = 'the order log is ahead of the clock of the machine; its time stands still until then'
  expect(logged(exchange.stderr(), message)).toMatchObject({ level: 40, seconds: expect.any(Number) })
  expect(await causesOf(api)).toEqual(['log_ahead'])
  const order = await api.post('/orders', { ...ORDER, orderId: 'now' }, WAIT)
  expect(order).toMatchObject({ status: 200, body: { status: 'NEW' } })
  expect(Date.parse(order.body.receivedAt) - Date.now()).toBeGreaterThan(HOUR / 2)
  // It would expire at once, so it is not accepted.
  const tooEarly = await api.post('/orders', { ...ORDER, ...goodTill(HOUR / 2) })
  expect(tooEarly).toMatchObject({ status: 422, body: { code: 'expires_at_not_in_future' } })
  expect((await api.post('/orders', { ...ORDER, ...goodTill(2 * HOUR) }, WAIT)).body.status).toBe('NEW')
  expect(await exchange.stop('SIGTERM')).toMatchObject({ code: 0, signal: null })
})
