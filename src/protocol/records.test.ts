import { describe, expect, test } from 'vitest'
import type { PlaceOrder } from './command/commands.ts'
import { isOpen, isSameOrder, ORDER_STATUSES, pendingOrder } from './records.ts'
import { lots, ticks } from './units.ts'

const order: PlaceOrder = {
  kind: 'PlaceOrder',
  symbol: 'BTCUSD',
  account: 'ann',
  orderId: 'a1',
  side: 'BUY',
  type: 'LIMIT',
  timeInForce: 'GTC',
  quantity: lots(15),
  price: ticks(500),
}

describe('isSameOrder', () => {
  const known = pendingOrder(order, 7)

  test('ignores the request id, and treats an explicit default like an absent field', () => {
    expect(isSameOrder(known, { ...order, requestId: 'r', postOnly: false, selfTradePrevention: 'NONE' })).toBe(true)
  })

  test('compares every term of the order', () => {
    const { price: _, ...unpriced } = order
    const others: PlaceOrder[] = [
      { ...order, symbol: 'ETHUSD' },
      { ...order, side: 'SELL' },
      { ...unpriced, type: 'MARKET' },
      { ...order, timeInForce: 'IOC' },
      { ...order, timeInForce: 'GTD', expiresAtMs: 1 },
      { ...order, timeInForce: 'GTD', expiresAtMs: 2 },
      { ...order, quantity: lots(16) },
      { ...order, price: ticks(501) },
      { ...order, postOnly: true },
      { ...order, selfTradePrevention: 'EXPIRE_TAKER' },
    ]
    for (const one of [order, ...others]) {
      expect([order, ...others].filter((other) => isSameOrder(pendingOrder(one, 7), other))).toEqual([one])
    }
  })

  test('compares with the terms as placed, not as amended', () => {
    const placed = { price: ticks(500), quantity: lots(15) }
    const amended = { ...known, price: ticks(600), quantity: lots(20), placed }
    expect(isSameOrder(amended, order)).toBe(true)
    expect(isSameOrder(amended, { ...order, price: ticks(600), quantity: lots(20) })).toBe(false)
  })
})

test('a pending order has no fills and no events', () => {
  const { price: _, ...unpriced } = order
  expect(pendingOrder(order, 7)).toMatchObject({
    price: 500,
    filled: 0,
    status: 'PENDING',
    reason: null,
    postOnly: false,
    selfTradePrevention: 'NONE',
    expiresAtMs: null,
    receivedAtMs: 7,
    updatedAtMs: 7,
    firstEvent: 0,
    lastEvent: 0,
    fills: [],
    requestId: null,
  })
  expect(pendingOrder({ ...unpriced, type: 'MARKET' }, 7).price).toBeNull()
})

test('three statuses are open', () => {
  expect(ORDER_STATUSES.filter(isOpen)).toEqual(['PENDING', 'NEW', 'PARTIALLY_FILLED'])
})
