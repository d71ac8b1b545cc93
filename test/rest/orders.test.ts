import { describe, expect, test } from 'vitest'
import { accountLimits } from '../../src/entry/account-limits.ts'
import { ApiKeys, sha256Hex } from '../../src/entry/api-keys.ts'
import { presentedKey } from '../../src/rest/presented-key.ts'
import { type Body, clientOf, GUIDE_ORDER, WAIT } from './client.ts'

const ids = (body: Body) => body.orders.map((order: Body) => order.orderId)

describe('reading orders', () => {
  test('answers 404 for an order that does not exist', async () => {
    const { get } = clientOf()
    const { status, body } = await get('/orders/nothing')
    expect([status, body.code]).toEqual([404, 'order_not_found'])
    expect((await get('/orders/%ff%00')).status).toBe(404)
  })

  test('lists orders in pages, newest first, without fills', async () => {
    const { get, post } = clientOf()
    for (const orderId of ['a', 'b', 'c']) await post('/orders', { ...GUIDE_ORDER, orderId })
    const first = await get('/orders?limit=2')
    expect(ids(first.body)).toEqual(['c', 'b'])
    expect(first.body.orders[0]).not.toHaveProperty('fills')
    const second = await get(`/orders?limit=2&cursor=${first.body.nextCursor}`)
    expect([ids(second.body), second.body.nextCursor]).toEqual([['a'], null])
  })

  test('filters by status and symbol', async () => {
    const { get, post } = clientOf()
    await post('/orders', { ...GUIDE_ORDER, orderId: 'open' })
    await post('/orders', { ...GUIDE_ORDER, orderId: 'gone', timeInForce: 'IOC' })
    await post('/orders', { ...GUIDE_ORDER, orderId: 'eth', symbol: 'ETHUSD' })
    expect(ids((await get('/orders?status=OPEN')).body)).toEqual(['eth', 'open'])
    expect(ids((await get('/orders?status=CANCELED')).body)).toEqual(['gone'])
    expect(ids((await get('/orders?symbol=ETHUSD')).body)).toEqual(['eth'])
  })

  test.each([
    'limit=0',
    'limit=1001',
    'limit=x',
    'limit=1&limit=2',
    'status=open',
    'cursor=',
    'colour=red',
    'symbol=x',
  ])('?%s is refused', async (query) => {
    const { status, body } = await clientOf().get(`/orders?${query}`)
    expect([status, body.code, body.field]).toEqual([400, 'invalid_parameter', query.split('=')[0]])
  })
})

