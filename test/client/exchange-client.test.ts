/** The client against an exchange that the test plays: lost connections, repeated requests, gaps, wrong checksums. */

import { afterEach, expect, onTestFinished, test, vi } from 'vitest'
import type { ClientOptions } from '../../src/client/client-options.ts'
import { ClientClosed, ConnectionLost, ExchangeProblem } from '../../src/client/errors.ts'
import { platformSocket } from '../../src/client/socket.ts'
import { bookChecksum } from '../../src/marketdata/book-checksum.ts'
import type { LevelText } from '../../src/marketdata/book-level.ts'
import { stubbed } from './stub-exchange.ts'

const ORDER = { orderId: 'a', symbol: 'BTCUSD', side: 'BUY', quantity: '1', price: '100' } as const

function start(options: Partial<ClientOptions> = {}) {
  const exchange = stubbed(options)
  onTestFinished(() => exchange.client.close())
  return exchange
}

const bids: LevelText[] = [['100.00', '1', 1]]
const book = { channel: 'book', symbol: 'BTCUSD', depth: 10, phase: 'CONTINUOUS', timestamp: null }
const bookSnapshot = (sequence: number) => ({
  type: 'snapshot',
  ...book,
  sequence,
  bids,
  asks: [],
  checksum: bookChecksum(bids, []),
})
const emptied = { bids: [['100.00', '0', 0]], asks: [], checksum: 0 }
const trade = (number: number) => ({
  tradeId: `BTCUSD-${number}`,
  price: '100.00',
  quantity: '1',
  sequence: number * 2,
})
const trades = { channel: 'trades', symbol: 'BTCUSD' }
const order = (orderId: string, status: string) => ({ orderId, status })
const orders = { channel: 'orders' }

afterEach(() => vi.restoreAllMocks())

test('the account comes first, then the feeds, then requests that wait', async () => {
  const { client, open } = start({ key: 'secret', cancelOnDisconnect: true })
  void client.book('BTCUSD', 10)
  const placed = client.place(ORDER)
  const socket = await open()
  expect(socket.requests).toMatchObject([{ op: 'authenticate', key: 'secret', cancelOnDisconnect: true }])
  await socket.answer('authenticate')
  expect(await socket.request('subscribe')).toMatchObject({ channel: 'book', symbols: ['BTCUSD'], depth: 10 })
  expect(await socket.answer('place', { orderId: 'a' }, 202)).toMatchObject({ order: ORDER })
  expect(await placed).toEqual({ status: 202, result: { orderId: 'a' }, replayed: false })
})

test('an order without an answer is sent again, in its sequence; an amendment and a cancel of all orders are not', async () => {
  const { client, open } = start()
  const socket = await open()
  const first = client.place(ORDER)
  const second = client.place({ ...ORDER, orderId: 'b' })
  const all = client.cancelAll()
  const amended = client.amend('a', { price: '101' })
  await socket.request('place')
  socket.lose()
  await expect(all).rejects.toBeInstanceOf(ConnectionLost)
  await expect(amended).rejects.toBeInstanceOf(ConnectionLost)
  const next = await open()
  expect(await next.answer('place', { orderId: 'a' })).toMatchObject({ order: { orderId: 'a' } })
  expect(await next.answer('place', { orderId: 'b' })).toMatchObject({ order: { orderId: 'b' } })
  expect((await Promise.all([first, second])).map(({ result }) => result.orderId)).toEqual(['a', 'b'])
  expect(client.counts.lost).toBe(1)
})

test('with resendOrdersMs an order waits that long for a connection, and a cancel longer', async () => {
  const { client, open } = start({ resendOrdersMs: 30 })
  const socket = await open()
  const placed = client.place(ORDER)
  const canceled = client.cancel('a')
  await socket.request('place')
  socket.lose()
  await expect(placed).rejects.toBeInstanceOf(ConnectionLost)
  await expect(client.place(ORDER)).rejects.toBeInstanceOf(ConnectionLost)
  const next = await open()
  expect(next.requests.map(({ op }) => op)).not.toContain('place')
  await next.answer('cancel', { orderId: 'a' })
  await canceled
})

