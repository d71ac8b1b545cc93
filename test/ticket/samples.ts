/** An instrument and an order, for tests of the screen. */

import type { Order } from '../../src/client/client.ts'
import { parseStep } from '../../src/protocol/units.ts'

export const BTCUSD = {
  symbol: 'BTCUSD',
  base: 'BTC',
  quote: 'USD',
  tickSize: '0.01',
  lotSize: '0.001',
  tick: parseStep('0.01'),
  lot: parseStep('0.001'),
  priceMax: '21474836.47',
  quantityMax: '1000000',
  minQuantity: null,
  maxQuantity: null,
  priceBand: null,
}

export const OPEN_BUY: Order = {
  orderId: 'a',
  symbol: 'BTCUSD',
  side: 'BUY',
  type: 'LIMIT',
  timeInForce: 'GTC',
  price: '50000.00',
  quantity: '1',
  filledQuantity: '0',
  remainingQuantity: '1',
  status: 'NEW',
  reason: null,
  postOnly: false,
  selfTradePrevention: 'NONE',
  expiresAt: null,
  tag: null,
  receivedAt: '2026-01-31T12:00:00.000Z',
  updatedAt: '2026-01-31T12:00:00.000Z',
  sequence: 1,
}
