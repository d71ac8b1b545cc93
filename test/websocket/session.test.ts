/** The answers to requests of a connection: one for each, with its id. */

import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { OperationalFailure } from '../../src/protocol/failure.ts'
import {
  SOCKET_REQUESTS_IN_FLIGHT_MAX,
  SOCKET_SUBSCRIPTIONS_MAX,
  SOCKET_UNUSED_MS_MAX,
} from '../../src/protocol/limits.ts'
import { order, settled, worldOf } from './socket-client.ts'

const error = (code: string, more: object = {}) => ({
  type: 'error',
  error: expect.objectContaining({ code, ...more }),
})

describe('a frame that cannot be read', () => {
  type Case = readonly [frame: string, code: string, more?: object, id?: number | string | null, op?: string]
  const frames: readonly Case[] = [
    ['', 'malformed_json'],
    ['{', 'malformed_json'],
    ['{"id":1,"op":"ping"', 'malformed_json'],
    ['{"id":1,"op":"ping","x":"\u0000"}', 'malformed_json'],
    [`${'['.repeat(9)}${']'.repeat(9)}`, 'malformed_json'],
    [`{"id":1,"op":"ping","x":[${'1,'.repeat(10_001)}1]}`, 'malformed_json'],
    ['{"id":1,"op":"ping","tag":"\uFFFD"}', 'invalid_utf8'],
    ['{"id":1,"id":1,"op":"ping"}', 'duplicate_key'],
    ['{"id":1,"op":"ping","x":{"a":1,"a":2}}', 'duplicate_key'],
    ['[]', 'invalid_body'],
    ['null', 'invalid_body'],
    ['12345678901234567890', 'invalid_body'],
    ['"ping"', 'invalid_body'],
    ['{}', 'missing_field', { field: 'id' }],
    ['{"op":"ping"}', 'missing_field', { field: 'id' }, null, 'ping'],
    ['{"id":null,"op":"ping"}', 'wrong_type', { field: 'id' }, null, 'ping'],
    ['{"id":true,"op":"ping"}', 'wrong_type', { field: 'id' }, null, 'ping'],
    ['{"id":[1],"op":"ping"}', 'wrong_type', { field: 'id' }, null, 'ping'],
    ['{"id":-1,"op":"ping"}', 'invalid_value', { field: 'id' }, null, 'ping'],
    ['{"id":1.5,"op":"ping"}', 'invalid_value', { field: 'id' }, null, 'ping'],
    ['{"id":1e3,"op":"ping"}', 'invalid_value', { field: 'id' }, null, 'ping'],
    ['{"id":1000000000000000,"op":"ping"}', 'invalid_value', { field: 'id' }, null, 'ping'],
    ['{"id":"","op":"ping"}', 'invalid_value', { field: 'id' }, null, 'ping'],
    ['{"id":"a b","op":"ping"}', 'invalid_value', { field: 'id' }, null, 'ping'],
    [`{"id":"${'a'.repeat(65)}","op":"ping"}`, 'invalid_value', { field: 'id' }, null, 'ping'],
    ['{"id":1}', 'missing_field', { field: 'op' }, 1],
    ['{"id":1,"op":7}', 'wrong_type', { field: 'op' }, 1],
    ['{"id":1,"op":"pong"}', 'invalid_value', { field: 'op' }, 1],
    ['{"id":1,"op":"__proto__"}', 'invalid_value', { field: 'op' }, 1],
    ['{"id":1,"op":"constructor"}', 'invalid_value', { field: 'op' }, 1],
    ['{"id":1,"op":"ping","colour":1}', 'unknown_field', { field: 'colour' }, 1, 'ping'],
    ['{"id":1,"op":"ping","__proto__":{}}', 'unknown_field', { field: '__proto__' }, 1, 'ping'],
    ['{"id":"a-1","op":"ping","x":12345678901234567890}', 'unknown_field', { field: 'x' }, 'a-1', 'ping'],
  ]
  test.each(frames.map((each) => [each[0], each] as const))(
    '%s',
    (_, [frame, code, more = {}, id = null, op = null]) => {
      const client = worldOf().connect()
      client.session.receive(frame)
      expect(client.received).toEqual([{ id, op, ...error(code, more) }])
      expect(client.closed).toBeUndefined()
    },
  )
})

