import { describe, expect, test } from 'vitest'
import { OperationalFailure } from '../../src/protocol/failure.ts'
import { OPTIONAL_FIELDS, requestNameOf } from '../../src/protocol/order/order-fields.ts'
import { START_MS } from '../entry/in-memory-exchange.ts'
import { clientOf, GUIDE_ORDER, WAIT } from './client.ts'

describe('POST /orders', () => {
  test('answers the order of the guide with 202, its id and its location', async () => {
    const { post, exchange } = clientOf()
    const reply = await post('/orders', GUIDE_ORDER)
    expect(reply.status).toBe(202)
    expect(reply.headers.get('location')).toBe('/orders/test-001')
    expect(reply.body).toEqual({
      orderId: 'test-001',
      symbol: 'BTCUSD',
      status: 'PENDING',
      receivedAt: '2026-01-31T12:00:00.000Z',
    })
    expect(exchange.submissions).toEqual([
      [
        {
          kind: 'PlaceOrder',
          symbol: 'BTCUSD',
          account: 'demo',
          orderId: 'test-001',
          side: 'BUY',
          type: 'LIMIT',
          timeInForce: 'GTC',
          quantity: 150_000_000,
          price: 5_000_000,
        },
      ],
    ])
  })

  test('generates an id for an order without one', async () => {
    const { post } = clientOf()
    const { orderId: _, ...anonymous } = GUIDE_ORDER
    expect((await post('/orders', anonymous)).body.orderId).toBe('made-1')
  })

  test('takes an expiresAt up to the end of 9999 in UTC, and answers RFC 3339', async () => {
    const { post } = clientOf()
    const gtd = (expiresAt: string) => post('/orders', { ...GUIDE_ORDER, timeInForce: 'GTD', expiresAt }, WAIT)
    const late = await gtd('9999-12-31T23:59:59.999-00:01')
    const detail = 'expiresAt is at most 9999-12-31T23:59:59.999Z.'
    expect([late.status, late.body.code, late.body.detail]).toEqual([400, 'expires_at_not_a_timestamp', detail])
    expect((await gtd('9999-12-31T23:59:59.999Z')).body.expiresAt).toBe('9999-12-31T23:59:59.999Z')
  })

  test('puts the request id of the client into the command, but not a generated one', async () => {
    const { post, exchange } = clientOf()
    const mine = await post('/orders', { ...GUIDE_ORDER, orderId: 'a' }, { 'X-Request-Id': 'mine-7' })
    const made = await post('/orders', { ...GUIDE_ORDER, orderId: 'b' }, { 'X-Request-Id': 'no blanks' })
    expect(mine.headers.get('x-request-id')).toBe('mine-7')
    expect(made.headers.get('x-request-id')).toMatch(/^[A-Za-z0-9._-]{10,64}$/)
    expect(exchange.submissions.map(([command]) => command.requestId)).toEqual(['mine-7', undefined])
  })

  test.each(OPTIONAL_FIELDS)('accepts $name and returns it', async (field) => {
    const { post } = clientOf()
    const name = requestNameOf(field)
    const { onlyWith, example } = field
    const order = { ...GUIDE_ORDER, [name]: example, ...(onlyWith && { [onlyWith.field]: onlyWith.word }) }
    const { status, body } = await post('/orders', order, WAIT)
    expect(status).toBe(200)
    expect(body[name]).toEqual(field.kind === 'time' ? new Date(String(example)).toISOString() : example)
    // The same order is recognized when it is sent again. Without the field it is another order.
    expect((await post('/orders', order)).headers.get('idempotent-replayed')).toBe('true')
    const other = await post('/orders', { ...GUIDE_ORDER, timeInForce: 'GTC' })
    expect([other.status, other.body.code]).toEqual([409, 'order_id_conflict'])
  })

  test('returns the matched order with its fills if the request waits', async () => {
    const { post } = clientOf()
    await post('/orders', { ...GUIDE_ORDER, orderId: 's1', side: 'SELL', quantity: '0.5', price: '49999.50' })
    await post('/orders', { ...GUIDE_ORDER, orderId: 's2', side: 'SELL', quantity: '0.25' })
    const reply = await post('/orders', GUIDE_ORDER, WAIT)
    expect(reply.status).toBe(200)
    expect(reply.headers.get('preference-applied')).toBe('wait=1')
    expect(reply.body).toEqual({
      orderId: 'test-001',
      symbol: 'BTCUSD',
      side: 'BUY',
      type: 'LIMIT',
      timeInForce: 'GTC',
      price: '50000.00',
      quantity: '1.5',
      filledQuantity: '0.75',
      remainingQuantity: '0.75',
      averagePrice: '49999.66666666666667',
      status: 'PARTIALLY_FILLED',
      reason: null,
      postOnly: false,
      selfTradePrevention: 'NONE',
      expiresAt: null,
      tag: null,
      receivedAt: '2026-01-31T12:00:00.000Z',
      updatedAt: '2026-01-31T12:00:00.000Z',
      sequence: 6,
      fills: [
        {
          tradeId: 'BTCUSD-1',
          price: '49999.50',
          quantity: '0.5',
          liquidity: 'TAKER',
          tag: null,
          timestamp: '2026-01-31T12:00:00.000Z',
        },
        {
          tradeId: 'BTCUSD-2',
          price: '50000.00',
          quantity: '0.25',
          liquidity: 'TAKER',
          tag: null,
          timestamp: '2026-01-31T12:00:00.000Z',
        },
      ],
    })
  })

  test('answers 202 if the outcome does not come in time', async () => {
    const { post, exchange } = clientOf()
    exchange.matching = false
    const reply = await post('/orders', GUIDE_ORDER, WAIT)
    expect([reply.status, reply.body.status]).toEqual([202, 'PENDING'])
  })

  test('returns a rejected order with its reason if the request waits', async () => {
    const { post } = clientOf()
    await post('/orders', { ...GUIDE_ORDER, orderId: 's', side: 'SELL' })
    const { status, body } = await post('/orders', { ...GUIDE_ORDER, postOnly: true }, WAIT)
    expect([status, body.status, body.reason]).toEqual([200, 'REJECTED', 'post_only_would_cross'])
  })

  test('limits the wait, and ignores other preferences', async () => {
    const { post } = clientOf()
    const headers = { Prefer: 'respond-async, wait=9999' }
    expect((await post('/orders', GUIDE_ORDER, headers)).headers.get('preference-applied')).toBe('wait=25')
    expect((await post('/orders', GUIDE_ORDER, { Prefer: 'wait=soon' })).headers.get('preference-applied')).toBeNull()
  })
})

