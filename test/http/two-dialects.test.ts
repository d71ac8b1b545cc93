/** Two dialects of one exchange, used by the same account. */

import { createHmac } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { accountLimits } from '../../src/entry/account-limits.ts'
import { ApiKeys, sha256Hex } from '../../src/entry/api-keys.ts'
import { createHttpApp } from '../../src/http/http-app.ts'
import { presentedKey } from '../../src/rest/presented-key.ts'
import { restDialect } from '../../src/rest/rest-dialect.ts'
import { InMemoryExchange } from '../entry/in-memory-exchange.ts'
import { signedDialect } from './signed-dialect.ts'

const SECRET = 'the-secret-of-ann-is-long'
const ORDER = 'symbol=BTCUSD&side=BUY&type=LIMIT&timeInForce=GTC&quantity=1.5&price=50000&newClientOrderId=a-1'
const key = { 'X-MBX-APIKEY': 'ka' }

const sign = (text: string, secret = SECRET) =>
  `${text}&signature=${createHmac('sha256', secret).update(text).digest('hex')}`

function exchangeOf(limits = accountLimits(1_000, 1_000)) {
  const exchange = new InMemoryExchange()
  const keys = new ApiKeys([
    { account: 'ann', keySha256: sha256Hex('ka'), secret: SECRET },
    { account: 'bob', keySha256: sha256Hex('kb') },
  ])
  const ports = { ...exchange.ports(), limits }
  const seen: string[] = []
  const failures: unknown[] = []
  const app = createHttpApp(
    [
      restDialect({
        ...ports,
        authenticate: (headers) => keys.callerOf(presentedKey(headers)),
        health: async () => ({ status: 'ok' }),
      }),
      signedDialect(ports, keys),
    ],
    {
      observe: (route, method, status) => seen.push(`${method} ${route} ${status}`),
      failed: (failure) => failures.push(failure),
    },
  )
  const send = async (method: string, path: string, headers: Record<string, string> = key, body?: string) => {
    const init = { method, headers, ...(body !== undefined && { body }) }
    const response = await app.request(path, init)
    const text = await response.text()
    return { status: response.status, headers: response.headers, body: text === '' ? undefined : JSON.parse(text) }
  }
  return { exchange, seen, failures, send }
}

describe('the signed dialect', () => {
  test('places and cancels an order that the REST dialect shows', async () => {
    const { send, seen } = exchangeOf()
    const placed = await send('POST', `/api/v3/order?${sign(ORDER)}`)
    expect([placed.status, placed.body]).toEqual([
      200,
      { symbol: 'BTCUSD', clientOrderId: 'a-1', transactTime: Date.UTC(2026, 0, 31, 12), status: 'NEW' },
    ])
    expect((await send('GET', '/orders/a-1', { 'X-API-Key': 'ka' })).body).toMatchObject({
      price: '50000.00',
      status: 'NEW',
    })
    const canceled = await send('DELETE', `/api/v3/order?${sign('symbol=BTCUSD&origClientOrderId=a-1')}`)
    expect(canceled.body).toEqual({ symbol: 'BTCUSD', origClientOrderId: 'a-1', status: 'CANCELED' })
    expect(seen).toEqual(['POST /api/v3/order 200', 'GET /orders/{orderId} 200', 'DELETE /api/v3/order 200'])
  })

  test('accepts a signed body, and a signed body with a query', async () => {
    const { send, exchange } = exchangeOf()
    expect((await send('POST', '/api/v3/order', key, sign(ORDER))).status).toBe(200)
    const [query, body] = ['symbol=BTCUSD&side=SELL', 'type=LIMIT&quantity=1&price=60000&newClientOrderId=a-2']
    const signature = createHmac('sha256', SECRET)
      .update(query + body)
      .digest('hex')
    const both = await send('POST', `/api/v3/order?${query}`, key, `${body}&signature=${signature}`)
    expect([both.status, exchange.submissions.length]).toEqual([200, 2])
  })

  test.each([
    ['another secret', sign(ORDER, 'some-other-secret'), 'ka'],
    ['a changed field', sign(ORDER).replace('quantity=1.5', 'quantity=2.5'), 'ka'],
    ['no signature', ORDER, 'ka'],
    ['an unknown key', sign(ORDER), 'kx'],
    ['a key without a secret', sign(ORDER, ''), 'kb'],
  ])('%s is rejected, and nothing is submitted', async (_, query, presented) => {
    const { send, exchange } = exchangeOf()
    const { status, body } = await send('POST', `/api/v3/order?${query}`, { 'X-MBX-APIKEY': presented })
    expect([status, body]).toEqual([401, { code: -1022, msg: 'Signature for this request is not valid.' }])
    expect(exchange.submissions).toEqual([])
  })

  test.each([
    ['symbol=NONE', 400, -1121],
    ['side=HOLD', 400, -1115],
    ['quantity=0', 400, -1013],
    ['newClientOrderId=a/b', 400, -1013],
  ])('reports an error for %s in its own form', async (field, status, code) => {
    const { send, exchange } = exchangeOf()
    const [name] = field.split('=')
    const query = ORDER.replace(new RegExp(`${name}=[^&]*`), field)
    const reply = await send('POST', `/api/v3/order?${sign(query)}`)
    expect([reply.status, reply.body]).toEqual([status, { code, msg: expect.any(String) }])
    expect(exchange.submissions).toEqual([])
  })

  test('may pass a field with another type: order entry rejects it by name', async () => {
    const { send, exchange } = exchangeOf()
    const reply = await send('POST', `/api/v3/order?${sign(`${ORDER}&postOnly=true`)}`)
    expect([reply.status, reply.body]).toEqual([400, { code: -1100, msg: 'postOnly must be true or false.' }])
    expect(exchange.submissions).toEqual([])
  })

  test('rejects a missing field, a repeated field, and a body that is too long', async () => {
    const { send } = exchangeOf()
    const missing = await send('POST', `/api/v3/order?${sign('symbol=BTCUSD&side=BUY')}`)
    expect([missing.status, missing.body.code]).toEqual([400, -1102])
    expect((await send('POST', `/api/v3/order?${sign(`${ORDER}&side=SELL`)}`)).body.msg).toBe('A field is given twice.')
    expect((await send('POST', '/api/v3/order', key, 'a'.repeat(20_000))).status).toBe(413)
  })
})

