import { describe, expect, it } from 'vitest'
import { ExchangeBook } from './exchange-book.ts'

const coins = () => new ExchangeBook({ tickSize: '0.01', lotSize: '0.1' })

describe('a book with names and decimals', () => {
  it('adds decimals exactly: 0.1 and 0.2 fill 0.3', () => {
    const book = coins()
    book.place({ id: 'a', side: 'SELL', price: '100', quantity: '0.1' })
    book.place({ id: 'b', side: 'SELL', price: '100', quantity: '0.2' })
    expect(book.place({ id: 'c', side: 'BUY', price: '100', quantity: '0.3' })).toEqual({
      status: 'filled',
      trades: [
        { price: '100.00', quantity: '0.1', makerId: 'a', takerId: 'c' },
        { price: '100.00', quantity: '0.2', makerId: 'b', takerId: 'c' },
      ],
    })
    expect(book.depth(10)).toEqual({ bids: [], asks: [] })
    expect(book.size).toBe(0)
  })

  it('frees the id of an order that was filled, canceled or expired', () => {
    const book = coins()
    book.place({ id: 'a', side: 'SELL', price: '5', quantity: '1' })
    expect(book.place({ id: 'a', side: 'BUY', price: '5', quantity: '1' }).reason).toBe('duplicate_order_id')
    book.place({ id: 'b', side: 'BUY', price: '5', quantity: '3' })
    expect(book.cancel('a')).toMatchObject({ status: 'rejected', reason: 'order_not_open' })
    expect(book.order('b')).toEqual({ id: 'b', side: 'BUY', price: '5.00', remaining: '2' })
    expect(book.cancel('b').status).toBe('canceled')
    expect(book.cancel('b').status).toBe('rejected')
    book.place({ id: 'c', side: 'BUY', price: '4', quantity: '1', timeInForce: 'GTD', expiresAtMs: 10, timestampMs: 5 })
    book.advance(10)
    expect(book.order('c')).toBeUndefined()
    expect(book.place({ id: 'c', side: 'BUY', price: '4', quantity: '1' }).status).toBe('resting')
  })

  it('reports why an order was canceled or rejected', () => {
    const book = coins()
    book.place({ id: 'a', side: 'SELL', price: '5', quantity: '1', account: 'x' })
    const own = { side: 'BUY', price: '5', quantity: '2', account: 'x' } as const
    expect(book.place({ id: 'b', ...own, postOnly: true })).toMatchObject({
      status: 'rejected',
      reason: 'post_only_would_cross',
    })
    expect(book.place({ id: 'b', ...own, timeInForce: 'FOK' })).toMatchObject({ reason: 'fill_or_kill' })
    expect(book.place({ id: 'b', ...own, selfTradePrevention: 'EXPIRE_TAKER' })).toMatchObject({
      status: 'canceled',
      reason: 'self_trade',
    })
    expect(book.order('a')?.remaining).toBe('1')
    const ended = book.place({ id: 'b', ...own, selfTradePrevention: 'EXPIRE_MAKER' })
    expect(ended).toEqual({ status: 'resting', trades: [] })
    expect(book.order('a')).toBeUndefined()
    expect(book.place({ id: 'm', side: 'SELL', quantity: '5' })).toMatchObject({
      status: 'canceled',
      reason: 'no_liquidity',
      trades: [{ quantity: '2' }],
    })
  })

  it('amends, keeps the order when the amendment is rejected, and trades when it crosses', () => {
    const book = coins()
    book.place({ id: 'a', side: 'SELL', price: '5', quantity: '4' })
    book.place({ id: 'b', side: 'BUY', price: '4', quantity: '3' })
    expect(book.amend('b', '5', '3')).toMatchObject({ status: 'filled', trades: [{ makerId: 'a', takerId: 'b' }] })
    expect(book.amend('a', '5', '3')).toMatchObject({ status: 'rejected', reason: 'quantity_not_above_filled' })
    expect(book.amend('a', '6', '5').status).toBe('resting')
    expect(book.order('a')).toMatchObject({ price: '6.00', remaining: '2' })
    expect(book.amend('b', '5', '3').reason).toBe('order_not_open')
  })

  it('throws for text that is not a whole number of ticks or lots', () => {
    const book = coins()
    const place = (price: string, quantity: string) => () => book.place({ id: 'a', side: 'BUY', price, quantity })
    expect(place('1.001', '1')).toThrow(RangeError)
    expect(place('1', '0.05')).toThrow(RangeError)
    expect(place('21474836.48', '1')).toThrow('too_large')
    expect(book.size).toBe(0)
  })
})
