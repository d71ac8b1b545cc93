/** What is special about frames that are handled without a session in memory. */

import { describe, expect, test } from 'vitest'
import { topicKey } from '../../src/ports/market-feed.ts'
import { SOCKET_FRAME_BYTES_MAX, SOCKET_ORDER_SNAPSHOTS_MAX } from '../../src/protocol/limits.ts'
import { fittingResult } from '../../src/websocket/stored/fitting-answer.ts'
import { type Message, order } from './socket-client.ts'
import { fails, opened, placeElsewhere, storedWorldOf, unavailable } from './stored-world.ts'

const cancel = (orderId: string) => ({ kind: 'CancelOrder', symbol: 'BTCUSD', account: 'alice', orderId }) as const

describe('a stored connection', () => {
  test('knows at the next frame what the one before has done', async () => {
    const { connect } = storedWorldOf()
    const client = await connect()
    expect(await client.ask('place', { order: order() })).toMatchObject({ error: { code: 'unauthorized' } })
    expect(await client.authenticate('alice')).toMatchObject({
      result: { account: 'alice', cancelOnDisconnect: false },
    })
    expect(await client.authenticate('bob')).toMatchObject({ error: { code: 'already_authenticated' } })
    expect(await client.ask('place', { order: order() })).toMatchObject({ status: 202 })
    await client.ask('subscribe', { channel: 'book', symbols: ['BTCUSD', 'ETHUSD'], depth: 10 })
    await client.ask('subscribe', { channel: 'orders' })
    await client.ask('unsubscribe', { channel: 'book', symbols: ['ETHUSD'], depth: 10 })
    expect((await client.ask('subscriptions')).result.subscriptions).toEqual([
      { channel: 'book', symbol: 'BTCUSD', depth: 10 },
      { channel: 'orders' },
    ])
  })

  test('is closed after three wrong keys, each of which is answered', async () => {
    const world = storedWorldOf()
    const client = await world.connect()
    for (const key of ['a', undefined, 'c']) {
      expect(client.isOpen).toBe(true)
      expect(await client.ask('authenticate', { key })).toMatchObject({ error: { code: 'unauthorized' } })
    }
    expect(client.isOpen).toBe(false)
    expect(await world.connections.read(client.connectionId)).toBeUndefined()
  })

  test('answers a subscription before it asks for the snapshots, also of one that exists', async () => {
    const world = storedWorldOf()
    const client = await world.connect()
    const { ask } = world.ports.joins
    const seen: unknown[] = []
    Object.assign(world.ports.joins, {
      ask: async (...asked: Parameters<typeof ask>) => {
        seen.push(client.received.length, (await world.connections.followersOfSymbol('BTCUSD')).length)
        return ask(...asked)
      },
    })
    for (let times = 0; times < 2; times++) await client.ask('subscribe', { channel: 'book', symbols: ['BTCUSD'] })
    expect(seen).toEqual([1, 1, 2, 1])
    expect(world.joins.map(({ connectionId, topic }) => [connectionId, topicKey(topic)])).toEqual(
      Array(2).fill([client.connectionId, 'book BTCUSD 100']),
    )
  })

  test('waits if too many subscriptions are started', async () => {
    const world = storedWorldOf()
    const client = await world.connect()
    const admitted: number[] = []
    Object.assign(world.ports.joins, { admit: async (count: number) => (admitted.push(count) === 1 ? 700 : 0) })
    const subscribe = () => client.ask('subscribe', { channel: 'ticker', symbols: ['BTCUSD', 'ETHUSD'] })
    expect(await subscribe()).toMatchObject({ error: { code: 'rate_limited', status: 429 }, retryAfterMs: 700 })
    expect([world.joins, (await client.ask('subscriptions')).result.subscriptions]).toEqual([[], []])
    expect(await subscribe()).toMatchObject({ status: 200 })
    expect([admitted, world.joins.length]).toEqual([[2, 2], 2])
  })

  test('has the bounds of a frame', async () => {
    const { client } = await opened()
    const book = { channel: 'book', symbols: ['BTCUSD'], depth: 1000 }
    expect(await client.ask('subscribe', book)).toMatchObject({ error: { code: 'invalid_value', field: 'depth' } })
    const orders = Array.from({ length: 51 }, () => order())
    expect(await client.ask('placeBatch', { orders })).toMatchObject({ error: { code: 'batch_too_long' } })
    expect((await client.ask('placeBatch', { orders: orders.slice(1) })).result.results).toHaveLength(50)
  })

  test('may follow 100 topics', async () => {
    const { world, client } = await opened()
    const [listed] = world.exchange.instruments.values()
    const symbols = Array.from({ length: 101 }, (_, i) => `S${i}`)
    for (const symbol of symbols) world.exchange.instruments.set(symbol, { ...listed, symbol })
    const some = (count: number) => client.ask('subscribe', { channel: 'ticker', symbols: symbols.slice(0, count) })
    expect(await some(101)).toMatchObject({ error: { code: 'too_many_subscriptions' } })
    expect(world.joins).toEqual([])
    expect(await some(100)).toMatchObject({ status: 200 })
    expect(await client.ask('subscribe', { channel: 'orders' })).toMatchObject({
      error: { code: 'too_many_subscriptions' },
    })
  })

  test('that is unknown, or ends, is closed and changes nothing', async () => {
    const { world, client } = await opened()
    const before = world.exchange.submissions.length
    await world.connections.beginEnd(client.connectionId)
    expect(await client.ask('place', { order: order() })).toBeUndefined()
    expect(client.isOpen).toBe(false)
    expect(world.exchange.submissions).toHaveLength(before)
  })

  test('gets the problem of a failure, and is closed if it cannot be answered', async () => {
    const { world, client } = await opened()
    const { read } = world.connections
    Object.assign(world.connections, { read: fails })
    expect(await client.ask('ping')).toMatchObject({ error: { code: 'unavailable', status: 503 } })
    Object.assign(world.connections, { read })
    Object.assign(world.ports, { refresh: fails })
    expect(await client.ask('ping')).toMatchObject({ error: { code: 'unavailable' } })
    Object.assign(world.ports, { refresh: async () => {} })
    Object.assign(world.ports.joins, { ask: fails })
    expect(await client.ask('subscribe', { channel: 'ticker', symbols: ['BTCUSD'] })).toMatchObject({ status: 200 })
    expect(client.isOpen).toBe(false)
    expect(world.failures).toEqual([unavailable, unavailable, unavailable])
    const other = await world.connect()
    Object.assign(world.ports.posts, { post: fails, close: fails })
    await other.send('{')
    expect(world.failures).toHaveLength(5)
  })
})

