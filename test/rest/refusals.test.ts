import { describe, expect, test } from 'vitest'
import { PROBLEM_CODES, type ProblemCode } from '../../src/api/problems.ts'
import { ERRORS_LISTED_MAX, JSON_FIELDS_MAX } from '../../src/protocol/limits.ts'
import { clientOf, GUIDE_ORDER } from './client.ts'

const order = (fields: object) => JSON.stringify({ ...GUIDE_ORDER, ...fields })
const without = (name: string) => JSON.stringify({ ...GUIDE_ORDER, [name]: undefined })
/** The order of the guide with the exact spelling of a price or quantity. */
const spelled = (name: 'price' | 'quantity', text: string) =>
  `{"symbol":"BTCUSD","side":"BUY","quantity":${name === 'quantity' ? text : '1'},"price":${name === 'price' ? text : '1'}}`
const future = '2030-01-31T12:00:00Z'

const bodies: [string, number, string, string?][] = [
  ['', 400, 'malformed_json'],
  ['{"symbol":', 400, 'malformed_json'],
  [spelled('price', '01'), 400, 'malformed_json'],
  [spelled('price', '+1'), 400, 'malformed_json'],
  [spelled('price', 'NaN'), 400, 'malformed_json'],
  [spelled('price', 'Infinity'), 400, 'malformed_json'],
  [spelled('price', '1234567890123456e'), 400, 'malformed_json'],
  ['['.repeat(9) + ']'.repeat(9), 400, 'malformed_json'],
  [`{"price":1,${order({}).slice(1)}`, 400, 'duplicate_key'],
  ['[]', 400, 'invalid_body'],
  ['null', 400, 'invalid_body'],
  ['"BUY"', 400, 'invalid_body'],
  ['17', 400, 'invalid_body'],
  [order({ colour: 'red' }), 400, 'unknown_field', 'colour'],
  ['{"__proto__":{"a":1}}', 400, 'unknown_field', '__proto__'],
  [without('symbol'), 400, 'missing_field', 'symbol'],
  [without('side'), 400, 'missing_field', 'side'],
  [without('quantity'), 400, 'missing_field', 'quantity'],
  [order({ price: null }), 400, 'wrong_type', 'price'],
  [order({ price: true }), 400, 'wrong_type', 'price'],
  [order({ quantity: [1] }), 400, 'wrong_type', 'quantity'],
  [order({ symbol: 7 }), 400, 'wrong_type', 'symbol'],
  [order({ orderId: 7 }), 400, 'wrong_type', 'orderId'],
  [order({ side: 7 }), 400, 'wrong_type', 'side'],
  [order({ postOnly: 'true' }), 400, 'wrong_type', 'postOnly'],
  [order({ expiresAt: 7 }), 400, 'wrong_type', 'expiresAt'],
  [order({}).replace('"test-001"', '12345678901234567890'), 400, 'wrong_type', 'orderId'],
  [order({}).replace('"BTCUSD"', '12345678901234567890'), 400, 'wrong_type', 'symbol'],
  [order({}).replace('"BUY"', '12345678901234567890'), 400, 'wrong_type', 'side'],
  [
    order({ timeInForce: 'GTD', expiresAt: 0 }).replace(':0}', ':12345678901234567890}'),
    400,
    'wrong_type',
    'expiresAt',
  ],
  [order({ orderId: '' }), 400, 'invalid_order_id', 'orderId'],
  [order({ orderId: 'a'.repeat(65) }), 400, 'invalid_order_id', 'orderId'],
  [order({ orderId: 'a/b' }), 400, 'invalid_order_id', 'orderId'],
  [order({ side: 'HOLD' }), 400, 'invalid_value', 'side'],
  [order({ side: 'buy' }), 400, 'invalid_value', 'side'],
  [order({ type: 'STOP' }), 400, 'invalid_value', 'type'],
  [order({ timeInForce: 'DAY' }), 400, 'invalid_value', 'timeInForce'],
  [order({ selfTradePrevention: 'ALL' }), 400, 'invalid_value', 'selfTradePrevention'],
  [order({ tag: '' }), 400, 'invalid_value', 'tag'],
  [order({ tag: 'x'.repeat(65) }), 400, 'invalid_value', 'tag'],
  [order({ tag: '🏔'.repeat(65) }), 400, 'invalid_value', 'tag'],
  [order({ tag: 'two\nlines' }), 400, 'invalid_value', 'tag'],
  [order({ tag: 'two\u2028lines' }), 400, 'invalid_value', 'tag'],
  [order({ tag: 'half a pair \ud83c' }), 400, 'invalid_value', 'tag'],
  [order({ tag: 'delete \u007f' }), 400, 'invalid_value', 'tag'],
  [order({ tag: 7 }), 400, 'wrong_type', 'tag'],
  [order({ symbol: 'btcusd' }), 422, 'unknown_symbol', 'symbol'],
  [order({ symbol: '__proto__' }), 422, 'unknown_symbol', 'symbol'],
  [order({ timeInForce: 'GTD', expiresAt: 'tomorrow' }), 400, 'expires_at_not_a_timestamp', 'expiresAt'],
  [order({ timeInForce: 'GTD', expiresAt: '2030-02-30T00:00:00Z' }), 400, 'expires_at_not_a_timestamp', 'expiresAt'],
  [order({ type: 'MARKET', price: undefined, timeInForce: 'GTC' }), 422, 'time_in_force_not_allowed', 'timeInForce'],
  [order({ price: undefined }), 422, 'price_required', 'price'],
  [order({ type: 'MARKET' }), 422, 'price_not_allowed', 'price'],
  [order({ timeInForce: 'IOC', postOnly: true }), 422, 'post_only_not_allowed', 'postOnly'],
  [order({ type: 'MARKET', price: undefined, postOnly: true }), 422, 'post_only_not_allowed', 'postOnly'],
  [order({ timeInForce: 'GTD' }), 422, 'expires_at_required', 'expiresAt'],
  [order({ expiresAt: future }), 422, 'expires_at_not_allowed', 'expiresAt'],
  [order({ quantity: 'much' }), 400, 'quantity_not_a_decimal', 'quantity'],
  [order({ quantity: '1e3' }), 400, 'quantity_not_a_decimal', 'quantity'],
  [order({ quantity: '' }), 400, 'quantity_not_a_decimal', 'quantity'],
  [order({ quantity: '1,5' }), 400, 'quantity_not_a_decimal', 'quantity'],
  [order({ quantity: 0 }), 422, 'quantity_not_positive', 'quantity'],
  [order({ quantity: -1.5 }), 422, 'quantity_not_positive', 'quantity'],
  [spelled('quantity', '-0'), 422, 'quantity_not_positive', 'quantity'],
  [spelled('quantity', '0e400'), 422, 'quantity_not_positive', 'quantity'],
  [spelled('quantity', '1e400'), 422, 'quantity_too_large', 'quantity'],
  [spelled('quantity', '90071992.54740992'), 422, 'quantity_too_large', 'quantity'],
  [spelled('quantity', '90071993.000000001'), 422, 'quantity_too_large', 'quantity'],
  [spelled('quantity', '0.000000001'), 422, 'quantity_not_on_lot', 'quantity'],
  [spelled('quantity', '1e-400'), 422, 'quantity_not_on_lot', 'quantity'],
  [spelled('quantity', '1.0000000000000000001'), 422, 'quantity_not_on_lot', 'quantity'],
  [order({ price: 'dear' }), 400, 'price_not_a_decimal', 'price'],
  [order({ price: 0 }), 422, 'price_not_positive', 'price'],
  [order({ price: '-1' }), 422, 'price_not_positive', 'price'],
  [order({ price: 21474836.48 }), 422, 'price_too_large', 'price'],
  [spelled('price', '1e400'), 422, 'price_too_large', 'price'],
  [spelled('price', '99999999999.999'), 422, 'price_too_large', 'price'],
  [order({ price: 50000.001 }), 422, 'price_not_on_tick', 'price'],
  [spelled('price', '50000.000000000001'), 422, 'price_not_on_tick', 'price'],
  [order({ timeInForce: 'GTD', expiresAt: '2026-01-31T12:00:00Z' }), 422, 'expires_at_not_in_future', 'expiresAt'],
]

