/** Checks that every problem example in the OpenAPI document is the answer to a real request to its route. */

import { describe, expect, test } from 'vitest'
import { problemSchema } from '../../src/api/problem-schema.ts'
import { PROBLEM_CODES, PROBLEM_STATUSES, type ProblemCode } from '../../src/api/problems.ts'
import { RateLimiter } from '../../src/entry/rate-limiter.ts'
import { OperationalFailure } from '../../src/protocol/failure.ts'
import { INSTRUMENTS_MAX } from '../../src/protocol/limits.ts'
import { RULES_NEWEST } from '../../src/protocol/versions.ts'
import { PROBLEM_GUIDE } from '../../src/rest/problem-guide.ts'
import { ROUTES } from '../../src/rest/route-table.ts'
import { type Body, clientOf, GUIDE_ORDER, WAIT } from './client.ts'
import { idleDemoMarket } from './idle-demo-market.ts'

const document: Body = (
  await clientOf(undefined, {
    metricsText: async () => ({ contentType: '', body: '' }),
    asyncApi: () => '{}',
    demoMarket: idleDemoMarket(),
  }).get('/openapi.json')
).body

const pathOf = (path: string) =>
  path.replace('{orderId}', 'test-001').replace('{symbol}', 'BTCUSD').replace('{file}', 'none.js')

const LISTING = { symbol: 'BTCUSD', base: 'BTC', quote: 'USD', tickSize: '0.01', lotSize: '0.1' }

/** A valid body for the route. */
const BODIES: Readonly<Record<string, object>> = {
  placeOrder: GUIDE_ORDER,
  placeOrders: { orders: [GUIDE_ORDER] },
  amendOrder: { quantity: 1 },
  changeInstrument: { phase: 'HALTED' },
  defineInstrument: LISTING,
  adoptRules: { rules: RULES_NEWEST },
  startDemoMarket: {},
}

const failing = (failure: Error) => {
  const fail = async () => {
    throw failure
  }
  return {
    orderEntry: { submit: fail },
    orderReader: { get: fail, list: fail, fills: fail },
    tradeReader: { list: fail },
    fillReader: { list: fail },
    marketReader: { candles: fail, latest: fail, ticker: fail },
    bookReader: { book: fail },
    health: fail,
    metricsText: fail,
  }
}

/** A client of an exchange that offers a demo market. */
const client = (overrides: object = {}) => clientOf(undefined, { demoMarket: idleDemoMarket(), ...overrides })

type Recipe = (method: string, path: string, body: object | undefined) => Promise<Body>

const text = (body: object | undefined) => (body === undefined ? {} : { body: JSON.stringify(body) })
const withPorts =
  (overrides: object): Recipe =>
  async (method, path, body) =>
    (await client(overrides).send(method, path, text(body))).body
const sent =
  (change: (path: string, body: object | undefined) => [string, object | undefined]): Recipe =>
  async (method, path, body) => {
    const [changedPath, changedBody] = change(path, body)
    return (await client().send(method, changedPath, text(changedBody))).body
  }
/** Problems that need earlier requests of the same client. */
const after =
  (requests: [method: string, path: string, body?: object][], headers: Readonly<Record<string, string>> = {}): Recipe =>
  async (method, path, body) => {
    const { send } = client()
    for (const [first, at, what] of requests) await send(first, at, text(what))
    return (await send(method, path, { ...text(body), headers })).body
  }

