/** The client behind API Gateway, which handles the requests of a connection side by side, and fails in its own ways. */

import { expect, onTestFinished, test } from 'vitest'
import { MessageTooLong } from '../../src/client/errors.ts'
import { stubbed } from './stub-exchange.ts'

const ORDER = { symbol: 'BTCUSD', side: 'BUY', quantity: '1', price: '100' } as const

function start() {
  const exchange = stubbed()
  onTestFinished(() => exchange.client.close())
  return exchange
}

const orderWith = (orderId: string, sequence: number, status: string) => ({ orderId, sequence, status })
const update = (order: object) => ({
  type: 'update',
  channel: 'orders',
  updates: [{ event: { type: 'ACCEPTED' }, order }],
})
const snapshot = (...orders: object[]) => ({ type: 'snapshot', channel: 'orders', complete: true, orders })

test('after a failure that names no request, the client connects again and sends again what was not answered', async () => {
  const { client, open } = start()
  const placed = client.place({ ...ORDER, orderId: 'a' })
  const socket = await open()
  await socket.request('place')
  socket.tell({ message: 'Internal server error', connectionId: 'x=', requestId: 'y' })
  expect([client.state, client.lastFailure]).toEqual(['waiting', 'Internal server error'])
  await (await open()).answer('place', { orderId: 'a' })
  expect((await placed).result).toEqual({ orderId: 'a' })
})

test('a request that is too long fails, and is not sent again; the others are', async () => {
  const { client, open } = start()
  const long = client.placeBatch(Array.from({ length: 100 }, (_, i) => ({ ...ORDER, orderId: `long-${i}` })))
  const short = client.place({ ...ORDER, orderId: 'short' })
  const socket = await open()
  await socket.request('place')
  socket.lose(1009)
  await expect(long).rejects.toBeInstanceOf(MessageTooLong)
  const next = await open()
  await next.answer('place', { orderId: 'short' })
  expect((await short).result).toEqual({ orderId: 'short' })
  expect(next.requests.filter(({ op }) => op === 'placeBatch')).toEqual([])
})

test('a subscription that is ended and begun again waits for the answers', async () => {
  const { client, open } = start()
  const socket = await open()
  client.trades('BTCUSD').close()
  const other = client.ticker('BTCUSD')
  const again = client.trades('BTCUSD')
  const ops = () => socket.requests.filter(({ channel }) => channel === 'trades').map(({ op }) => op)
  expect(ops()).toEqual(['subscribe'])
  await socket.answer('subscribe')
  await socket.answer('unsubscribe')
  expect(other).not.toBe(again)
  // That of the ticker was sent at once.
  expect(await socket.answer('subscribe')).toMatchObject({ channel: 'ticker' })
  expect(await socket.answer('subscribe')).toMatchObject({ channel: 'trades' })
  socket.tell({ type: 'snapshot', channel: 'trades', symbol: 'BTCUSD', sequence: 2, trades: [] })
  expect((await again.ready()).isCurrent).toBe(true)
})

test('a request that waits for an answer of a lost connection is not sent on the next', async () => {
  const { client, open } = start()
  const socket = await open()
  client.trades('BTCUSD').close()
  await socket.request('subscribe')
  socket.lose()
  const next = await open()
  await next.answer('ping')
  expect(next.requests).toEqual([])
})

test('a snapshot that was lost is asked for again, also if nothing else happens', async () => {
  const { client, open } = stubbed({ times: { openMs: 10_000, silenceMs: 200 } })
  onTestFinished(() => client.close())
  const feed = client.trades('BTCUSD')
  const socket = await open()
  // A connection that is silent for so long is given up.
  const alive = setInterval(() => socket.tell({ type: 'unknown' }), 20)
  onTestFinished(() => clearInterval(alive))
  await socket.answer('subscribe')
  await socket.answer('subscribe')
  socket.tell({ type: 'snapshot', channel: 'trades', symbol: 'BTCUSD', sequence: 2, trades: [] })
  expect((await feed.ready()).isCurrent).toBe(true)
})

test('own orders have what an answer says, and older events do not undo it', async () => {
  const { client, open } = start()
  const feed = client.orders()
  const socket = await open()
  await socket.answer('subscribe')
  socket.tell(snapshot())
  const placed = client.place({ ...ORDER, orderId: 'a' }, { wait: 5 })
  await socket.answer('place', orderWith('a', 7, 'PARTIALLY_FILLED'))
  await placed
  expect(feed.open.get('a')).toMatchObject({ status: 'PARTIALLY_FILLED' })
  socket.tell(update(orderWith('a', 6, 'NEW')))
  expect(feed.open.get('a')).toMatchObject({ status: 'PARTIALLY_FILLED' })
  const canceled = client.cancel('a', { wait: 5 })
  await socket.answer('cancel', orderWith('a', 9, 'CANCELED'))
  await canceled
  socket.tell(update(orderWith('a', 8, 'PARTIALLY_FILLED')))
  expect([...feed.open.keys()]).toEqual([])
})

test('an event of an order that comes again is shown once, and both orders of a trade are', async () => {
  const { client, open } = start()
  const orders = client.orders()
  const shown: number[] = []
  orders.onChange((change) => {
    if (change.type === 'update') shown.push(change.event.sequence)
  })
  const socket = await open()
  await socket.answer('subscribe')
  const events = (...sequences: number[]) => {
    const updates = sequences.map((sequence) => ({ event: { type: 'TRADE', symbol: 'BTCUSD', sequence }, order: null }))
    socket.tell({ type: 'update', channel: 'orders', updates })
  }
  socket.tell(snapshot())
  events(4, 5, 5)
  events(4, 5, 5)
  // Events may have been lost. The numbers go on.
  socket.tell(snapshot())
  events(5, 7)
  expect(shown).toEqual([4, 5, 5, 7])
})
