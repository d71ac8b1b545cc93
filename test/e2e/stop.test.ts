/** A graceful stop: every acknowledged order is stored, and the next start replays no command. */

import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { temporaryDirectory } from '../contracts/temporary-directory.ts'
import { apiOf } from './api.ts'
import { allOrders, checkBalance, checkJournal } from './audit.ts'
import { Journal, sendUntilBroken } from './order-load.ts'
import { randomOf } from './random.ts'
import { eventually, launch, logged, startExchange, verify } from './running-exchange.ts'

/** A process that was ended by a signal shows its name here. */
const ENDED = { code: 0, signal: null }

test.each(['SIGTERM', 'SIGINT'] as const)('%s under load loses no acknowledged order', async (signal) => {
  const data = temporaryDirectory()
  const exchange = await startExchange(data)
  const journal = new Journal()
  const load = sendUntilBroken(exchange.url, 6, journal, randomOf(7))
  await new Promise((resolve) => setTimeout(resolve, 400))
  const signaledAt = Date.now()
  const { code, signal: endedBy, stderr } = await exchange.stop(signal)
  expect({ code, endedBy }).toEqual({ code: 0, endedBy: null })
  expect(Date.now() - signaledAt).toBeLessThan(10_000)
  await load
  expect(logged(stderr, 'stopping')).toMatchObject({ reason: signal })
  expect(readdirSync(join(data, 'snapshots'))).toHaveLength(1)
  const { stateHash } = logged(stderr, 'stopped') as { stateHash: string }

  const next = await startExchange(data)
  expect(logged(next.stderr(), 'recovered')).toMatchObject({ replayedCommands: 0, tornBytes: 0 })
  const api = apiOf(next.url)
  const orders = await allOrders(api)
  checkJournal(journal, orders)
  await checkBalance(api, orders)
  api.close()
  const again = await next.stop(signal)
  expect(logged(again.stderr, 'stopped')).toMatchObject({ stateHash })
  expect(await verify(data)).toMatchObject({ agrees: true, stateHash, recoveredHash: stateHash })
})

test('a stop does not wait for idle connections or for a client that does not finish its request', async () => {
  const exchange = await startExchange(temporaryDirectory())
  const idle = apiOf(exchange.url)
  await idle.get('/health')
  const slow = fetch(`${exchange.url}/orders`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: new ReadableStream({ start: (body) => body.enqueue(new TextEncoder().encode('{"orderId":')) }),
    duplex: 'half',
  } as RequestInit).catch(() => undefined)
  await new Promise((resolve) => setTimeout(resolve, 200))
  expect(await exchange.stop('SIGTERM')).toMatchObject(ENDED)
  await slow
  idle.close()
})

/** Moments after the start has locked its directory, in ms. */
const MOMENTS = [0, 20, 60, 150, 400]

test.each(['SIGTERM', 'SIGINT'] as const)(
  '%s during the start ends it, and the next start continues',
  async (signal) => {
    const data = temporaryDirectory()
    const lock = join(data, 'lock')
    for (const ms of MOMENTS) {
      const starting = launch(['start', '--port', '0', '--data', data])
      await eventually(async () => (existsSync(lock) && readFileSync(lock, 'utf8') !== '') || undefined)
      await new Promise((resolve) => setTimeout(resolve, ms))
      starting.process.kill(signal)
      expect(await starting.ended).toMatchObject(ENDED)
    }
    // At once, while the threads have just begun.
    expect(await (await startExchange(data)).stop(signal)).toMatchObject(ENDED)
    expect((await verify(data)).agrees).toBe(true)
  },
)