describe('a connection', () => {
  test('answers a ping with the time', async () => {
    const answer = await worldOf().connect().ask('ping')
    const result = { timestamp: '2026-01-31T12:00:00.000Z', timestampMs: 1_769_860_800_000 }
    expect(answer).toEqual({ type: 'result', id: 1, op: 'ping', status: 200, result })
  })

  test.each([
    ['subscribe', { channel: 'trades', symbols: [] }, 'symbols has too few elements: at least 1.'],
    [
      'subscribe',
      { channel: 'trades', symbols: Array(1_001).fill('A') },
      'symbols has too many elements: at most 1000.',
    ],
    ['cancel', { orderId: 'a', wait: 26 }, 'wait must be at most 25.'],
    ['cancel', { orderId: 'a', wait: -1 }, 'wait must be at least 0.'],
  ])('%s beyond a limit: the answer names it (%#)', async (op, fields, detail) => {
    const client = worldOf().connect()
    await client.authenticate('alice')
    expect(await client.ask(op, fields)).toMatchObject(error('invalid_value', { detail }))
  })

  test('is bound to the account of a key, once', async () => {
    const client = worldOf().connect()
    expect(await client.ask('place', { order: order() })).toMatchObject(error('unauthorized'))
    expect(await client.ask('subscribe', { channel: 'orders' })).toMatchObject(error('unauthorized'))
    const result = { account: 'alice', cancelOnDisconnect: false }
    expect(await client.authenticate('alice')).toMatchObject({ type: 'result', result })
    expect(await client.authenticate('bob')).toMatchObject(error('already_authenticated'))
    expect(await client.ask('place', { order: order() })).toMatchObject({ type: 'result', status: 202 })
  })

  test('is closed after three wrong keys', async () => {
    const client = worldOf().connect()
    for (const fields of [{}, { key: 'wrong' }]) {
      expect(await client.ask('authenticate', fields)).toMatchObject(error('unauthorized', { field: 'key' }))
      expect(client.closed).toBeUndefined()
    }
    expect(await client.authenticate('carol')).toMatchObject(error('unauthorized'))
    expect(client.closed).toEqual([4006, 'wrong_key'])
    client.session.receive('{"id":9,"op":"ping"}')
    expect(client.received).toHaveLength(3)
  })

  test('stays anonymous if its account has its maximum of connections', async () => {
    const client = worldOf().connect({ full: ['alice'] })
    expect(await client.authenticate('alice')).toMatchObject({ ...error('too_many_connections'), retryAfterMs: 1_000 })
    expect(await client.authenticate('bob')).toMatchObject({ result: { account: 'bob' } })
  })

  test('has the demo account if the exchange has no keys', async () => {
    const client = worldOf({ demo: true }).connect()
    expect(await client.ask('place', { order: order() })).toMatchObject({ status: 202 })
    const result = { account: 'demo', cancelOnDisconnect: true }
    expect(await client.ask('authenticate', { cancelOnDisconnect: true })).toMatchObject({ result })
    expect(await client.ask('authenticate')).toMatchObject(error('already_authenticated'))
  })

  test('is closed if it has neither an account nor a subscription for 30 seconds', async () => {
    vi.useFakeTimers({ toFake: ['setInterval'] })
    try {
      const world = worldOf()
      const [idle, following, known] = [world.connect(), world.connect(), world.connect()]
      await following.ask('subscribe', { channel: 'ticker', symbols: ['BTCUSD'] })
      await known.authenticate('alice')
      vi.advanceTimersByTime(SOCKET_UNUSED_MS_MAX)
      expect(idle.closed).toEqual([4005, 'not_authenticated_in_time'])
      expect([following.closed, known.closed]).toEqual([undefined, undefined])
    } finally {
      vi.useRealTimers()
    }
  })

  test('is closed if it sends too many messages', () => {
    const clock = vi.spyOn(performance, 'now').mockReturnValue(1_000)
    onTestFinished(() => clock.mockRestore())
    const client = worldOf().connect({ messagesPerSecond: 3 })
    for (let id = 1; id <= 4; id++) client.session.receive(JSON.stringify({ id, op: 'ping' }))
    expect(client.received).toHaveLength(3)
    expect(client.closed).toEqual([4002, 'too_many_messages'])
  })

  test('has a limit of requests without an answer', async () => {
    const { ports, connect } = worldOf({ demo: true })
    const answers: (() => void)[] = []
    Object.assign(ports, {
      orderEntry: {
        submit: (commands: object[]) =>
          new Promise((resolve) => {
            answers.push(() => resolve(commands.map(() => ({ kind: 'accepted', receivedAtMs: 1_000 }))))
          }),
      },
    })
    const client = connect()
    const cancelAll = (id: number) => client.session.receive(JSON.stringify({ id, op: 'cancelAll' }))
    for (let id = 1; id <= SOCKET_REQUESTS_IN_FLIGHT_MAX + 1; id++) cancelAll(id)
    await settled()
    expect(client.received).toEqual([
      { id: SOCKET_REQUESTS_IN_FLIGHT_MAX + 1, op: 'cancelAll', ...error('too_many_in_flight') },
    ])
    answers[0]()
    await settled()
    cancelAll(3_000)
    await settled()
    expect(answers).toHaveLength(SOCKET_REQUESTS_IN_FLIGHT_MAX + 1)
  })

  test('answers a failure of the exchange with its problem, and reports it', async () => {
    const world = worldOf({ demo: true })
    const client = world.connect()
    world.exchange.failure = new OperationalFailure('overloaded', 'too much', { retryable: true, retryAfterMs: 20 })
    const placed = await client.ask('place', { order: order({ orderId: 'a' }) })
    expect(placed).toMatchObject({ ...error('overloaded', { status: 503, orderId: 'a' }), retryAfterMs: 20 })
    world.exchange.failure = new Error('a defect')
    expect(await client.ask('cancelAll')).toMatchObject(error('internal_error'))
    expect(JSON.stringify(client.received)).not.toContain('a defect')
    expect(world.failures).toHaveLength(2)
  })

  test('counts orders, cancels and reads against the limits of the account', async () => {
    const { ports, connect } = worldOf({ demo: true })
    const used: string[] = []
    for (const limiter of Object.values(ports.limits)) {
      Object.assign(limiter, {
        admit: () =>
          used.push(Object.keys(ports.limits).find((k) => ports.limits[k as 'orders'] === limiter) ?? '') && 30,
      })
    }
    const client = connect()
    const requests: (readonly [op: string, fields?: object])[] = [
      ['place', { order: order() }],
      ['placeBatch', { orders: [order()] }],
      ['amend', { orderId: 'a', price: 1 }],
      ['cancel', { orderId: 'a' }],
      ['cancelAll'],
      ['subscribe', { channel: 'orders' }],
    ]
    for (const [op, fields] of requests) {
      expect(await client.ask(op, fields)).toMatchObject({ ...error('rate_limited'), retryAfterMs: 30 })
    }
    expect(used).toEqual(['orders', 'orders', 'orders', 'cancels', 'cancels', 'reads'])
  })

  test('counts a snapshot of own orders as the page over HTTP: 10 reads', async () => {
    const { ports, connect } = worldOf()
    const client = connect()
    await client.authenticate('alice')
    const charged: unknown[] = []
    Object.assign(ports.limits.reads, { charge: (...charge: unknown[]) => charged.push(charge) })
    expect(await client.ask('subscribe', { channel: 'orders' })).toMatchObject({ status: 200 })
    expect(await client.ask('subscribe', { channel: 'ticker', symbols: ['BTCUSD'] })).toMatchObject({ status: 200 })
    expect(charged).toEqual([['alice', 9]])
  })

  test('accepts no requests while the exchange stops, and answers those in flight', async () => {
    const { ports, connect } = worldOf({ demo: true })
    let answer = () => {}
    Object.assign(ports, {
      orderEntry: {
        submit: () =>
          new Promise((resolve) => {
            answer = () => resolve([{ kind: 'accepted', receivedAtMs: 1_000 }])
          }),
      },
    })
    const client = connect()
    client.session.receive('{"id":1,"op":"cancelAll"}')
    let stopped = false
    const stopping = client.session.stop().then(() => {
      stopped = true
    })
    client.session.receive('{"id":2,"op":"ping"}')
    expect(client.received).toEqual([{ id: 2, op: 'ping', ...error('stopping') }])
    await settled()
    expect(stopped).toBe(false)
    answer()
    await stopping
    expect(client.received.at(-1)).toMatchObject({ id: 1, type: 'result' })
  })
})

