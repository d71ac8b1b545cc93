import { expect, test, vi } from 'vitest'
import { RangeTooLarge } from '../../src/ports/market-reader.ts'
import { InMemoryExchange } from '../entry/in-memory-exchange.ts'
import { type Body, clientOf, GUIDE_ORDER } from './client.ts'

const MINUTE_MS = 60_000

/** A trade of 1 at each price, at these minutes after 12:00. */
async function tradedAt(prices: readonly (readonly [minutes: number, price: number])[]) {
  const exchange = new InMemoryExchange()
  const startMs = exchange.nowMs
  const client = clientOf(exchange)
  for (const [i, [minutes, price]] of prices.entries()) {
    exchange.nowMs = startMs + minutes * MINUTE_MS
    const order = { ...GUIDE_ORDER, quantity: 1, price }
    await client.post('/orders', { ...order, orderId: `s${i}`, side: 'SELL' })
    await client.post('/orders', { ...order, orderId: `b${i}` })
  }
  return { ...client, exchange }
}

const shown = ({ candles }: Body) =>
  candles.map(({ start, open, high, low, close, volume, closed }: Body) =>
    [start.slice(11, 16), ...[open, high, low, close].map(Number), volume, closed ? 'closed' : 'open'].join(' '),
  )

const FOUR = [
  [0, 100],
  [0.5, 103],
  [2, 99],
  [2.1, 101],
] as const

test('candles of the last intervals are filled flat up to the present one', async () => {
  const { get, exchange } = await tradedAt(FOUR)
  exchange.nowMs += 2 * MINUTE_MS
  const { body } = await get('/candles/BTCUSD?interval=1m')
  expect(shown(body)).toEqual([
    '12:00 100 103 100 103 2 closed',
    '12:01 103 103 103 103 0 closed',
    '12:02 99 101 99 101 2 closed',
    '12:03 101 101 101 101 0 closed',
    '12:04 101 101 101 101 0 open',
  ])
  expect(body.candles[0]).toEqual({
    start: '2026-01-31T12:00:00.000Z',
    open: '100.00',
    high: '103.00',
    low: '100.00',
    close: '103.00',
    volume: '2',
    quoteVolume: '203',
    count: 2,
    closed: true,
  })
  expect([body.symbol, body.interval, body.nextFrom]).toEqual(['BTCUSD', '1m', null])
  expect(shown((await get('/candles/BTCUSD?interval=5m')).body)).toEqual(['12:00 100 103 99 101 4 open'])
  expect(shown((await get('/candles/BTCUSD?limit=2')).body)).toEqual([
    '12:03 101 101 101 101 0 closed',
    '12:04 101 101 101 101 0 open',
  ])
})

test('a range begins at from, ends before to, and says where to go on', async () => {
  const { get, exchange } = await tradedAt(FOUR)
  exchange.nowMs += 2 * MINUTE_MS
  const [from, to] = ['2026-01-31T12:00:30Z', '2026-01-31T12:03:00Z']
  const page = await get(`/candles/BTCUSD?from=${from}&limit=2`)
  expect([shown(page.body).length, page.body.nextFrom]).toEqual([2, '2026-01-31T12:03:00.000Z'])
  expect(shown(page.body)[0]).toBe('12:01 103 103 103 103 0 closed')
  const next = await get(`/candles/BTCUSD?from=${page.body.nextFrom}&limit=2`)
  expect([shown(next.body).length, next.body.nextFrom]).toEqual([2, null])
  const both = await get(`/candles/BTCUSD?from=${from}&to=${to}`)
  expect([shown(both.body).map((row: string) => row.slice(0, 5)), both.body.nextFrom]).toEqual([
    ['12:01', '12:02'],
    null,
  ])
  expect(shown((await get(`/candles/BTCUSD?to=${to}&limit=1`)).body)).toEqual(['12:02 99 101 99 101 2 closed'])
  expect((await get('/candles/BTCUSD?from=2030-01-01T00:00:00Z')).body.candles).toEqual([])
  expect((await get('/candles/BTCUSD?to=2020-01-01T00:00:00Z')).body.candles).toEqual([])
})