describe('an invalid order is rejected with its own code, and nothing is submitted', () => {
  test.each(bodies)('%s → %i %s', async (body, status, code, field) => {
    const { post, exchange } = clientOf()
    const reply = await post('/orders', body)
    expect([reply.status, reply.body.code, reply.body.field]).toEqual([status, code, field])
    expect(reply.headers.get('content-type')).toBe('application/problem+json')
    expect(reply.body).toMatchObject({ type: `/docs/problems#${code}`, status })
    expect(exchange.submissions).toEqual([])
  })

  test('several faults of shape are all listed, and the first in the table is the code', async () => {
    const { post } = clientOf()
    const { body } = await post('/orders', { side: 'HOLD', quantity: null, orderId: '', bid: 1 })
    expect(body.code).toBe('unknown_field')
    expect(body.errors.map((fault: { code: string; field: string }) => `${fault.code} ${fault.field}`)).toEqual([
      'unknown_field bid',
      'missing_field symbol',
      'wrong_type quantity',
      'invalid_order_id orderId',
      'invalid_value side',
    ])
  })

  test('a body of unknown fields gets a short answer, and one of too many fields is not read', async () => {
    const { post } = clientOf()
    const fields = (count: number) => `{${Array.from({ length: count }, (_, i) => `"${i}":1`).join()}}`
    const many = await post('/orders/batch', fields(JSON_FIELDS_MAX))
    expect(many.body.code).toBe('unknown_field')
    expect(many.body.errors).toHaveLength(ERRORS_LISTED_MAX)
    expect((await post('/orders/batch', fields(JSON_FIELDS_MAX + 1))).body.code).toBe('malformed_json')
    const elements = (count: number) => `{"orders":[${Array(count).fill('1e1').join()}]}`
    expect((await post('/orders/batch', elements(JSON_FIELDS_MAX + 1))).body.code).toBe('batch_too_long')
    expect((await post('/orders/batch', elements(JSON_FIELDS_MAX + 2))).body.code).toBe('malformed_json')
  })
})

