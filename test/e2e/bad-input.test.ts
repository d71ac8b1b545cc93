/**
 * Invalid bytes, bodies and paths sent to the real server. Every request gets its documented answer or a closed
 * connection. The book does not change, and the process keeps running.
 */

import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { BATCH_BODY_BYTES_MAX, ORDER_BODY_BYTES_MAX } from '../../src/protocol/limits.ts'
import { type Api, apiOf } from './api.ts'
import { randomOf } from './random.ts'
import { type RunningExchange, removeLater, startExchange } from './running-exchange.ts'

const ORDER = '{"orderId":"o","symbol":"BTCUSD","side":"BUY","quantity":1,"price":100}'
const SEED = Number(process.env.FUZZ_SEED ?? Math.floor(Math.random() * 2 ** 31))

let exchange: RunningExchange
let api: Api
let bookBefore: unknown

beforeAll(async () => {
  exchange = await startExchange(removeLater())
  api = apiOf(exchange.url)
  await api.post(
    '/orders',
    { orderId: 'resting', symbol: 'BTCUSD', side: 'BUY', quantity: 1, price: 50 },
    { Prefer: 'wait=5' },
  )
  bookBefore = (await api.get('/book/BTCUSD')).body
})

afterAll(async () => {
  // No request of these tests may have changed the book.
  expect((await api.get('/book/BTCUSD')).body).toEqual(bookBefore)
  expect((await api.get('/orders')).body.orders).toHaveLength(1)
  api.close()
  expect((await exchange.stop('SIGTERM')).code).toBe(0)
})

/** Writes bytes to the port and reads until the server closes, or for `patienceMs`. */
function talk(bytes: string | Buffer, patienceMs = 1_000): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(Number(new URL(exchange.url).port), '127.0.0.1')
    let heard = ''
    const end = (): void => {
      socket.destroy()
      resolve(heard)
    }
    socket.on('data', (chunk) => (heard += chunk.toString('latin1')))
    socket.on('close', end)
    socket.on('error', end)
    socket.setTimeout(patienceMs, end)
    socket.write(bytes)
  })
}

const head = (headers: string): string => `POST /orders HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${headers}\r\n\r\n`
const posted = (body: string | Buffer, type = 'application/json'): Buffer => {
  const bytes = Buffer.from(body)
  return Buffer.concat([Buffer.from(head(`Content-Type: ${type}\r\nContent-Length: ${bytes.length}`)), bytes])
}

describe('bytes that are not HTTP', () => {
  test.each([
    ['noise', '\x00\x01\x02\xff\r\n\r\n'],
    ['a TLS hello', Buffer.from('16030100c8010000c40303', 'hex')],
    ['no version', 'POST /orders\r\n\r\n'],
    ['a head without end', `GET /health HTTP/1.1\r\nX: ${'a'.repeat(100_000)}`],
    ['two lengths', head('Content-Length: 1\r\nContent-Length: 2')],
    ['a negative length', head('Content-Length: -1')],
    ['length and chunks', head('Content-Length: 5\r\nTransfer-Encoding: chunked')],
    ['a bad chunk', `${head('Content-Type: application/json\r\nTransfer-Encoding: chunked')}zz\r\n`],
  ])('%s: 4xx, or the connection closes', async (_, bytes) => {
    expect(await talk(bytes)).toMatch(/^$|^HTTP\/1\.1 4\d\d /)
  })
})