test('before the first trade there are no candles, and the ticker has nulls', async () => {
  const { get } = clientOf()
  expect((await get('/candles/BTCUSD')).body.candles).toEqual([])
  expect((await get('/ticker/BTCUSD')).body).toMatchObject({
    last: null,
    bid: null,
    open: null,
    volume: '0',
    change: null,
  })
})

test.each(['interval=2m', 'limit=1001', 'from=now', 'sort=asc', 'cursor=1'])('%s is rejected', async (query) => {
  const { body } = await clientOf().get(`/candles/BTCUSD?${query}`)
  expect(body.code).toBe('invalid_parameter')
})

test('the ticker has the best prices and the last 24 hours, which move without trades', async () => {
  const { get, post, exchange } = await tradedAt(FOUR)
  await post('/orders', { ...GUIDE_ORDER, orderId: 'bid', price: 98, quantity: 2 })
  const { body } = await get('/ticker/BTCUSD')
  expect(body).toEqual({
    symbol: 'BTCUSD',
    sequence: 14,
    timestamp: '2026-01-31T12:02:06.000Z',
    bid: '98.00',
    bidQuantity: '2',
    ask: null,
    askQuantity: null,
    last: '101.00',
    open: '100.00',
    high: '103.00',
    low: '99.00',
    volume: '4',
    quoteVolume: '403',
    count: 4,
    change: '1.00',
    changePercent: '1.00',
  })
  exchange.nowMs += 24 * 60 * MINUTE_MS - 2 * MINUTE_MS
  expect((await get('/ticker/BTCUSD')).body).toMatchObject({ open: '99.00', volume: '2', last: '101.00' })
  exchange.nowMs += 3 * MINUTE_MS
  expect((await get('/ticker/BTCUSD')).body).toMatchObject({ open: null, high: null, volume: '0', last: '101.00' })
})

test('a list of tickers that takes longer than a second to make is made once', async () => {
  const exchange = new InMemoryExchange()
  const { marketReader } = exchange.ports()
  let release: () => void = () => {}
  const released = new Promise<void>((resolve) => {
    release = resolve
  })
  let reads = 0
  const ticker: typeof marketReader.ticker = async (...asked) => {
    reads++
    await released
    return marketReader.ticker(...asked)
  }
  const { get } = clientOf(exchange, { marketReader: Object.assign(Object.create(marketReader), { ticker }) })
  const first = get('/ticker')
  await vi.waitFor(() => expect(reads).toBeGreaterThan(0))
  exchange.nowMs += 2_000
  const second = get('/ticker')
  release()
  expect((await second).body).toEqual((await first).body)
  expect(reads).toBe((await first).body.tickers.length)
})

test('the list of tickers has every instrument that is not closed, and is made once a second', async () => {
  const { get, exchange, ...client } = await tradedAt(FOUR)
  await client.delete('/instruments/ENERGY-DE')
  const { body } = await get('/ticker')
  expect(body.tickers.map(({ symbol }: Body) => symbol)).toEqual(['BTCUSD', 'ETHUSD'])
  expect(body.tickers[0]).toEqual((await get('/ticker/BTCUSD')).body)
  const order = { ...GUIDE_ORDER, quantity: 1, price: 105 }
  await client.post('/orders', { ...order, orderId: 'late', side: 'SELL' })
  expect((await get('/ticker')).body).toEqual(body)
  exchange.nowMs += 1_000
  expect((await get('/ticker')).body.tickers[0].ask).toBe('105.00')
  expect((await get('/ticker/NONE')).body.code).toBe('instrument_not_found')
})

test('a range with more trades than the exchange makes candles of is rejected', async () => {
  const { exchange } = await tradedAt(FOUR)
  const candles = () => Promise.reject(new RangeTooLarge(123_456, 20_000))
  const { get } = clientOf(exchange, { marketReader: { candles } as never })
  const { status, body } = await get('/candles/BTCUSD?interval=1s')
  expect([status, body.code, body.field]).toEqual([400, 'invalid_parameter', 'limit'])
  expect(body.detail).toContain('123,456 trades, and the most are 20,000')
})
