/**
 * Live market data of the AWS runtime: API Gateway is simulated, the functions run as they are deployed. Besides what
 * both runtimes promise: API Gateway ends each connection after a time, and may not tell the end of one.
 */

import { describe, expect, onTestFinished, test } from 'vitest'
import type { GatewayLimits } from '../../src/entrypoints/aws-local/socket-gateway/gateway-limits.ts'
import { type LocalExchange, startExchange, whyNot } from '../aws/local-exchange.ts'
import { lastTradeOf, ORDER } from './live-checks.ts'
import { ACCOUNTS, apiFor, clientOf, keyOf, type LiveExchange, LONG, tradeNumber } from './live-exchange.ts'
import { liveSuite } from './live-suite.ts'

/** Times of API Gateway that a test shortens. */
const socketLimits: { -readonly [N in keyof GatewayLimits]?: GatewayLimits[N] } = {}
let losesDisconnect = false
let exchange: LocalExchange & LiveExchange

async function start(): Promise<LiveExchange> {
  const stack = await startExchange({
    marketData: true,
    apiKeys: new Map(ACCOUNTS.map((account) => [keyOf(account), account])),
    socketLimits,
    losesDisconnect: () => losesDisconnect,
    sweepMs: 1_000,
  })
  const { market, matcher, ingest, query } = stack
  if (market === undefined) throw new Error('there is no market data')
  const functions = [market.message, market.notifier, market.connect, market.disconnect, matcher, ingest, query]
  exchange = {
    ...stack,
    interrupt: async (random) => void random.pick(functions).killOne(),
    stop: stack.close,
  }
  return exchange
}

/** Tests of AWS only, on the exchange that the suite has started. */
function onlyOnAws(): void {
  test.each(['idleMs', 'lifeMs'] as const)(
    'the client is back after each end by %s, with its subscriptions',
    async (limit) => {
      socketLimits[limit] = 1_500
      const [watcher, trader] = [clientOf(exchange), clientOf(exchange, 'alice')]
      onTestFinished(() => {
        delete socketLimits[limit]
        for (const each of [watcher, trader]) each.close()
      })
      const [trades, book, orders] = [watcher.trades('BTCUSD'), watcher.book('BTCUSD', 10), trader.orders()]
      await expect.poll(() => Math.min(watcher.counts.lost, trader.counts.lost), LONG).toBeGreaterThan(1)
      delete socketLimits[limit]
      const ids = [`sell-${limit}`, `buy-${limit}`]
      const order = { ...ORDER, quantity: '0.1', price: '70.00' }
      await trader.place({ ...order, orderId: ids[0], side: 'SELL' }, { wait: 10 })
      await trader.place({ ...order, orderId: ids[1] }, { wait: 10 })
      const api = apiFor(exchange, 'alice')
      const newest = await lastTradeOf(ids[1], api)
      api.close()
      await expect.poll(() => trades.trades.map(tradeNumber).at(-1), LONG).toBe(newest)
      await expect.poll(() => [book.isCurrent, orders.isCurrent, orders.open.size], LONG).toEqual([true, true, 0])
    },
  )

  test('orders are canceled with their connection, also if API Gateway does not tell its end', async () => {
    losesDisconnect = true
    const trader = clientOf(exchange, 'bob', { cancelOnDisconnect: true })
    const api = apiFor(exchange, 'bob')
    onTestFinished(() => {
      losesDisconnect = false
      trader.close()
      api.close()
    })
    await trader.place({ ...ORDER, orderId: 'left-behind', price: '1.00' }, { wait: 10 })
    trader.close()
    const status = async () => (await api.get('/orders/left-behind')).body.status
    await expect.poll(status, LONG).toBe('CANCELED')
  })
}

const reason = whyNot()
describe.skipIf(reason !== undefined)(`AWS${reason === undefined ? '' : `: ${reason}`}`, () =>
  liveSuite('AWS', 4, start, onlyOnAws),
)
