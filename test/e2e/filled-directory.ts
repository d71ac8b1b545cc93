/** A data directory with a small history in it, for tests that spoil it. */

import { apiOf } from './api.ts'
import { removeLater, startExchange } from './running-exchange.ts'

/** Orders in it, each in a frame of its own: bids and asks in turn, every ask trades. */
export const ORDERS = 10

/** Sends the orders one after the other and ends the process with `signal`; answers the directory. */
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