describe('a snapshot of own orders', () => {
  test('follows the answer, without orders that have no event yet', async () => {
    const { world, client, place } = await opened()
    await place('a')
    world.exchange.matching = false
    await place('pending')
    await client.ask('subscribe', { channel: 'orders' })
    const [{ complete, orders }] = client.data('orders')
    expect([complete, orders.map(({ orderId }: Message) => orderId)]).toEqual([true, ['a']])
    expect(client.received.at(-2)).toMatchObject({ op: 'subscribe', status: 200 })
  })

  test('is sent again while orders change, and not without end', async () => {
    const { world, client, place } = await opened()
    await place('a')
    const { post } = world.ports.posts
    let changes = 1
    Object.assign(world.ports.posts, {
      post: async (...sent: Parameters<typeof post>) => {
        const answer = await post(...sent)
        if (sent[1].includes('snapshot') && changes-- > 0) await world.exchange.ports().orderEntry.submit([cancel('a')])
        return answer
      },
    })
    await client.ask('subscribe', { channel: 'orders' })
    expect(client.data('orders').map(({ orders }) => orders.length)).toEqual([1, 0])
    let made = 0
    Object.assign(world.ports.posts, {
      post: async (...sent: Parameters<typeof post>) => {
        const answer = await post(...sent)
        if (sent[1].includes('snapshot')) await placeElsewhere(world, `new-${++made}`)
        return answer
      },
    })
    client.received.length = 0
    await client.ask('subscribe', { channel: 'orders' })
    expect(client.data('orders')).toHaveLength(SOCKET_ORDER_SNAPSHOTS_MAX)
  })

  test('has the newest orders that fit a frame', async () => {
    const { client } = await opened(false)
    const tag = 'é'.repeat(60)
    for (let batch = 0; batch < 4; batch++) {
      const orders = Array.from({ length: 40 }, (_, i) => order({ orderId: `o-${batch * 40 + i}`, tag }))
      await client.ask('placeBatch', { orders })
    }
    await client.ask('subscribe', { channel: 'orders' })
    const [snapshot] = client.data('orders')
    expect(snapshot.complete).toBe(false)
    expect(snapshot.orders[0].orderId).toBe('o-159')
    const bytes = Buffer.byteLength(JSON.stringify(snapshot))
    expect(bytes).toBeLessThanOrEqual(SOCKET_FRAME_BYTES_MAX)
    expect(bytes).toBeGreaterThan(0.9 * SOCKET_FRAME_BYTES_MAX)
  })
})

describe('an answer that does not fit a frame', () => {
  test('of a batch that was filled with unknown fields names each order and its problem', async () => {
    const { client, world } = await opened()
    const bad = Array.from({ length: 49 }, () => ({ ['\u0001'.repeat(100)]: 1 }))
    const { result } = await client.ask('placeBatch', { orders: [order({ orderId: 'good' }), ...bad] })
    expect(result.results[0]).toMatchObject({ status: 202, orderId: 'good' })
    for (const each of result.results.slice(1)) expect(each).toMatchObject({ status: 400, code: 'unknown_field' })
    expect([client.isOpen, world.failures]).toEqual([true, []])
  })

  const request = { id: 1, op: 'place', fields: {} } as const
  const body = { orderId: 'a', symbol: 'BTCUSD', status: 'FILLED', receivedAt: 'T', fills: 'x'.repeat(40_000) }

  test('has no outcome', () => {
    const answer = (op: 'place' | 'amend') =>
      JSON.parse(fittingResult({ ...request, op }, { status: 200, body, replayed: true }))
    const { fills: _, ...pending } = body
    expect(answer('place')).toEqual({
      type: 'result',
      id: 1,
      op: 'place',
      status: 202,
      result: pending,
      replayed: true,
    })
    expect(answer('amend').result).toEqual({ orderId: 'a', symbol: 'BTCUSD', receivedAt: 'T' })
  })

  test('of a batch has no outcomes, and each problem its first fault', () => {
    const problem = { code: 'unknown_field', detail: 'd', errors: Array(10).fill({ detail: 'x'.repeat(100) }) }
    const results = [{ status: 200, order: body, replayed: true }, ...Array(49).fill(problem)]
    const answer = fittingResult({ ...request, op: 'placeBatch' }, { status: 200, body: { results } })
    expect(Buffer.byteLength(answer)).toBeLessThanOrEqual(SOCKET_FRAME_BYTES_MAX)
    const { result } = JSON.parse(answer)
    expect(result.results.slice(0, 2)).toEqual([
      { status: 202, orderId: 'a', symbol: 'BTCUSD', receivedAt: 'T', replayed: true },
      { code: 'unknown_field', detail: 'd' },
    ])
  })
})
