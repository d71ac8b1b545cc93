/** A data directory with a few orders, for tests that damage it. */

import { apiOf } from './api.ts'
import { removeLater, startExchange } from './running-exchange.ts'

/** Number of its orders. Each has its own frame. Bids and asks alternate, and every ask trades. */
export const ORDERS = 10

/** Sends the orders one after the other, ends the process with `signal` and returns the directory. */
export async function killAfterOrders(signal: 'SIGKILL' | 'SIGTERM'): Promise<string> {
  const data = removeLater()
  const exchange = await startExchange(data)
  const api = apiOf(exchange.url)
  for (let i = 0; i < ORDERS; i++) {
    const side = i % 2 === 0 ? 'BUY' : 'SELL'
    const { status } = await api.post('/orders', {
      orderId: `o-${i}`,
      symbol: 'BTCUSD',
      side,
      quantity: 3 - (i % 2),
      price: 100,
    })
    if (status !== 202) throw new Error(`an order got ${status}`)
  }
  api.close()
  await exchange.stop(signal)
  return data
}