test('an order without an id gets one, so that it can be sent again', async () => {
  const { client, open } = start()
  const socket = await open()
  const { orderId: _, ...order } = ORDER
  void client.place(order).catch(() => {})
  const sent = await socket.request('place')
  socket.lose()
  expect((await (await open()).request('place')).order).toEqual(sent.order)
  expect(sent.order).toMatchObject({ orderId: expect.stringMatching(/^[0-9a-f]{32}$/) })
})

test('a rejection is an ExchangeProblem with the code and the field', async () => {
  const { client, open } = start()
  const socket = await open()
  const placed = client.place(ORDER)
  await socket.refuse('place', { code: 'price_not_on_tick', status: 422, detail: 'no', field: 'price' })
  await expect(placed).rejects.toMatchObject({
    code: 'price_not_on_tick',
    status: 422,
    field: 'price',
    message: 'no (price_not_on_tick)',
  })
  await expect(placed).rejects.toBeInstanceOf(ExchangeProblem)
})

test('a gap in one book is repaired by a new snapshot; other feeds go on', async () => {
  const { client, open } = start()
  const feed = client.book('BTCUSD', 10)
  const other = client.ticker('BTCUSD')
  const socket = await open()
  await socket.answer('subscribe')
  await socket.answer('subscribe')
  socket.tell(bookSnapshot(5))
  socket.tell({ type: 'snapshot', channel: 'ticker', symbol: 'BTCUSD', sequence: 5, last: '1' })
  expect([feed.bids, feed.sequence, feed.isCurrent]).toEqual([bids, 5, true])

  socket.tell({ type: 'update', ...book, from: 7, to: 8, ...emptied })
  expect([feed.isCurrent, client.counts.gaps, other.isCurrent]).toEqual([false, 1, true])
  expect(await socket.answer('subscribe')).toMatchObject({ channel: 'book' })
  // Updates of before the new snapshot ask for nothing.
  socket.tell({ type: 'update', ...book, from: 9, to: 9, ...emptied })
  socket.tell(bookSnapshot(9))
  socket.tell({ type: 'update', ...book, from: 10, to: 11, ...emptied })
  expect([feed.bids, feed.sequence, feed.isCurrent, client.counts.gaps]).toEqual([[], 11, true, 1])
  expect(socket.requests.filter(({ op }) => op === 'subscribe')).toEqual([])
})

test('a book that differs from the exchange is noticed by its checksum', async () => {
  const { client, open } = start()
  const feed = client.book('BTCUSD', 10)
  const socket = await open()
  await socket.answer('subscribe')
  socket.tell(bookSnapshot(5))
  socket.tell({ type: 'update', ...book, from: 6, to: 6, ...emptied, checksum: 1 })
  expect([feed.isCurrent, client.counts.checksums]).toEqual([false, 1])
  await socket.answer('subscribe')
})

test('each trade is shown once over a lost connection, and those that were missed are counted', async () => {
  const { client, open } = start()
  const feed = client.trades('BTCUSD')
  const seen: unknown[] = []
  feed.onChange(({ type, trades: each, missed }) => seen.push([type, each.map(({ tradeId }) => tradeId), missed]))
  const socket = await open()
  socket.tell({ type: 'snapshot', ...trades, sequence: 10, trades: [trade(4), trade(5)] })
  socket.tell({ type: 'update', ...trades, from: 11, to: 12, trades: [trade(6)] })
  socket.lose()
  expect(feed.isCurrent).toBe(false)
  const next = await open()
  next.tell({ type: 'snapshot', ...trades, sequence: 14, trades: [trade(6), trade(7)] })
  next.lose()
  const last = await open()
  last.tell({ type: 'snapshot', ...trades, sequence: 24, trades: [trade(11), trade(12)] })
  expect(seen).toEqual([
    ['snapshot', ['BTCUSD-4', 'BTCUSD-5'], 0],
    ['update', ['BTCUSD-6'], 0],
    ['snapshot', ['BTCUSD-7'], 0],
    ['snapshot', ['BTCUSD-11', 'BTCUSD-12'], 3],
  ])
})