describe('a body that is not a valid order gets its problem', () => {
  test.each([
    ['no type', ORDER, '', 415, 'unsupported_media_type'],
    ['a form', 'symbol=BTCUSD', 'application/x-www-form-urlencoded', 415, 'unsupported_media_type'],
    ['text', ORDER, 'text/plain', 415, 'unsupported_media_type'],
    ['nothing', '', 'application/json', 400, 'malformed_json'],
    ['half an object', ORDER.slice(0, -5), 'application/json', 400, 'malformed_json'],
    ['two objects', ORDER + ORDER, 'application/json', 400, 'malformed_json'],
    ['NaN', ORDER.replace('100', 'NaN'), 'application/json', 400, 'malformed_json'],
    ['deep nesting', `${'['.repeat(5_000)}${']'.repeat(5_000)}`, 'application/json', 400, 'malformed_json'],
    ['bad UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x7d]), 'application/json', 400, 'invalid_utf8'],
    ['a key twice', ORDER.replace('{', '{"price":1,'), 'application/json', 400, 'duplicate_key'],
    ['an array', `[${ORDER}]`, 'application/json', 400, 'invalid_body'],
    ['an unknown field', ORDER.replace('{', '{"leverage":10,'), 'application/json', 400, 'unknown_field'],
    ['a prototype', ORDER.replace('{', '{"__proto__":{"price":1},'), 'application/json', 400, 'unknown_field'],
    ['no side', ORDER.replace('"side":"BUY",', ''), 'application/json', 400, 'missing_field'],
    ['a price 1e400', ORDER.replace('100', '1e400'), 'application/json', 422, 'price_too_large'],
    ['20 digits', ORDER.replace('100', '12345678901234567890'), 'application/json', 422, 'price_too_large'],
    ['a negative price', ORDER.replace('100', '-100'), 'application/json', 422, 'price_not_positive'],
    ['a price of zero', ORDER.replace('100', '0'), 'application/json', 422, 'price_not_positive'],
    ['off tick', ORDER.replace('100', '100.001'), 'application/json', 422, 'price_not_on_tick'],
    ['off lot', ORDER.replace('1,', '1e-9,'), 'application/json', 422, 'quantity_not_on_lot'],
    ['an unknown symbol', ORDER.replace('BTCUSD', 'DOGE'), 'application/json', 422, 'unknown_symbol'],
    ['too many bytes', ORDER + ' '.repeat(ORDER_BODY_BYTES_MAX), 'application/json', 413, 'body_too_large'],
  ])('%s', async (_, body, type, status, code) => {
    const heard = await talk(posted(body, type), 5_000)
    expect(heard).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `))
    expect(heard.toLowerCase()).toContain('content-type: application/problem+json')
    expect(heard).toContain(`"code":"${code}"`)
  })

  test('a batch above the limit gets 413, with and without Content-Length', async () => {
    const body = `{"orders":[${ORDER}]}${' '.repeat(BATCH_BODY_BYTES_MAX)}`
    const tooLarge = { status: 413, body: { code: 'body_too_large' } }
    expect(await apiOf(exchange.url).post('/orders/batch', body)).toMatchObject(tooLarge)
    const chunked = await fetch(`${exchange.url}/orders/batch`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: new Blob([body]).stream(),
      duplex: 'half',
    } as RequestInit)
    expect(chunked.status).toBe(413)
  })

  test('a body that is cut off gets no answer', async () => {
    const bytes = posted(ORDER)
    expect(await talk(bytes.subarray(0, bytes.length - 10), 300)).toBe('')
  })

  test('a slow body does not delay other requests', async () => {
    const bytes = posted(ORDER)
    const slow = talk(bytes.subarray(0, bytes.length - 1), 1_500)
    expect((await api.get('/health')).status).toBe(200)
    await slow
  })
})

test.each([
  ['GET', '/nothing', 404, 'not_found'],
  ['PUT', '/orders', 405, 'method_not_allowed'],
  ['GET', '/orders?limit=0', 400, 'invalid_parameter'],
  ['GET', '/orders?cursor=abc', 400, 'invalid_parameter'],
  ['GET', '/orders?colour=red', 400, 'invalid_parameter'],
  ['GET', '/orders/%ff', 404, 'order_not_found'],
  ['GET', '/book/DOGE', 404, 'instrument_not_found'],
  ['GET', '/trades/BTCUSD?cursor=-1', 400, 'invalid_parameter'],
  ['DELETE', '/orders/none', 404, 'order_not_found'],
])('%s %s is %d', async (method, path, status, code) => {
  const answer = await api.send(method, path)
  expect({ status: answer.status, code: answer.body.code }).toEqual({ status, code })
})

test('a DELETE with a body is rejected, and cancels nothing', async () => {
  const refused = await api.send('DELETE', '/orders', { symbol: 'BTCUSD' })
  expect([refused.status, refused.body.code]).toEqual([400, 'body_not_allowed'])
})

test(`orders with randomly changed bytes get 4xx (seed ${SEED})`, async () => {
  const random = randomOf(SEED)
  for (let i = 0; i < 300; i++) {
    // The symbol is unknown, so the order is rejected even if the changes leave it valid.
    const bytes = Buffer.from(ORDER.replace('"BTCUSD"', '"NOWHERE"'))
    for (let changes = 1 + random.below(4); changes > 0; changes--)
      bytes[random.below(bytes.length)] = random.below(256)
    const heard = await talk(posted(bytes), 5_000)
    expect(heard, bytes.toString('latin1')).toMatch(/^HTTP\/1\.1 4\d\d /)
  }
  expect((await api.get('/health')).body.status).toBe('ok')
}, 60_000)
