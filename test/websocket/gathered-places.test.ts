/** Orders that arrive in one read are one submission, and everything that a client sees stays as it is for each alone. */

import { expect, test } from 'vitest'
import { OperationalFailure } from '../../src/protocol/failure.ts'
import { BATCH_ORDERS_MAX, SOCKET_REQUESTS_IN_FLIGHT_MAX } from '../../src/protocol/limits.ts'
import { order, settled, worldOf } from './socket-client.ts'

type Fields = Readonly<Record<string, unknown>>

const connected = () => {
  const world = worldOf({ demo: true })
  const client = world.connect()
  let ids = 0
  /** Sends requests in one read. */
  const send = (...requests: readonly Fields[]): void => {
    for (const request of requests) client.session.receive(JSON.stringify({ id: ++ids, ...request }))
  }
  const place = (orderId: string, more: object = {}): Fields => ({ op: 'place', order: order({ orderId, ...more }) })
  const submitted = () =>
    world.exchange.submissions.map((commands) =>
      commands.map((command) => ('orderId' in command ? command.orderId : command.kind)),
    )
  return { world, client, send, place, submitted }
}

test('the orders of a read are one submission, and each has its answer', async () => {
  const { client, send, place, submitted } = connected()
  send(place('a'), place('b'), place('c'))
  await settled()
  send(place('d'))
  await settled()
  expect(submitted()).toEqual([['a', 'b', 'c'], ['d']])
  expect(client.received.map(({ id, status, result }) => [id, status, result.orderId])).toEqual([
    [1, 202, 'a'],
    [2, 202, 'b'],
    [3, 202, 'c'],
    [4, 202, 'd'],
  ])
})

test('an answer is the same as that of an order that is handled alone', async () => {
  const { world, client, send, place } = connected()
  const one = place('a')
  const texts: string[] = []
  const { send: sendOf } = client
  client.send = (sent) => {
    texts.push(typeof sent === 'string' ? sent : sent.text)
    sendOf.call(client, sent)
  }
  for (const id of [7, 'r-7']) {
    for (const alone of [{}, { wait: 0 }]) {
      world.exchange.orders.clear()
      for (let time = 0; time < 2; time++) {
        send({ ...one, id, ...alone })
        await settled()
      }
    }
  }
  const withoutTime = texts.map((text) => text.replace(/"receivedAt":"[^"]*"/, ''))
  expect(withoutTime).toHaveLength(8)
  for (const at of [0, 4]) expect(withoutTime.slice(at, at + 2)).toEqual(withoutTime.slice(at + 2, at + 4))
  expect(withoutTime[1]).toContain('"replayed":true')
})

test('commands enter the stream in the sequence of the frames', async () => {
  const { client, send, place, submitted } = connected()
  send(place('a'), place('b'), { op: 'cancelAll' }, place('c'), { op: 'cancel', orderId: 'c' }, place('d', {}))
  send({ ...place('e'), wait: 1 }, place('f'), { op: 'placeBatch', orders: [order({ orderId: 'g' })] })
  await settled()
  const [first, second, third, ...others] = submitted()
  expect([first, second, third]).toEqual([['a', 'b'], ['CancelAllOrders'], ['c']])
  expect(others.flat().filter((id) => id !== 'c')).toEqual(['d', 'e', 'f', 'g'])
  // The cancel of c waits for its place.
  expect(others.flat().filter((id) => id === 'c')).toHaveLength(1)
  expect(client.received.every(({ type }) => type === 'result')).toBe(true)
})

test('the request id of an order is that of its command', async () => {
  const { world, send, place } = connected()
  send({ ...place('a'), id: 'r-1' }, { ...place('b'), id: 2 }, { ...place('c'), id: 'r-3' })
  await settled()
  expect(world.exchange.submissions.flat().map(({ requestId }) => requestId)).toEqual(['r-1', undefined, 'r-3'])
})

test('an order that is rejected does not stop the others', async () => {
  const { client, send, place, submitted } = connected()
  send(place('a'), place('b', { symbol: 'DOGEUSD' }), place('c', { colour: 1 }), place('d', { price: '0.001' }))
  send(place('a', { quantity: '2' }), place('e'))
  await settled()
  expect(submitted().flat()).toEqual(['a', 'a', 'e'])
  const answers = client.received.map(({ id, result, error }) => [id, result?.orderId ?? error.code])
  expect(Object.fromEntries(answers)).toEqual({
    1: 'a',
    2: 'unknown_symbol',
    3: 'unknown_field',
    4: 'price_not_on_tick',
    5: 'order_id_conflict',
    6: 'e',
  })
})

test('above the limit of the account an order is rejected once, and charged nothing', async () => {
  const { world, client, send, place, submitted } = connected()
  let left = 2
  let asked = 0
  Object.assign(world.ports.limits.orders, {
    admit: () => {
      asked++
      return left-- > 0 ? 0 : 30
    },
  })
  send(place('a'), place('b'), place('c'), place('d', { colour: 1 }))
  await settled()
  expect(submitted()).toEqual([['a', 'b']])
  expect(asked).toBe(4)
  const codes = client.received.map(({ id, status, error }) => [id, status ?? error.code])
  expect(Object.fromEntries(codes)).toEqual({ 1: 202, 2: 202, 3: 'rate_limited', 4: 'rate_limited' })
})

test('if nothing becomes durable, each order has the failure with its own id', async () => {
  const { world, client, send, place } = connected()
  Object.assign(world.ports, {
    orderEntry: {
      submit: async () => {
        throw new OperationalFailure('not_confirmed', 'no answer', { retryable: false })
      },
    },
  })
  send(place('a'), place('b'))
  await settled()
  expect(client.received.map(({ id, error }) => [id, error.code, error.orderId])).toEqual([
    [1, 'not_confirmed', 'a'],
    [2, 'not_confirmed', 'b'],
  ])
  expect(world.failures).toHaveLength(2)
})

test('gathered orders count as requests in flight, and as many are gathered as a batch may have', async () => {
  const { client, send, place, submitted } = connected()
  send(...Array.from({ length: SOCKET_REQUESTS_IN_FLIGHT_MAX + 1 }, (_, i) => place(`o-${i}`)))
  expect(client.received.map(({ id, error }) => [id, error.code])).toEqual([
    [SOCKET_REQUESTS_IN_FLIGHT_MAX + 1, 'too_many_in_flight'],
  ])
  await client.session.stop()
  expect(client.received).toHaveLength(SOCKET_REQUESTS_IN_FLIGHT_MAX + 1)
  expect(submitted().map(({ length }) => length)).toEqual(
    Array(SOCKET_REQUESTS_IN_FLIGHT_MAX / BATCH_ORDERS_MAX).fill(BATCH_ORDERS_MAX),
  )
})

test('orders of a connection that ends in the same read are placed', async () => {
  const { client, send, place, submitted } = connected()
  send(place('a'), place('b'))
  await client.session.ended()
  expect(submitted()).toEqual([['a', 'b']])
})