test('an exchange that was started with other data numbers its trades anew', async () => {
  const { client, open } = start()
  const feed = client.trades('BTCUSD')
  const seen: unknown[] = []
  feed.onChange(({ type, trades: each, missed }) => seen.push([type, each.map(({ tradeId }) => tradeId), missed]))
  const socket = await open()
  const snapshot = (sequence: number, ...rows: object[]) =>
    socket.tell({ type: 'snapshot', ...trades, sequence, trades: rows })
  snapshot(10, trade(4), trade(5))
  snapshot(1)
  expect(feed.trades).toEqual([])
  socket.tell({ type: 'update', ...trades, from: 2, to: 3, trades: [trade(1)] })
  snapshot(3, trade(1))
  const another = { ...trade(1), timestamp: '2031-01-01T00:00:00.000Z' }
  snapshot(30, another, trade(2))
  // An older state of the same exchange.
  snapshot(2, another)
  expect(feed.trades).toHaveLength(2)
  expect(seen).toEqual([
    ['snapshot', ['BTCUSD-4', 'BTCUSD-5'], 0],
    ['snapshot', [], 0],
    ['update', ['BTCUSD-1'], 0],
    ['snapshot', ['BTCUSD-1', 'BTCUSD-2'], 0],
  ])
})

test('a quiet interval between two candles is filled flat', async () => {
  const { client, open } = start()
  const feed = client.candles('BTCUSD', '1m')
  const socket = await open()
  const at = (minute: number, close: string) => ({ start: `2026-01-31T12:0${minute}:00.000Z`, close, volume: '1' })
  const candles = { channel: 'candles', symbol: 'BTCUSD', interval: '1m' }
  socket.tell({ type: 'snapshot', ...candles, sequence: 2, candles: [at(0, '1')] })
  socket.tell({ type: 'update', ...candles, from: 3, to: 3, candles: [at(0, '2')] })
  socket.tell({ type: 'update', ...candles, from: 4, to: 4, candles: [at(3, '5')] })
  expect(feed.candles.map(({ start, close, volume }) => [start.slice(14, 16), close, volume])).toEqual([
    ['00', '2', '1'],
    ['01', '2', '0'],
    ['02', '2', '0'],
    ['03', '5', '1'],
  ])
})

test('after a quiet time that is longer than what is kept, the kept candles have no holes', async () => {
  const { client, open } = start()
  const feed = client.candles('BTCUSD', '1s')
  const socket = await open()
  const at = (ms: number, close: string) => ({ start: new Date(ms).toISOString(), close, volume: '1' })
  const candles = { channel: 'candles', symbol: 'BTCUSD', interval: '1s' }
  socket.tell({ type: 'snapshot', ...candles, sequence: 2, candles: [at(0, '1')] })
  socket.tell({ type: 'update', ...candles, from: 3, to: 3, candles: [at(5_000_000, '2')] })
  const starts = feed.candles.map(({ start }) => Date.parse(start))
  expect(starts).toEqual(Array.from({ length: 1_000 }, (_, i) => 5_000_000 - 1_000 * (999 - i)))
})

test('the own orders: open ones, events, and what ended while there was no connection', async () => {
  const { client, open } = start()
  const feed = client.orders()
  const changes: unknown[] = []
  feed.onChange((change) => changes.push(change.type === 'snapshot' ? change.ended : change.event))
  const socket = await open()
  socket.tell({ type: 'snapshot', ...orders, complete: true, orders: [order('a', 'NEW')] })
  const filled = { event: { type: 'TRADE' }, order: order('a', 'FILLED') }
  socket.tell({
    type: 'update',
    ...orders,
    updates: [{ event: { type: 'ACCEPTED' }, order: order('b', 'NEW') }, filled],
  })
  expect([...feed.open.keys()]).toEqual(['b'])
  socket.lose()
  const next = await open()
  next.tell({ type: 'snapshot', ...orders, complete: true, orders: [] })
  expect(changes).toEqual([[], { type: 'ACCEPTED' }, { type: 'TRADE' }, ['b']])
})

test('open orders that were not listed are read when half of those that were have closed', async () => {
  const { client, open } = start()
  const feed = client.orders()
  const socket = await open()
  await socket.answer('subscribe')
  const close = (orderId: string, sequence: number) => {
    const event = { type: 'ORDER_CANCELED', symbol: 'BTCUSD', orderId, sequence }
    socket.tell({ type: 'update', ...orders, updates: [{ event, order: { ...order(orderId, 'CANCELED'), sequence } }] })
  }
  const listed = ['a', 'b', 'c'].map((id) => order(id, 'NEW'))
  socket.tell({ type: 'snapshot', ...orders, complete: false, orders: listed })
  close('a', 10)
  expect(socket.requests.filter(({ op }) => op === 'subscribe')).toEqual([])
  close('b', 11)
  await socket.request('subscribe')
  // Until the snapshot arrives nothing is missed, and nothing is asked for twice.
  close('c', 12)
  expect([feed.isCurrent, feed.open.size, client.counts.gaps]).toEqual([true, 0, 0])
  socket.tell({ type: 'snapshot', ...orders, complete: true, orders: [order('d', 'NEW')] })
  expect([[...feed.open.keys()], feed.isComplete]).toEqual([['d'], true])
  expect(socket.requests.filter(({ op }) => op === 'subscribe')).toEqual([])
})

