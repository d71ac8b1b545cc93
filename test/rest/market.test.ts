import { crc32 } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import type { BookReader } from '../../src/ports/book-reader.ts'
import { InMemoryExchange } from '../entry/in-memory-exchange.ts'
import { clientOf, GUIDE_ORDER, WAIT } from './client.ts'

async function tradedClient() {
  const client = clientOf()
  await client.post('/orders', { ...GUIDE_ORDER, orderId: 's', side: 'SELL', quantity: 3 })
  for (const orderId of ['b1', 'b2', 'b3']) await client.post('/orders', { ...GUIDE_ORDER, orderId, quantity: 0.5 })
  await client.post('/orders', { ...GUIDE_ORDER, orderId: 'low', price: 49_000 })
  return client
}

describe('instruments', () => {
  test('are listed with tick, lot, limits and phase', async () => {
    const { get } = clientOf()
    const { body } = await get('/instruments')
    expect(body.instruments).toHaveLength(3)
    expect((await get('/instruments/BTCUSD')).body).toEqual(body.instruments[0])
    expect(body.instruments[0]).toEqual({
      symbol: 'BTCUSD',
      base: 'BTC',
      quote: 'USD',
      tickSize: '0.01',
      lotSize: '0.00000001',
      minQuantity: null,
      maxQuantity: null,
      priceMax: '21474836.47',
      quantityMax: '90071992.54740991',
      phase: 'CONTINUOUS',
      closed: false,
      priceBand: null,
      rules: 2,
    })
    expect((await get('/instruments/btcusd')).body.code).toBe('instrument_not_found')
  })

  test('show both bounds of a band as they were set, also one of one tick', async () => {
    const { patch } = clientOf()
    const bounds = { low: '0.01', high: '60000.00' }
    expect((await patch('/instruments/BTCUSD', { priceBand: bounds }, WAIT)).body.priceBand).toEqual(bounds)
  })

  test('are halted and resumed, and get and lose a price band', async () => {
    const { patch, get, exchange } = clientOf()
    const halted = await patch('/instruments/BTCUSD', { phase: 'HALTED', priceBand: { low: '40000' } }, WAIT)
    expect([halted.status, halted.body.phase, halted.body.priceBand]).toEqual([
      200,
      'HALTED',
      { low: '40000.00', high: '21474836.47' },
    ])
    const again = await patch('/instruments/BTCUSD', { phase: 'HALTED' }, WAIT)
    expect([again.status, again.body.code]).toEqual([409, 'phase_unchanged'])
    expect((await patch('/instruments/BTCUSD', { phase: 'CONTINUOUS', priceBand: null })).status).toBe(202)
    expect((await get('/instruments/BTCUSD')).body).toMatchObject({ phase: 'CONTINUOUS', priceBand: null })
    const by = { symbol: 'BTCUSD', operator: 'demo', operatorKey: 'demo' }
    // The band changes while trading is halted.
    expect(exchange.submissions).toMatchObject([
      [
        { kind: 'ChangePhase', phase: 'HALTED', ...by },
        { kind: 'SetPriceBand', ...by },
      ],
      [{ kind: 'ChangePhase', phase: 'HALTED', ...by }],
      [
        { kind: 'SetPriceBand', ...by },
        { kind: 'ChangePhase', phase: 'CONTINUOUS', ...by },
      ],
    ])
  })

  test('reject orders in the phase CLOSED, until the phase changes', async () => {
    const { patch, post } = clientOf()
    expect((await patch('/instruments/BTCUSD', { phase: 'CLOSED' }, WAIT)).body.phase).toBe('CLOSED')
    const order = await post('/orders', GUIDE_ORDER, WAIT)
    expect(order.body).toMatchObject({ status: 'REJECTED', reason: 'symbol_closed' })
  })

  test.each([
    ['BTCUSD', {}, 'nothing_to_change', undefined],
    ['BTCUSD', { phase: 'OPEN' }, 'invalid_value', 'phase'],
    ['BTCUSD', { priceBand: { low: '2', high: '1' } }, 'band_low_above_high', 'priceBand'],
    ['BTCUSD', { priceBand: { low: '0.001' } }, 'price_not_on_tick', 'priceBand.low'],
    ['BTCUSD', { priceBand: { middle: 1 } }, 'unknown_field', 'priceBand.middle'],
    ['BTCUSD', { priceBand: { high: null } }, 'wrong_type', 'priceBand.high'],
    ['NONE', {}, 'instrument_not_found', undefined],
  ])('%s %j is rejected', async (symbol, patch, code, field) => {
    const client = clientOf()
    const { body } = await client.patch(`/instruments/${symbol}`, patch)
    expect([body.code, body.field]).toEqual([code, field])
    expect(client.exchange.submissions).toEqual([])
  })
})

describe('the book', () => {
  test('has the requested number of levels, best price first', async () => {
    const { get } = await tradedClient()
    const { body } = await get('/book/BTCUSD')
    expect(body).toEqual({
      symbol: 'BTCUSD',
      sequence: 9,
      timestamp: '2026-01-31T12:00:00.000Z',
      phase: 'CONTINUOUS',
      lastPrice: '50000.00',
      checksum: crc32('49000.00:1.5:1:50000.00:1.5:1'),
      bids: [{ price: '49000.00', quantity: '1.5', orders: 1 }],
      asks: [{ price: '50000.00', quantity: '1.5', orders: 1 }],
    })
    expect((await get('/book/BTCUSD?depth=1')).status).toBe(200)
    expect((await get('/book/BTCUSD?depth=1001')).body.code).toBe('invalid_parameter')
    expect((await get('/book/NONE')).body.code).toBe('instrument_not_found')
  })

  test('is empty before the first order', async () => {
    const { body } = await clientOf().get('/book/BTCUSD')
    expect(body).toMatchObject({
      sequence: 1,
      timestamp: '2026-01-31T12:00:00.000Z',
      lastPrice: null,
      bids: [],
      asks: [],
    })
  })
})