describe('the same order again', () => {
  test('gets the first result, in every spelling of its decimals', async () => {
    const { post, exchange } = clientOf()
    const first = await post('/orders', GUIDE_ORDER)
    exchange.nowMs += 5_000
    const again = await post('/orders', { ...GUIDE_ORDER, quantity: '1.50', price: '50000', timeInForce: 'GTC' })
    expect(first.headers.get('idempotent-replayed')).toBeNull()
    expect(again.headers.get('idempotent-replayed')).toBe('true')
    expect([again.status, again.body]).toEqual([202, { ...first.body, status: 'NEW' }])
    const waited = await post('/orders', GUIDE_ORDER, WAIT)
    expect([waited.status, waited.body.status]).toEqual([200, 'NEW'])
  })

  test('shows the true status, also long after the order was filled', async () => {
    const { post, exchange } = clientOf()
    await post('/orders', GUIDE_ORDER)
    await post('/orders', { ...GUIDE_ORDER, orderId: 'seller', side: 'SELL' })
    exchange.nowMs += 3_600_000
    const again = await post('/orders', GUIDE_ORDER)
    expect([again.status, again.body.status]).toEqual([202, 'FILLED'])
  })

  test('is a conflict if the order differs', async () => {
    const { post } = clientOf()
    await post('/orders', GUIDE_ORDER)
    const { status, body } = await post('/orders', { ...GUIDE_ORDER, quantity: 2 })
    expect([status, body.code, body.field]).toEqual([409, 'order_id_conflict', 'orderId'])
  })

  test('gets the first result even after it has expired', async () => {
    const { post, exchange } = clientOf()
    const order = { ...GUIDE_ORDER, timeInForce: 'GTD', expiresAt: new Date(START_MS + 1000).toISOString() }
    await post('/orders', order)
    exchange.nowMs += 2_000
    expect((await post('/orders', order)).headers.get('idempotent-replayed')).toBe('true')
    expect((await post('/orders', { ...order, quantity: 2 })).body.code).toBe('order_id_conflict')
    expect((await post('/orders', { ...order, orderId: 'new' })).body.code).toBe('expires_at_not_in_future')
  })
})