describe('a subscription', () => {
  const subscribe = { channel: 'ticker', symbols: ['BTCUSD'] }
  const faults: readonly (readonly [fields: object, code: string, field: string])[] = [
    [{}, 'missing_field', 'channel'],
    [{ channel: 7 }, 'wrong_type', 'channel'],
    [{ channel: 'depth' }, 'invalid_value', 'channel'],
    [{ channel: 'hasOwnProperty' }, 'invalid_value', 'channel'],
    [{ channel: 'ticker' }, 'missing_field', 'symbols'],
    [{ ...subscribe, symbols: 'BTCUSD' }, 'wrong_type', 'symbols'],
    [{ ...subscribe, symbols: [] }, 'invalid_value', 'symbols'],
    [{ ...subscribe, symbols: [7] }, 'wrong_type', 'symbols.0'],
    [{ ...subscribe, symbols: Array(SOCKET_SUBSCRIPTIONS_MAX + 1).fill('BTCUSD') }, 'invalid_value', 'symbols'],
    [{ ...subscribe, symbols: ['BTCUSD', 'DOGEUSD'] }, 'unknown_symbol', 'symbols'],
    [{ ...subscribe, symbols: ['__proto__'] }, 'unknown_symbol', 'symbols'],
    [{ ...subscribe, depth: 10 }, 'unknown_field', 'depth'],
    [{ ...subscribe, account: 'bob' }, 'unknown_field', 'account'],
    [{ ...subscribe, channel: 'book', depth: 11 }, 'invalid_value', 'depth'],
    [{ ...subscribe, channel: 'book', depth: '10' }, 'wrong_type', 'depth'],
    [{ ...subscribe, channel: 'candles' }, 'missing_field', 'interval'],
    [{ ...subscribe, channel: 'candles', interval: '2m' }, 'invalid_value', 'interval'],
    [{ channel: 'orders', symbols: ['BTCUSD'] }, 'unknown_field', 'symbols'],
    [{ channel: 'orders', account: 'bob' }, 'unknown_field', 'account'],
  ]
  test.each(faults)('%j is rejected', async (fields, code, field) => {
    const client = worldOf({ demo: true }).connect()
    for (const op of ['subscribe', 'unsubscribe']) {
      expect(await client.ask(op, fields)).toMatchObject({ op, ...error(code, { field }) })
    }
    expect(await client.ask('subscriptions')).toMatchObject({ result: { subscriptions: [] } })
  })

  test('is listed until it ends', async () => {
    const client = worldOf({ demo: true }).connect()
    const symbols = ['BTCUSD', 'ETHUSD']
    const book = await client.ask('subscribe', { channel: 'book', symbols, depth: 10 })
    expect(book).toMatchObject({ status: 200, result: { channel: 'book', symbols, depth: 10 } })
    await client.ask('subscribe', { channel: 'book', symbols: ['BTCUSD'] })
    await client.ask('subscribe', { channel: 'candles', symbols: ['BTCUSD'], interval: '1m' })
    await client.ask('subscribe', { channel: 'orders' })
    await client.ask('unsubscribe', { channel: 'book', symbols: ['ETHUSD', 'BTCUSD'], depth: 10 })
    await client.ask('unsubscribe', { channel: 'trades', symbols: ['BTCUSD'] })
    expect(await client.ask('subscriptions')).toMatchObject({
      result: {
        subscriptions: [
          { channel: 'book', symbol: 'BTCUSD', depth: 100 },
          { channel: 'candles', symbol: 'BTCUSD', interval: '1m' },
          { channel: 'orders' },
        ],
      },
    })
  })

  test('is rejected as a whole above the limit', async () => {
    const world = worldOf({ demo: true })
    const symbols = Array.from({ length: SOCKET_SUBSCRIPTIONS_MAX - 1 }, (_, i) => `S${i}`)
    const [listed] = world.exchange.instruments.values()
    for (const symbol of symbols) world.exchange.instruments.set(symbol, { ...listed, symbol })
    const client = world.connect()
    const full = { channel: 'trades', symbols }
    expect(await client.ask('subscribe', full)).toMatchObject({ status: 200 })
    expect(await client.ask('subscribe', full)).toMatchObject({ status: 200 })
    const two = { channel: 'ticker', symbols: ['BTCUSD', 'ETHUSD'] }
    expect(await client.ask('subscribe', two)).toMatchObject(error('too_many_subscriptions'))
    const repeated = { channel: 'ticker', symbols: ['BTCUSD', 'BTCUSD'] }
    expect(await client.ask('subscribe', repeated)).toMatchObject({ status: 200 })
    const { result } = await client.ask('subscriptions')
    expect(result.subscriptions).toHaveLength(SOCKET_SUBSCRIPTIONS_MAX)
  })
})