test('reports the first rule in the table if an order breaks several', async () => {
  const { post } = clientOf()
  const fields: Record<string, unknown> = {
    symbol: 'NONE',
    side: 'BUY',
    type: 'MARKET',
    timeInForce: 'GTD',
    postOnly: true,
    quantity: 'much',
    price: 'dear',
    expiresAt: 'soon',
  }
  const repairs: [string, Record<string, unknown>][] = [
    ['unknown_symbol', { symbol: 'BTCUSD' }],
    ['expires_at_not_a_timestamp', { expiresAt: '2020-01-01T00:00:00Z' }],
    ['time_in_force_not_allowed', { timeInForce: 'IOC' }],
    ['price_not_allowed', { type: 'LIMIT' }],
    ['post_only_not_allowed', { postOnly: false }],
    ['expires_at_not_allowed', { timeInForce: 'GTD' }],
    ['quantity_not_a_decimal', { quantity: '-1' }],
    ['quantity_not_positive', { quantity: '99999999999' }],
    ['quantity_too_large', { quantity: '0.000000001' }],
    ['quantity_not_on_lot', { quantity: 1 }],
    ['price_not_a_decimal', { price: '-1' }],
    ['price_not_positive', { price: '99999999999' }],
    ['price_too_large', { price: '0.001' }],
    ['price_not_on_tick', { price: 1 }],
    ['expires_at_not_in_future', { expiresAt: future }],
  ]
  const places = repairs.map(([code]) => PROBLEM_CODES.indexOf(code as ProblemCode))
  expect(places).toEqual([...places].sort((a, b) => a - b))
  for (const [code, repair] of repairs) {
    expect((await post('/orders', fields)).body.code).toBe(code)
    Object.assign(fields, repair)
  }
  expect((await post('/orders', fields)).status).toBe(202)
})

describe('exact spellings are accepted', () => {
  test.each([
    ['5e4', '50000.00'],
    ['50000.000000000000000000', '50000.00'],
    ['"50000"', '50000.00'],
    ['1E-2', '0.01'],
    ['21474836.47', '21474836.47'],
  ])('price %s', async (text, price) => {
    const { post, get } = clientOf()
    const { body } = await post('/orders', spelled('price', text))
    expect((await get(`/orders/${body.orderId}`)).body.price).toBe(price)
  })

  test.each([
    ['90071992.54740991', '90071992.54740991'],
    ['0.00000001', '0.00000001'],
    ['1e-08', '0.00000001'],
  ])('quantity %s', async (text, quantity) => {
    const { post, get } = clientOf()
    const { body } = await post('/orders', spelled('quantity', text))
    expect((await get(`/orders/${body.orderId}`)).body.quantity).toBe(quantity)
  })
})

