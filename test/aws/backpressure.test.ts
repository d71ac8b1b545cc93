/** A matcher that cannot run: orders are refused after a while, cancels are not, and all of it ends with the cause. */

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { TABLES } from '../../src/adapters/aws/resources.ts'
import { eventually, type LocalExchange, startExchange, whyNot } from './local-exchange.ts'
import { scan } from './stored-exchange.ts'

const missing = whyNot()
const pause = (delayMs: number) => new Promise((resolve) => setTimeout(resolve, delayMs))

describe.skipIf(missing !== undefined)(`backpressure${missing === undefined ? '' : ` (${missing})`}`, () => {
  let exchange: LocalExchange

  beforeAll(async () => {
    // A matcher that stands still has ten times the limit: 10 seconds.
    exchange = await startExchange({ lagLimitSeconds: 1 })
  })
  afterAll(() => exchange?.close())

  test('begins while the matcher is killed at each start, lets cancels through, and ends when it runs', async () => {
    const order = { symbol: 'BTCUSD', side: 'BUY', type: 'LIMIT', price: '50000.00', quantity: '0.1' }
    let sent = 0
    const send = () => exchange.send('POST', '/orders', { ...order, orderId: `o${++sent}` })
    const refused = async () => {
      await pause(300)
      const { status, body } = await send()
      return status === 503 ? body : undefined
    }
    expect((await exchange.send('POST', '/orders', { ...order, orderId: 'first' }, { Prefer: 'wait=20' })).status).toBe(
      200,
    )

    const killing = setInterval(() => exchange.matcher.kill(), 20)
    try {
      const startMs = Date.now()
      expect((await eventually('refusal', refused, 40_000)).code).toBe('overloaded')
      expect(Date.now() - startMs).toBeGreaterThan(9_000)
      expect((await exchange.send('DELETE', '/orders/first')).status).toBe(202)
      expect(exchange.lines.some((line) => line.includes('its orders are refused'))).toBe(true)
    } finally {
      clearInterval(killing)
    }

    await eventually('acceptance', async () => {
      await pause(300)
      return (await send()).status === 202 ? true : undefined
    })
    await eventually('end of matching', async () => {
      const orders = await scan(exchange.dynamodb, TABLES.orders.name)
      return orders.every(({ status }) => status.S !== 'PENDING') ? true : undefined
    })
    expect(exchange.lines.some((line) => line.includes('"ordersOverloaded"'))).toBe(true)
    expect((await exchange.send('GET', '/orders/first')).body.status).toBe('CANCELED')
  }, 120_000)
})