describe('POST /orders/batch', () => {
  const good = { symbol: 'BTCUSD', side: 'BUY', quantity: 1, price: 100 }

  test('returns results in sequence, submits once, and continues after an invalid order', async () => {
    const { post, exchange } = clientOf()
    await post('/orders', GUIDE_ORDER)
    const { status, body } = await post('/orders/batch', {
      orders: [
        { ...good, orderId: 'a' },
        { ...good, price: 0.001 },
        'no order',
        GUIDE_ORDER,
        { ...GUIDE_ORDER, price: 1 },
      ],
    })
    expect(status).toBe(200)
    expect(body.results[0]).toEqual({
      status: 202,
      orderId: 'a',
      symbol: 'BTCUSD',
      receivedAt: '2026-01-31T12:00:00.000Z',
    })
    expect(body.results[1]).toMatchObject({ status: 422, code: 'price_not_on_tick', field: 'price' })
    expect(body.results[2]).toMatchObject({ status: 400, code: 'invalid_body' })
    expect(body.results[3]).toMatchObject({ status: 202, orderId: 'test-001', replayed: true })
    expect(body.results[4]).toMatchObject({ status: 409, code: 'order_id_conflict' })
    expect(exchange.submissions.map((commands) => commands.length)).toEqual([1, 3])
  })

  test('returns the orders if the request waits', async () => {
    const { post } = clientOf()
    const { body } = await post('/orders/batch', { orders: [good, { ...good, side: 'SELL' }] }, WAIT)
    expect(body.results.map((result: { status: number }) => result.status)).toEqual([200, 200])
    expect(body.results[1].order).toMatchObject({ status: 'FILLED', averagePrice: '100.00' })
  })

  test('submits nothing if all orders are invalid', async () => {
    const { post, exchange } = clientOf()
    expect((await post('/orders/batch', { orders: [1] })).status).toBe(200)
    expect(exchange.submissions).toEqual([])
  })

  test('accepts 1 to 500 orders', async () => {
    const { post } = clientOf()
    expect((await post('/orders/batch', { orders: [] })).body.code).toBe('batch_empty')
    expect((await post('/orders/batch', { orders: Array(501).fill(good) })).body.code).toBe('batch_too_long')
    expect((await post('/orders/batch', { orders: Array(500).fill(good) })).body.results).toHaveLength(500)
    expect((await post('/orders/batch', { orders: {} })).body).toMatchObject({ code: 'wrong_type', field: 'orders' })
    expect((await post('/orders/batch', [good])).body.code).toBe('invalid_body')
  })
})

describe('what the exchange cannot hold', () => {
  test('an order of an account with its maximum of open orders is a conflict', async () => {
    const { post, exchange } = clientOf()
    exchange.refusal = { kind: 'refused', code: 'too_many_open_orders', max: 200_000 }
    const { status, body, headers } = await post('/orders', GUIDE_ORDER)
    expect([status, body.code, headers.get('retry-after')]).toEqual([409, 'too_many_open_orders', null])
    expect(body.detail).toContain('200000')
    const batch = await post('/orders/batch', { orders: [GUIDE_ORDER] })
    expect(batch.body.results).toMatchObject([{ status: 409, code: 'too_many_open_orders' }])
  })

  test('without memory, orders and amendments get 503 with Retry-After', async () => {
    const { post, patch, exchange } = clientOf()
    await post('/orders', GUIDE_ORDER)
    exchange.refusal = { kind: 'failed', code: 'memory_full', message: 'full', retryable: true }
    for (const { status, body, headers } of [
      await post('/orders', { ...GUIDE_ORDER, orderId: 'b' }),
      await patch('/orders/test-001', { quantity: 1 }),
    ]) {
      expect([status, body.code, headers.get('retry-after')]).toEqual([503, 'memory_full', '1'])
    }
  })
})