describe('two dialects', () => {
  test('each answer requests under their own prefix', async () => {
    const { send, seen } = exchangeOf()
    const wrongMethod = await send('PUT', '/api/v3/order')
    expect([wrongMethod.status, wrongMethod.headers.get('allow'), wrongMethod.body.code]).toEqual([
      405,
      'POST, DELETE, OPTIONS',
      -1013,
    ])
    const options = await send('OPTIONS', '/api/v3/order')
    expect([options.status, options.headers.get('allow')]).toEqual([204, 'POST, DELETE, OPTIONS'])
    expect((await send('GET', '/api/v3/nothing')).body).toEqual({ code: -1013, msg: 'No such endpoint.' })
    expect((await send('GET', '/api/v30')).body).toMatchObject({ code: 'not_found', status: 404 })
    expect(seen.at(-1)).toBe('GET unmatched 404')
  })

  test('share one rate limit for an account', async () => {
    const { send } = exchangeOf(accountLimits(1, 1))
    expect((await send('POST', `/api/v3/order?${sign(ORDER)}`)).status).toBe(200)
    const headers = { 'X-API-Key': 'ka', 'Content-Type': 'application/json' }
    expect((await send('POST', '/orders', headers, '{}')).body.code).toBe('rate_limited')
    expect((await send('POST', `/api/v3/order?${sign(ORDER)}`)).status).toBe(429)
  })

  test('report a failure in their own form, and to the log', async () => {
    const { send, exchange, failures } = exchangeOf()
    exchange.failure = new Error('secret inside')
    const { status, body } = await send('POST', `/api/v3/order?${sign(ORDER)}`)
    expect([status, body]).toEqual([500, { code: -1013, msg: 'The request could not be answered.' }])
    expect(failures).toEqual([exchange.failure])
  })

  test('must not have the same prefix', () => {
    const dialect = signedDialect(new InMemoryExchange().ports(), new ApiKeys([]))
    expect(() => createHttpApp([dialect, dialect])).toThrow(RangeError)
  })
})

test('transport, order entry and the second dialect do not import the REST dialect', () => {
  const root = new URL('../../', import.meta.url)
  const files = ['src/http', 'src/entry'].flatMap((folder) =>
    readdirSync(new URL(folder, root), { encoding: 'utf8', recursive: true })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => `${folder}/${name}`),
  )
  for (const file of [...files, 'test/http/signed-dialect.ts', 'test/entry/in-memory-exchange.ts']) {
    expect([file, readFileSync(new URL(file, root), 'utf8')]).not.toEqual([file, expect.stringMatching(/\/rest\//)])
  }
})