describe('cancel', () => {
  test('is durable first, and then applied', async () => {
    const { post, get, ...client } = clientOf()
    await post('/orders', GUIDE_ORDER)
    const { status, body, headers } = await client.delete('/orders/test-001')
    expect([status, headers.get('location')]).toEqual([202, '/orders/test-001'])
    expect(body).toEqual({ orderId: 'test-001', symbol: 'BTCUSD', receivedAt: '2026-01-31T12:00:00.000Z' })
    expect((await get('/orders/test-001')).body).toMatchObject({ status: 'CANCELED', reason: 'requested' })
    expect((await client.delete('/orders/test-001')).body.code).toBe('order_not_open')
    expect((await client.delete('/orders/nothing')).body.code).toBe('order_not_found')
  })

  test('returns the order if the request waits', async () => {
    const { post, ...client } = clientOf()
    await post('/orders', GUIDE_ORDER)
    const { status, body } = await client.delete('/orders/test-001', WAIT)
    expect([status, body.status, body.remainingQuantity]).toEqual([200, 'CANCELED', '0'])
  })

  test('leaves nothing of a closed order, whatever closed it', async () => {
    const { post, exchange } = clientOf()
    const closed = async (fields: object) => (await post('/orders', { ...GUIDE_ORDER, ...fields }, WAIT)).body
    const { orderId: _, ...anonymous } = GUIDE_ORDER
    await post('/orders', { ...anonymous, side: 'SELL', quantity: '0.5', price: 50000 })
    const partly = await closed({ orderId: 'ioc', timeInForce: 'IOC' })
    expect(partly).toMatchObject({ status: 'CANCELED', quantity: '1.5', filledQuantity: '0.5', remainingQuantity: '0' })
    await post('/orders', { ...anonymous, side: 'SELL', price: 50001 })
    const rejected = await closed({ orderId: 'post', postOnly: true, price: 50002 })
    expect(rejected).toMatchObject({ status: 'REJECTED', filledQuantity: '0', remainingQuantity: '0' })
    const expiresAt = new Date(exchange.nowMs + 1_000).toISOString()
    await closed({ orderId: 'gtd', timeInForce: 'GTD', expiresAt, price: 1 })
    exchange.nowMs += 2_000
    await closed({ orderId: 'next', price: 1 })
    const expired = (await clientOf(exchange).get('/orders/gtd')).body
    expect(expired).toMatchObject({ status: 'EXPIRED', remainingQuantity: '0' })
    expect((await clientOf(exchange).get('/orders/next')).body.remainingQuantity).toBe('1.5')
  })

  test('cancels all orders, of one symbol or of all symbols', async () => {
    const { post, exchange, ...client } = clientOf()
    await post('/orders', { ...GUIDE_ORDER, orderId: 'a' })
    await post('/orders', { ...GUIDE_ORDER, orderId: 'b', symbol: 'ETHUSD' })
    const one = await client.delete('/orders?symbol=ETHUSD', WAIT)
    expect([one.status, one.body.canceled, one.body.symbol]).toEqual([200, 1, 'ETHUSD'])
    expect((await client.delete('/orders')).body).toEqual({
      symbol: null,
      receivedAt: '2026-01-31T12:00:00.000Z',
    })
    expect(exchange.orders.get('demo/a')?.status).toBe('CANCELED')
    expect((await client.delete('/orders?symbol=NONE')).body.code).toBe('unknown_symbol')
    expect((await client.delete('/orders?symbl=BTCUSD')).body.code).toBe('invalid_parameter')
  })
})

describe('amend', () => {
  test('changes price and quantity, and returns the order if the request waits', async () => {
    const { post, patch, get } = clientOf()
    await post('/orders', GUIDE_ORDER)
    expect((await patch('/orders/test-001', { quantity: '1' })).status).toBe(202)
    expect((await get('/orders/test-001')).body.quantity).toBe('1')
    const { status, body } = await patch('/orders/test-001', { price: 49000 }, WAIT)
    expect([status, body.price]).toEqual([200, '49000.00'])
  })

  test.each([
    [{}, 422, 'nothing_to_change'],
    [{ price: 0.001 }, 422, 'price_not_on_tick'],
    [{ quantity: 0 }, 422, 'quantity_not_positive'],
    [{ side: 'SELL' }, 400, 'unknown_field'],
    [{ quantity: null }, 400, 'wrong_type'],
  ])('%j is rejected', async (fields, status, code) => {
    const { post, patch, exchange } = clientOf()
    await post('/orders', GUIDE_ORDER)
    const reply = await patch('/orders/test-001', fields)
    expect([reply.status, reply.body.code]).toEqual([status, code])
    expect(exchange.submissions).toHaveLength(1)
  })

  test('returns a rejection of the matcher if the request waits', async () => {
    const { post, patch } = clientOf()
    await post('/orders', { ...GUIDE_ORDER, orderId: 's', side: 'SELL', quantity: '0.5' })
    await post('/orders', GUIDE_ORDER)
    const { status, body } = await patch('/orders/test-001', { quantity: '0.5' }, WAIT)
    expect([status, body.code]).toEqual([422, 'quantity_not_above_filled'])
    expect((await patch('/orders/s', { quantity: 1 })).body.code).toBe('order_not_open')
  })
})