describe('the body as bytes', () => {
  const utf8 = (text: string) => new TextEncoder().encode(text)

  test('must have a JSON media type', async () => {
    const { send } = clientOf()
    const code = async (type: string) =>
      (await send('POST', '/orders', { body: order({}), headers: { 'Content-Type': type } })).body.code
    expect(await code('text/plain')).toBe('unsupported_media_type')
    expect(await code('application/jsonp')).toBe('unsupported_media_type')
    expect(await code('application/json; charset=utf-8')).toBeUndefined()
    expect(await code('Application/JSON')).toBe(undefined)
  })

  test('is limited in its announced and its actual size', async () => {
    const { send, post } = clientOf()
    const long = order({}) + ' '.repeat(16 * 1024)
    expect((await post('/orders', long)).status).toBe(413)
    const announced = { body: order({}), headers: { 'Content-Length': '16385' } }
    expect((await send('POST', '/orders', announced)).body.code).toBe('body_too_large')
    const lying = { body: long, headers: { 'Content-Length': '100' } }
    expect((await send('POST', '/orders', lying)).body.code).toBe('body_too_large')
    const nonsense = { body: order({}), headers: { 'Content-Length': 'many' } }
    expect((await send('POST', '/orders', nonsense)).body.code).toBe('body_too_large')
    expect((await post('/orders/batch', `{"orders":[]}${' '.repeat(512 * 1024)}`)).status).toBe(413)
  })

  test('is not read further when it is above the limit', async () => {
    const { send } = clientOf()
    let pulled = 0
    const endless = new ReadableStream<Uint8Array>({
      pull(controller) {
        pulled++
        controller.enqueue(utf8(' '.repeat(4096)))
      },
    })
    expect((await send('POST', '/orders', { body: endless })).status).toBe(413)
    expect(pulled).toBeLessThan(10)
  })

  test('is rejected, without an internal error, if it is incomplete', async () => {
    const { send } = clientOf()
    const broken = new ReadableStream<Uint8Array>({ pull: (controller) => controller.error(new Error('gone')) })
    expect((await send('POST', '/orders', { body: broken })).body.code).toBe('incomplete_body')
  })

  test('must be UTF-8', async () => {
    const { send } = clientOf()
    const body = new Uint8Array([...utf8('{"symbol":"'), 0xc3, 0x28, ...utf8('"}')])
    expect((await send('POST', '/orders', { body })).body.code).toBe('invalid_utf8')
    const announced = { body, headers: { 'Content-Length': String(body.length) } }
    expect((await send('POST', '/orders', announced)).body.code).toBe('invalid_utf8')
  })

  test('must not be empty', async () => {
    const { send } = clientOf()
    const headers = { 'Content-Type': 'application/json' }
    expect((await send('POST', '/orders', { headers })).body.code).toBe('malformed_json')
    expect((await send('POST', '/orders')).body.code).toBe('unsupported_media_type')
  })
})

describe('a command whose route takes no body', () => {
  const body = '{"symbol":"BTCUSD","reason":"week 48"}'
  test.each(['/orders', '/orders/test-001', '/instruments/BTCUSD'])(
    'DELETE %s is rejected with one, because the body may have asked for less',
    async (path) => {
      const { send, exchange } = clientOf()
      for (const headers of [{ 'Content-Length': String(body.length) }, { 'Transfer-Encoding': 'chunked' }]) {
        const { status, body: problem } = await send('DELETE', path, { body, headers: headers as never })
        expect([status, problem.code]).toEqual([400, 'body_not_allowed'])
      }
      expect(exchange.submissions).toEqual([])
    },
  )

  test('is accepted with an empty one', async () => {
    const { send } = clientOf()
    expect((await send('DELETE', '/orders', { headers: { 'Content-Length': '0' } })).status).toBe(202)
  })
})
