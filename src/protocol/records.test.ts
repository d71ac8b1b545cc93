import { describe, expect, test } from 'vitest'
import type { PlaceOrder } from './commands.ts'
import { fingerprintOf, isOpen, ORDER_STATUSES, pendingOrder } from './records.ts'
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

describe('fingerprintOf', () => {
  test('does not see who sent it, nor how defaults are spelled', () => {
    const same: PlaceOrder = { ...order, requestId: 'r', postOnly: false, selfTradePrevention: 'NONE' }
    expect(fingerprintOf(same)).toBe(fingerprintOf(order))
    expect(fingerprintOf({ ...order, account: 'bob', orderId: 'b1' })).toBe(fingerprintOf(order))
  })

  test('sees every term of the order', () => {
    const { price: _, ...unpriced } = order
    const others: PlaceOrder[] = [
      order,
      { ...order, symbol: 'ETHUSD' },
      { ...order, side: 'SELL' },
      { ...unpriced, type: 'MARKET' },
      { ...order, timeInForce: 'IOC' },
      { ...order, timeInForce: 'GTD', expiresAtMs: 1 },
      { ...order, timeInForce: 'GTD', expiresAtMs: 2 },
      { ...order, quantity: lots(16) },
      { ...order, quantity: lots(5), price: ticks(5001) },
      { ...order, price: ticks(501) },
      { ...order, postOnly: true },
      { ...order, selfTradePrevention: 'EXPIRE_TAKER' },
    ]
    expect(new Set(others.map(fingerprintOf)).size).toBe(others.length)
  })

  test('tells a hundred thousand neighbours apart', () => {
    const seen = new Set<string>()
    for (let i = 1; i <= 100_000; i++) {
      seen.add(fingerprintOf({ ...order, quantity: lots(1 + (i % 317)), price: ticks(1 + Math.floor(i / 317)) }))
    }
    expect(seen.size).toBe(100_000)
  })

  test('stays what it is: it stands in records on disk', () => {
    expect(fingerprintOf(order)).toBe('juaybb1a70bo')
  })
})

test('a pending order has done nothing yet', () => {
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