describe('accounts', () => {
  const rows = [
    { keySha256: sha256Hex('ka'), account: 'a' },
    { keySha256: sha256Hex('kb'), account: 'b', operator: true },
  ]
  const a = { 'X-API-Key': 'ka' }
  const b = { Authorization: 'Bearer kb' }
  const keys = new ApiKeys(rows)
  const secured = () => clientOf(undefined, { authenticate: (headers) => keys.callerOf(presentedKey(headers)) })

  test('get 401 without a known key, before any other problem', async () => {
    const { get, post, exchange } = secured()
    const { status, body, headers } = await post('/orders', '{', { 'X-API-Key': 'guess' })
    expect([status, body.code, headers.get('www-authenticate')]).toEqual([401, 'unauthorized', 'Bearer'])
    expect((await get('/orders?colour=red')).status).toBe(401)
    expect((await get('/book/BTCUSD')).status).toBe(200)
    expect(exchange.submissions).toEqual([])
  })

  test('read and change only their own orders, and may use the same order ids', async () => {
    const { get, post, patch, ...client } = secured()
    await post('/orders', GUIDE_ORDER, a)
    expect((await get('/orders/test-001', b)).status).toBe(404)
    expect((await patch('/orders/test-001', { quantity: 1 }, b)).status).toBe(404)
    expect((await client.delete('/orders/test-001', b)).status).toBe(404)
    expect((await get('/orders', b)).body.orders).toEqual([])
    expect((await client.delete('/orders', { ...b, ...WAIT })).body.canceled).toBe(0)
    expect((await post('/orders', { ...GUIDE_ORDER, quantity: 2 }, b)).status).toBe(202)
    expect((await get('/orders/test-001', a)).body.status).toBe('NEW')
  })

  test('control instruments only if they are operators', async () => {
    const { patch } = secured()
    expect((await patch('/instruments/BTCUSD', { phase: 'HALTED' }, a)).body.code).toBe('forbidden')
    expect((await patch('/instruments/BTCUSD', { phase: 'HALTED' }, b)).status).toBe(202)
  })
})

describe('the rate limits', () => {
  test('count the orders of an account and return how many are left', async () => {
    let nowMs = 0
    const { post, get, exchange } = clientOf(undefined, { limits: accountLimits(3, 10, () => nowMs) })
    const first = await post('/orders', GUIDE_ORDER)
    expect(first.headers.get('ratelimit-policy')).toBe('"orders";q=3;w=1')
    expect(first.headers.get('ratelimit')).toBe('"orders";r=2;t=1')
    const batch = await post('/orders/batch', { orders: Array(5).fill(GUIDE_ORDER) })
    expect(batch.headers.get('ratelimit')).toBe('"orders";r=0;t=2')
    const third = await post('/orders', '{')
    expect([third.status, third.body.code, third.headers.get('retry-after')]).toEqual([429, 'rate_limited', '2'])
    expect((await get('/orders')).status).toBe(200)
    // A step of the clock changes nothing.
    for (const stepMs of [3_600_000, -7_200_000]) {
      exchange.nowMs += stepMs
      expect((await post('/orders', GUIDE_ORDER)).headers.get('retry-after')).toBe('2')
    }
    nowMs += 2_000
    expect((await post('/orders', GUIDE_ORDER)).status).toBe(202)
  })

  test('let an account that has used up its orders cancel, twice as often', async () => {
    const { post, ...client } = clientOf(undefined, { limits: accountLimits(1, 10) })
    expect((await post('/orders', GUIDE_ORDER)).status).toBe(202)
    expect((await post('/orders', { ...GUIDE_ORDER, orderId: 'b' })).status).toBe(429)
    const cancel = await client.delete('/orders/test-001', WAIT)
    expect([cancel.status, cancel.body.status]).toEqual([200, 'CANCELED'])
    expect(cancel.headers.get('ratelimit-policy')).toBe('"cancels";q=2;w=1')
    expect((await client.delete('/orders')).headers.get('ratelimit')).toBe('"cancels";r=0;t=1')
    expect((await client.delete('/orders')).body.code).toBe('rate_limited')
  })

  test('count reads; a page counts by its rows', async () => {
    let nowMs = 0
    const { get } = clientOf(undefined, { limits: accountLimits(1, 2, () => nowMs) })
    const page = await get('/orders?limit=1000')
    expect([page.status, page.headers.get('ratelimit-policy')]).toEqual([200, '"reads";q=20;w=10'])
    expect(page.headers.get('ratelimit')).toBe('"reads";r=10;t=5')
    for (let i = 0; i < 10; i++) expect((await get('/orders/none')).status).toBe(404)
    const refused = await get('/orders')
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '1'])
    expect((await get('/book/BTCUSD')).status).toBe(200)
    nowMs += 500
    expect((await get('/orders')).status).toBe(200)
  })
})
