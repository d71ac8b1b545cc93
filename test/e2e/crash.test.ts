/**
 * Kills the real process under load at random moments, repeatedly on the same directory. No acknowledged order is
 * lost or entered twice, trades balance, and the log gives the same state.
 *
 * CRASH_ROUNDS=200 runs longer. CRASH_SEED repeats the choices of a run, but not its timing.
 */

import { expect, test } from 'vitest'
import { temporaryDirectory } from '../contracts/temporary-directory.ts'
import { apiOf } from './api.ts'
import { allOrders, checkBalance, checkFills, checkJournal, sendAgain } from './audit.ts'
import { Journal, sendUntilBroken } from './order-load.ts'
import { randomOf } from './random.ts'
import { launch, logged, startExchange, verify } from './running-exchange.ts'

const ROUNDS = Number(process.env.CRASH_ROUNDS ?? 12)
const SEED = Number(process.env.CRASH_SEED ?? Math.floor(Math.random() * 2 ** 31))
const CONNECTIONS = 6

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

test(`no acknowledged order is lost in ${ROUNDS} kills under load (seed ${SEED})`, {
  timeout: 60_000 + ROUNDS * 15_000,
}, async () => {
  const data = temporaryDirectory()
  const random = randomOf(SEED)
  const journal = new Journal()

  for (let round = 1; round <= ROUNDS; round++) {
    if (round % 4 === 0) {
      // The process is killed while it recovers.
      const starting = launch(['start', '--port', '0', '--data', data])
      await pause(50 + random.below(250))
      starting.process.kill('SIGKILL')
      await starting.ended
    }
    const exchange = await startExchange(data)
    const api = apiOf(exchange.url)
    checkJournal(journal, await allOrders(api))
    await sendAgain(api, journal)
    const orders = await allOrders(api)
    checkJournal(journal, orders)
    expect(orders.size).toBe(journal.entries.size)
    await checkBalance(api, orders)
    await checkFills(api, [...orders.keys()].slice(0, 5))
    api.close()

    const load = sendUntilBroken(exchange.url, CONNECTIONS, journal, random)
    await pause(20 + random.below(400))
    await exchange.stop('SIGKILL')
    await load
  }

  const last = await startExchange(data)
  const api = apiOf(last.url)
  await sendAgain(api, journal)
  const orders = await allOrders(api)
  checkJournal(journal, orders)
  await checkBalance(api, orders)
  api.close()
  const { code, stderr } = await last.stop('SIGTERM')
  expect(code).toBe(0)

  const verified = await verify(data)
  expect(verified.differences).toEqual([])
  expect(verified).toMatchObject({ agrees: true, orders: journal.entries.size })
  expect(verified.stateHash).toBe(logged(stderr, 'stopped')?.stateHash)
  expect(verified.recoveredHash).toBe(verified.stateHash)
})