test('loops over a feed get the changes, and end with it', async () => {
  const { client, open } = start()
  const feed = client.trades('BTCUSD')
  const socket = await open()
  await socket.answer('subscribe')
  const loop = (async () => {
    const ids: string[] = []
    for await (const { trades: each } of feed) ids.push(...each.map(({ tradeId }) => tradeId))
    return ids
  })()
  socket.tell({ type: 'snapshot', ...trades, sequence: 2, trades: [trade(1)] })
  socket.tell({ type: 'update', ...trades, from: 3, to: 4, trades: [trade(2)] })
  feed.close()
  expect(await loop).toEqual(['BTCUSD-1', 'BTCUSD-2'])
  expect(await socket.request('unsubscribe')).toMatchObject({ channel: 'trades', symbols: ['BTCUSD'] })
})

test('a symbol that does not exist fails its feed; a limit is tried again', async () => {
  const { client, open } = start()
  const feed = client.trades('NONE')
  const limited = client.orders()
  const socket = await open()
  await socket.refuse('subscribe', { code: 'unknown_symbol', status: 422, detail: 'no such symbol' })
  await expect(feed.ready()).rejects.toMatchObject({ code: 'unknown_symbol' })
  await socket.refuse('subscribe', { code: 'rate_limited', status: 429 }, 5)
  await socket.answer('subscribe')
  socket.tell({ type: 'snapshot', channel: 'orders', complete: true, orders: [] })
  expect((await limited.ready()).isCurrent).toBe(true)
})

test('a wrong key ends the client, and everything that waits says why', async () => {
  const { client, open } = start({ key: 'wrong' })
  const placed = client.place(ORDER)
  const ready = client.trades('BTCUSD').ready()
  const socket = await open()
  await socket.refuse('authenticate', { code: 'unauthorized', status: 401, detail: 'the key is unknown' })
  await expect(placed).rejects.toMatchObject({ code: 'unauthorized' })
  await expect(ready).rejects.toMatchObject({ code: 'unauthorized' })
  expect([client.state, client.lastFailure]).toEqual(['closed', 'the key is unknown (unauthorized)'])
  await expect(client.place(ORDER)).rejects.toMatchObject({ code: 'unauthorized' })
})

test('a URL that no attempt can open ends the client', async () => {
  const { client } = start({ WebSocket: await platformSocket(), url: 'localhost:3000' })
  await expect(client.place(ORDER)).rejects.toThrow(/URL/)
  expect([client.state, client.lastFailure]).toEqual(['closed', expect.stringMatching(/URL/)])
})

test('after close everything rejects, and no socket is opened', async () => {
  const { client, open, sockets } = start()
  const socket = await open()
  const placed = client.place(ORDER)
  client.close()
  await expect(placed).rejects.toBeInstanceOf(ClientClosed)
  expect([client.state, socket.closed, sockets.length]).toEqual(['closed', true, 0])
})

test('a silent connection is asked, then given up', async () => {
  const { client, open } = start({ times: { openMs: 1_000, silenceMs: 40 } })
  const socket = await open()
  await socket.request('ping')
  await socket.request('ping')
  const next = await open()
  expect(client.lastFailure ?? 'open').toBe('open')
  expect([socket.closed, next.closed, client.counts.lost]).toEqual([true, false, 1])
})

test('frames that are not messages end the connection, and unknown ones are ignored', async () => {
  const { client, open } = start()
  const socket = await open()
  socket.tell({ type: 'news', channel: 'book' })
  socket.tell({ type: 'update', channel: 'weather', symbol: 'BTCUSD' })
  socket.tell({ type: 'result', id: 'unknown' })
  expect(client.state).toBe('open')
  socket.tell('{')
  expect(client.state).toBe('waiting')
})