test('a level has its number of orders, and the checksum is that of ten levels at any depth', async () => {
  const { get, post } = clientOf()
  for (let i = 0; i < 24; i++) {
    const [side, away] = i % 2 === 0 ? ['BUY', -1] : ['SELL', 1]
    const price = 50_000 + away * Math.floor(i / 4 + 1)
    await post('/orders', { ...GUIDE_ORDER, orderId: `o-${i}`, side, price })
  }
  const { body: all } = await get('/book/BTCUSD')
  expect(all.bids.map(({ orders }: { orders: number }) => orders)).toEqual([2, 2, 2, 2, 2, 2])
  const { body: top } = await get('/book/BTCUSD?depth=1')
  expect([top.bids.length, top.asks.length, top.checksum]).toEqual([1, 1, all.checksum])
  await post('/orders', { ...GUIDE_ORDER, orderId: 'sweep', side: 'SELL', quantity: 2, price: 49_999 })
  const { body: swept } = await get('/book/BTCUSD?depth=1')
  expect(swept.bids[0]).toEqual({ price: '49999.00', quantity: '1', orders: 1 })
  expect(swept.checksum).not.toBe(all.checksum)
})

test('the time is that of the exchange', async () => {
  const exchange = new InMemoryExchange()
  const { get } = clientOf(exchange)
  exchange.nowMs += 5
  expect((await get('/time')).body).toEqual({ timestamp: '2026-01-31T12:00:00.005Z', timestampMs: exchange.nowMs })
})

describe('trades', () => {
  test('are listed in pages, newest first, without accounts', async () => {
    const { get } = await tradedClient()
    const first = await get('/trades/BTCUSD?limit=2')
    expect(first.body.trades[0]).toEqual({
      tradeId: 'BTCUSD-3',
      price: '50000.00',
      quantity: '0.5',
      takerSide: 'BUY',
      timestamp: '2026-01-31T12:00:00.000Z',
      sequence: 8,
    })
    const second = await get(`/trades/BTCUSD?limit=2&cursor=${first.body.nextCursor}`)
    expect(second.body.trades.map((trade: { tradeId: string }) => trade.tradeId)).toEqual(['BTCUSD-1'])
    expect(second.body.nextCursor).toBeNull()
    expect((await get('/trades/BTCUSD?limit=3')).body.nextCursor).toBeNull()
    expect((await get('/trades/BTCUSD?cursor=-1')).body.code).toBe('invalid_parameter')
  })

  test('are listed oldest first, and within a time range', async () => {
    const exchange = new InMemoryExchange()
    const { get, post } = clientOf(exchange)
    await post('/orders', { ...GUIDE_ORDER, orderId: 's', side: 'SELL', quantity: 9 })
    for (const orderId of ['b1', 'b2', 'b3', 'b4']) {
      await post('/orders', { ...GUIDE_ORDER, orderId, quantity: 1 })
      exchange.nowMs += 1_000
    }
    const list = async (query: string) => {
      const { body } = await get(`/trades/BTCUSD?${query}`)
      return [...body.trades.map(({ tradeId }: { tradeId: string }) => tradeId.slice(7)), body.nextCursor]
    }
    expect(await list('sort=asc')).toEqual(['1', '2', '3', '4', null])
    expect(await list('sort=asc&limit=3')).toEqual(['1', '2', '3', '3'])
    expect(await list('sort=asc&limit=3&cursor=3')).toEqual(['4', null])
    const [from, to] = ['2026-01-31T12:00:01.000Z', '2026-01-31T13:00:03%2B01:00']
    expect(await list(`from=${from}&to=${to}`)).toEqual(['3', '2', null])
    expect(await list(`from=${from}&to=${to}&sort=asc&limit=1`)).toEqual(['2', '2'])
    expect(await list(`from=${from}&to=${to}&sort=asc&limit=1&cursor=2`)).toEqual(['3', '3'])
    expect(await list(`from=${from}&to=${to}&sort=asc&limit=1&cursor=3`)).toEqual([null])
    for (const query of [`from=${from}&to=${from}`, 'from=today', 'sort=up', `to=${from.slice(0, -1)}`]) {
      expect((await get(`/trades/BTCUSD?${query}`)).body.code).toBe('invalid_parameter')
    }
  })
})

test('equal requests of one turn share one book, and a later one gets a new book', async () => {
  const exchange = new InMemoryExchange()
  const { bookReader } = exchange.ports()
  const asked: number[] = []
  const counting: BookReader = {
    book: (symbol, levels) => {
      asked.push(levels)
      return bookReader.book(symbol, levels)
    },
  }
  const { get, post } = clientOf(exchange, { bookReader: counting })
  const turn = await Promise.all(['', '', '?depth=1', ''].map((query) => get(`/book/BTCUSD${query}`)))
  // The checksum needs ten levels, also of a smaller book.
  expect(asked).toEqual([50, 10])
  expect(new Set(turn.map(({ headers }) => headers.get('x-request-id'))).size).toBe(4)
  expect(turn[3].body).toEqual(turn[0].body)
  await post('/orders', GUIDE_ORDER, WAIT)
  expect((await get('/book/BTCUSD')).body.bids).toHaveLength(1)
  const failing: BookReader = { book: () => Promise.reject(new Error('broken')) }
  expect((await clientOf(exchange, { bookReader: failing }).get('/book/BTCUSD')).status).toBe(500)
})
