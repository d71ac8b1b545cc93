/** Hostile clients together with an honest one: the memory of the exchange stays small, and the honest client gets its answers. */

import { expect, test } from 'vitest'
import { bookFlood } from '../attack/book-flood.ts'
import { fillOrKillStorm } from '../attack/fill-or-kill-storm.ts'
import { slowBodies } from '../attack/slow-bodies.ts'
import { unknownFields } from '../attack/unknown-fields.ts'
import { unreadAnswers } from '../attack/unread-answers.ts'
import { temporaryDirectory } from '../contracts/temporary-directory.ts'
import { apiOf } from './api.ts'
import { startExchange } from './running-exchange.ts'

/** The exchange takes 120 MB without an attack. Without limits the first attack takes 2.4 GB within a second. */
const RESIDENT_MB_MAX = 700

const attackers = [
  unreadAnswers({ connections: 2 }),
  unreadAnswers({ connections: 20, requests: 100 }),
  slowBodies({ connections: 1_200 }),
  bookFlood({ connections: 4 }),
  unknownFields(),
  fillOrKillStorm({ restingOrders: 10_000 }),
]

test.each(attackers.map((attacker) => [attacker.name, attacker] as const))('%s', async (_, attacker) => {
  const exchange = await startExchange(temporaryDirectory(), ['--log-level', 'silent'])
  const honest = apiOf(exchange.url)
  const attack = await attacker.start(exchange.url)
  let residentMbMax = 0
  try {
    const endAt = Date.now() + 3_000
    for (let i = 0; Date.now() < endAt; i++) {
      const order = { orderId: `o-${i}`, symbol: 'BTCUSD', side: 'BUY', quantity: 1, price: 100 + (i % 50) }
      expect((await honest.post('/orders', order)).status).toBe(202)
      expect((await honest.get('/book/BTCUSD')).status).toBe(200)
      const { body } = await honest.get('/metrics')
      residentMbMax = Math.max(residentMbMax, Number(/^process_resident_memory_bytes (\d+)/m.exec(body)?.[1]) / 2 ** 20)
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  } finally {
    await attack.stop()
    honest.close()
  }
  expect(residentMbMax).toBeLessThan(RESIDENT_MB_MAX)
  expect((await exchange.stop('SIGTERM')).code).toBe(0)
})

test('--address-limit refuses what one address sends above it', async () => {
  const exchange = await startExchange(temporaryDirectory(), ['--address-limit', '10'])
  const api = apiOf(exchange.url)
  const statuses = new Set<number>()
  for (let i = 0; i < 100; i++) {
    const { status, body, headers } = await api.get('/instruments')
    statuses.add(status)
    if (status === 429) expect([body.code, headers['retry-after']]).toEqual(['rate_limited', '1'])
  }
  expect([...statuses]).toEqual([200, 429])
  api.close()
  await exchange.stop('SIGTERM')
})
