import { describe, expect, it } from 'vitest'
import type { OrderUpdate } from '../../../src/client/client.ts'
import { noticesOf } from './order-notices.ts'

const btc = { symbol: 'BTCUSD', base: 'BTC' }
const update = (orderId: string, event: object, order: object = {}) =>
  ({
    event: { orderId, symbol: 'BTCUSD', sequence: 1, timestamp: '2026-01-31T12:00:00.000Z', ...event },
    order: {
      orderId,
      symbol: 'BTCUSD',
      side: 'BUY',
      quantity: '2',
      filledQuantity: '0',
      price: null,
      reason: null,
      ...order,
    },
  }) as unknown as OrderUpdate
const trade = (orderId: string, quantity: string, price: string) =>
  update(orderId, { type: 'TRADE', tradeId: 'BTCUSD-1', quantity, price, liquidity: 'TAKER' })

describe('notices', () => {
  it('tell the fills of an order in one line, with the exact sum', () => {
    expect(noticesOf([trade('a', '0.1', '50000.00')], btc)).toEqual([
      { kind: 'fill', text: 'Bought 0.1 BTC at 50,000.00.' },
    ])
    expect(noticesOf([trade('a', '0.1', '50000.00'), trade('a', '0.2', '50001.00')], btc)).toEqual([
      { kind: 'fill', text: 'Bought 0.3 BTC at 50,000.00 to 50,001.00.' },
    ])
  })

  it('tell fills of many orders as a number', () => {
    expect(
      noticesOf(
        ['a', 'b', 'c', 'd'].map((id) => trade(id, '1', '1')),
        btc,
      ),
    ).toEqual([{ kind: 'fill', text: '4 fills of 4 orders.' }])
  })

  it('name the symbol of an order that is not on the screen', () => {
    expect(noticesOf([trade('a', '1', '5')], undefined)[0].text).toBe('Bought 1 of BTCUSD at 5.')
  })

  it('tell an end that nobody asked for, and no other', () => {
    const ended = (reason: string, status = 'CANCELED') => update('a', { type: 'CANCELED', reason }, { status, reason })
    expect(noticesOf([ended('expired', 'EXPIRED')], btc)).toEqual([{ kind: 'done', text: 'BTCUSD: Expired.' }])
    expect(noticesOf([ended('requested'), ended('cancel_all'), ended('immediate_or_cancel')], btc)).toEqual([])
  })
})