const RECIPES: Partial<Record<ProblemCode, Recipe>> = {
  unauthorized: withPorts({ authenticate: () => undefined }),
  forbidden: withPorts({ authenticate: () => ({ account: 'a', operator: false, keyName: 'k' }) }),
  invalid_parameter: sent((path, body) => [`${path}?colour=red`, body]),
  instrument_not_found: sent((path, body) => [path.replace('BTCUSD', 'NONE'), body]),
  rate_limited: async (method, path, body) => {
    const limiter = new RateLimiter(1_000, 1, () => 0)
    limiter.admit('demo')
    limiter.charge('demo', 1e12)
    const limits = { orders: limiter, cancels: limiter, reads: limiter }
    return (await client({ limits }).send(method, path, text(body))).body
  },
  body_not_allowed: async (method, path) =>
    (await client().send(method, path, { body: '{}', headers: { 'Content-Length': '2' } })).body,
  unsupported_media_type: async (method, path, body) =>
    (await client().send(method, path, { ...text(body), headers: { 'Content-Type': 'text/plain' } })).body,
  body_too_large: async (method, path) => (await client().send(method, path, { body: ' '.repeat(600_000) })).body,
  unknown_field: sent((path, body) => [path, { ...body, colour: 'red' }]),
  batch_empty: sent((path) => [path, { orders: [] }]),
  nothing_to_change: after([['POST', '/orders', GUIDE_ORDER]]),
  unknown_symbol: sent((path, body) =>
    body === undefined ? [`${path}?symbol=DOGEUSD`, body] : [path, { ...body, symbol: 'DOGEUSD' }],
  ),
  order_not_found: sent((path, body) => [path === '/fills' ? '/fills?orderId=none' : path, body]),
  order_not_open: after([
    ['POST', '/orders', GUIDE_ORDER],
    ['DELETE', '/orders/test-001'],
  ]),
  order_id_conflict: after([['POST', '/orders', { ...GUIDE_ORDER, quantity: 7 }]]),
  min_quantity_above_max: sent((path, body) => [path, { ...body, minQuantity: 2, maxQuantity: 1 }]),
  instrument_exists: after([]),
  instrument_closed: after([['DELETE', '/instruments/BTCUSD']]),
  tick_and_lot_fixed: sent((path) => [path, { tickSize: '0.1' }]),
  directory_has_orders: withPorts({ demoMarket: idleDemoMarket('not_empty') }),
  unknown_rules: sent((path) => [path, { rules: RULES_NEWEST + 1 }]),
  rules_not_newer: after([]),
  phase_unchanged: after([['PATCH', '/instruments/BTCUSD', { phase: 'HALTED' }]], WAIT),
  not_offered: withPorts({ fillReader: undefined, marketReader: undefined }),
  not_found: withPorts({ demoMarket: undefined }),
}

describe('an example equals a real answer', () => {
  for (const route of ROUTES) {
    const { responses } = document.paths[route.path][route.method.toLowerCase()]
    for (const [status, response] of Object.entries<Body>(responses)) {
      const content = response.content?.['application/problem+json']
      if (content === undefined) continue
      const example: Body = content.example
      test(`${route.method} ${route.path}: ${status} ${example?.code}`, async () => {
        expect(problemSchema.safeParse(example).error).toBeUndefined()
        expect(example.status).toBe(Number(status))
        const own = content.schema.allOf[1].properties
        expect([own.status.const, own.code.enum]).toEqual([Number(status), expect.arrayContaining([example.code])])
        // Every route can fail. This test uses routes that read or write.
        if (status === '500' || status === '503') {
          const failure =
            status === '500' ? new Error('x') : new OperationalFailure(example.code, 'x', { retryable: true })
          expect(await withPorts(failing(failure))('POST', '/orders', GUIDE_ORDER)).toMatchObject(example)
          return
        }
        const recipe = RECIPES[example.code as ProblemCode]
        const body = example.code === 'nothing_to_change' ? {} : BODIES[route.name]
        expect(recipe, `no recipe for ${example.code}`).toBeDefined()
        expect(await recipe?.(route.method, pathOf(route.path), body)).toEqual(example)
      })
    }
  }
})