describe('failures', () => {
  test('answer an operational failure with 503 and its code, and with Retry-After if it is retryable', async () => {
    const failed: unknown[] = []
    const { post, exchange } = clientOf(undefined, { failed: (failure) => failed.push(failure) })
    exchange.failure = new OperationalFailure('overloaded', 'queue of 9 on host 7', { retryable: true })
    const busy = await post('/orders', GUIDE_ORDER)
    expect([busy.status, busy.body.code, busy.headers.get('retry-after')]).toEqual([503, 'overloaded', '1'])
    expect(JSON.stringify(busy.body)).not.toContain('host 7')
    exchange.failure = new OperationalFailure('storage_full', 'disk', { retryable: false })
    const full = await post('/orders', GUIDE_ORDER)
    expect([full.status, full.body.code, full.headers.get('retry-after')]).toEqual([503, 'storage_full', null])
    exchange.failure = new OperationalFailure('overloaded', 'behind', { retryable: true, retryAfterMs: 14_200 })
    const behind = await post('/orders', GUIDE_ORDER)
    expect([behind.status, behind.body.code, behind.headers.get('retry-after')]).toEqual([503, 'overloaded', '15'])
    expect(failed).toHaveLength(3)
  })

  test('do not turn a durable command into an error: without its fills the answer is 202', async () => {
    const { exchange } = clientOf()
    const unread = async () => {
      throw new OperationalFailure('unavailable', 'the store is gone', { retryable: true })
    }
    const reader = exchange.ports().orderReader
    const { post, patch } = clientOf(exchange, { orderReader: { ...reader, fills: unread } })
    await post('/orders', { ...GUIDE_ORDER, orderId: 'seller', side: 'SELL', quantity: 2 })
    const traded = await post('/orders', GUIDE_ORDER, WAIT)
    expect([traded.status, traded.body]).toMatchObject([202, { orderId: 'test-001', status: 'FILLED' }])
    const amended = await patch('/orders/seller', { quantity: 3 }, WAIT)
    expect([amended.status, amended.body.orderId]).toEqual([202, 'seller'])
    const { body } = await post('/orders/batch', { orders: [{ ...GUIDE_ORDER, orderId: 'b' }] }, WAIT)
    expect(body.results).toMatchObject([{ status: 202, orderId: 'b' }])
  })

  test('do not make a request wait longer than it asked: fills that come late are left out', async () => {
    const { exchange } = clientOf()
    const never = () => new Promise<never>(() => {})
    const { post } = clientOf(exchange, { orderReader: { ...exchange.ports().orderReader, fills: never } })
    await post('/orders', { ...GUIDE_ORDER, orderId: 'seller', side: 'SELL' })
    const startedMs = performance.now()
    const traded = await post('/orders', GUIDE_ORDER, WAIT)
    expect([traded.status, traded.body.status]).toEqual([202, 'FILLED'])
    expect(performance.now() - startedMs).toBeLessThan(1_500)
  })

  test('count the wait from the arrival of the request, not of its body', async () => {
    const { exchange } = clientOf()
    const { orderEntry } = exchange.ports()
    const waits: (number | undefined)[] = []
    const submit: typeof orderEntry.submit = (commands, waitMs) => {
      waits.push(waitMs)
      return orderEntry.submit(commands, waitMs)
    }
    const { send } = clientOf(exchange, { orderEntry: { submit } })
    const slow = (orderId: string, delayMs: number) => {
      const bytes = new TextEncoder().encode(JSON.stringify({ ...GUIDE_ORDER, orderId }))
      const start = (body: ReadableStreamDefaultController<Uint8Array>) => {
        setTimeout(() => {
          body.enqueue(bytes)
          body.close()
        }, delayMs)
      }
      return send('POST', '/orders', { body: new ReadableStream({ start }), headers: WAIT })
    }
    const [waited, over] = await Promise.all([slow('a', 400), slow('b', 1_100)])
    expect([waited.status, over.status]).toEqual([200, 202])
    expect(waited.headers.get('preference-applied')).toBe('wait=1')
    expect(waits[0]).toBeLessThan(900)
    expect(waits[1]).toBeUndefined()
  })

  test('name the orders, also those whose id the exchange chose', async () => {
    const { post, exchange } = clientOf()
    const { orderId: _, ...anonymous } = GUIDE_ORDER
    exchange.failure = new OperationalFailure('storage_failed', 'sync', { retryable: false })
    const { status, body } = await post('/orders', anonymous)
    expect([status, body.code, body.orderId]).toEqual([503, 'storage_failed', 'made-1'])
    expect(body.detail).toMatch(/may be in the order log.*same orderId, which is safe/)
    const batch = await post('/orders/batch', { orders: [anonymous, { ...anonymous, side: 'UP' }, GUIDE_ORDER] })
    expect([batch.status, batch.body.orderIds]).toEqual([503, ['made-2', null, 'test-001']])
  })

  test('of one command beside others are its own result', async () => {
    const { exchange } = clientOf()
    const { orderEntry } = exchange.ports()
    const failed = { kind: 'failed', code: 'storage_full', message: 'full', retryable: true } as const
    const submit: typeof orderEntry.submit = async (commands, waitMs) => [
      ...(await orderEntry.submit(commands.slice(0, 1), waitMs)),
      ...commands.slice(1).map(() => failed),
    ]
    const { post } = clientOf(exchange, { orderEntry: { submit } })
    const canceled = await clientOf(exchange, { orderEntry: { submit: async () => [failed] } }).delete('/orders')
    expect([canceled.status, canceled.body.code]).toEqual([503, 'storage_full'])
    const { orderId: _, ...anonymous } = GUIDE_ORDER
    const { status, body } = await post('/orders/batch', { orders: [GUIDE_ORDER, anonymous] })
    expect([status, body.results]).toMatchObject([
      200,
      [
        { status: 202, orderId: 'test-001' },
        { status: 503, code: 'storage_full', orderId: 'made-1' },
      ],
    ])
  })

  test('answer any other error with 500, without its message', async () => {
    const { post, exchange } = clientOf()
    exchange.failure = new TypeError('secret is undefined')
    const { status, body } = await post('/orders', GUIDE_ORDER)
    expect([status, body.code]).toEqual([500, 'internal_error'])
    expect(JSON.stringify(body)).not.toContain('secret')
  })
})