/** For each code: fields that are merged into the order of the guide, or the text of a body. */
const ORDERS: Partial<Record<ProblemCode, object | string>> = {
  malformed_json: '{',
  duplicate_key: '{"a":1,"a":2}',
  invalid_body: '[]',
  invalid_utf8: '"\uFFFD"',
  missing_field: { side: undefined },
  wrong_type: { price: true },
  invalid_order_id: { orderId: 'a/b' },
  invalid_value: { side: 'HOLD' },
  expires_at_not_a_timestamp: { timeInForce: 'GTD', expiresAt: 'soon' },
  time_in_force_not_allowed: { type: 'MARKET', timeInForce: 'GTC' },
  price_required: { price: undefined },
  price_not_allowed: { type: 'MARKET' },
  post_only_not_allowed: { postOnly: true, timeInForce: 'IOC' },
  expires_at_required: { timeInForce: 'GTD' },
  expires_at_not_allowed: { expiresAt: '2030-01-01T00:00:00Z' },
  quantity_not_a_decimal: { quantity: 'much' },
  quantity_not_positive: { quantity: 0 },
  quantity_too_large: { quantity: 1e9 },
  quantity_not_on_lot: { quantity: '0.000000001' },
  price_not_a_decimal: { price: 'dear' },
  price_not_positive: { price: 0 },
  price_too_large: { price: 1e9 },
  price_not_on_tick: { price: 0.001 },
  expires_at_not_in_future: { timeInForce: 'GTD', expiresAt: '2020-01-01T00:00:00Z' },
}

test.each(Object.entries(ORDERS))('the guide to %s has the detail of a real answer', async (code, order) => {
  const { body } = await clientOf().post('/orders', typeof order === 'string' ? order : { ...GUIDE_ORDER, ...order })
  const { detail, field } = PROBLEM_GUIDE[code as ProblemCode]
  expect([body.code, body.detail, body.field]).toEqual([code, detail, field])
})

test('the guide to other problems has the detail of a real answer', async () => {
  const { post, send, patch } = clientOf()
  await post('/orders', { ...GUIDE_ORDER, orderId: 's', side: 'SELL', quantity: '0.5' })
  await post('/orders', GUIDE_ORDER)
  const bodies: Body[] = [
    (await post('/orders/batch', { orders: Array(501).fill(1) })).body,
    (await patch('/instruments/BTCUSD', { priceBand: { low: 2, high: 1 } })).body,
    (await send('PUT', '/orders')).body,
    (await send('GET', '/nothing')).body,
    (await patch('/orders/test-001', { quantity: '0.5' }, WAIT)).body,
    (
      await clientOf(undefined, failing(new OperationalFailure('storage_failed', 'x', { retryable: false }))).get(
        '/orders',
      )
    ).body,
  ]
  const bounded = clientOf()
  await bounded.patch('/instruments/BTCUSD', { minQuantity: 2 })
  bodies.push((await bounded.post('/orders', GUIDE_ORDER)).body)
  await bounded.patch('/instruments/BTCUSD', { minQuantity: null, maxQuantity: 1 })
  bodies.push((await bounded.post('/orders', GUIDE_ORDER)).body)
  bodies.push((await bounded.post('/instruments', { ...LISTING, tickSize: '0.0000000000001' })).body)
  const many = clientOf()
  const [BTCUSD] = [...many.exchange.instruments.values()]
  for (let i = 3; i < INSTRUMENTS_MAX; i++) many.exchange.instruments.set(`S${i}`, BTCUSD)
  bodies.push((await many.post('/instruments', { ...LISTING, symbol: 'MORE' })).body)
  for (const { code, detail, field } of bodies) {
    expect([detail, field]).toEqual([
      PROBLEM_GUIDE[code as ProblemCode].detail,
      PROBLEM_GUIDE[code as ProblemCode].field,
    ])
  }
  expect(bodies.map(({ code }) => code)).toEqual([
    'batch_too_long',
    'band_low_above_high',
    'method_not_allowed',
    'not_found',
    'quantity_not_above_filled',
    'storage_failed',
    'quantity_below_minimum',
    'quantity_above_maximum',
    'invalid_step_size',
    'too_many_instruments',
  ])
})

test('the status of a batch result distinguishes orders and problems', () => {
  const { properties } = document.components.schemas.Problem
  expect(properties.status.enum).toEqual(PROBLEM_STATUSES)
  for (const status of [200, 202]) expect(PROBLEM_STATUSES).not.toContain(status)
})

test('every problem has a remedy of one sentence', () => {
  for (const code of PROBLEM_CODES)
    expect([code, PROBLEM_GUIDE[code].remedy]).toEqual([
      code,
      expect.stringMatching(/^[A-Z][^.]*\.$|^[A-Z].*127\.0\.0\.1.*\.$/),
    ])
})
