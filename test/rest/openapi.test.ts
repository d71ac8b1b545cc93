import { describe, expect, test } from 'vitest'
import * as z from 'zod'
import * as orderRequests from '../../src/api/order-requests.ts'
import * as orderAnswers from '../../src/api/order-schemas.ts'
import { problemSchema } from '../../src/api/problem-schema.ts'
import { PROBLEM_CODES, PROBLEMS } from '../../src/api/problems.ts'
import { ENTRY_CODES } from '../../src/entry/entry-codes.ts'
import { REJECT_REASONS } from '../../src/protocol/reasons.ts'
import * as restAnswers from '../../src/rest/answer-schemas.ts'
import * as restRequests from '../../src/rest/request-schemas.ts'
import { problemsOf } from '../../src/rest/route-problems.ts'
import { ROUTES } from '../../src/rest/route-table.ts'
import { type Body, clientOf, GUIDE_ORDER, WAIT } from './client.ts'
import { idleDemoMarket } from './idle-demo-market.ts'

const answers = { ...orderAnswers, ...restAnswers, problemSchema }
const requests = { ...orderRequests, ...restRequests }
const metricsText = async () => ({ contentType: 'text/plain', body: '' })
const everything = { metricsText, asyncApi: () => '{}', demoMarket: idleDemoMarket() }
const document: Body = (await clientOf(undefined, everything).get('/openapi.json')).body

/** Every value in the document, with its path. */
function* walk(value: Body, path = '#'): Generator<[string, Body]> {
  yield [path, value]
  if (typeof value !== 'object' || value === null) return
  for (const [key, child] of Object.entries(value)) yield* walk(child, `${path}/${key}`)
}

describe('the OpenAPI document', () => {
  test('says how many levels a book has, where they are fewer than a request may ask for', async () => {
    const depthOf = ({ paths }: Body): string => paths['/book/{symbol}'].get.parameters[1].description
    expect(depthOf(document)).toMatch(/1 to 1000; 50 if absent\.$/)
    const { body } = await clientOf(undefined, { depthLevelsMax: 100 }).get('/openapi.json')
    expect(depthOf(body)).toMatch(/This exchange shows at most 100\.$/)
  })

  test('says which routes an exchange does not offer', async () => {
    const descriptions = ({ paths }: Body) =>
      ['/fills', '/ticker', '/ticker/{symbol}', '/candles/{symbol}'].map((path) => paths[path].get.description)
    expect(descriptions(document)).toEqual([undefined, undefined, undefined, undefined])
    const client = clientOf(undefined, { fillReader: undefined, marketReader: undefined } as object)
    for (const description of descriptions((await client.get('/openapi.json')).body)) {
      expect(description).toContain('`501 not_offered`')
    }
  })

  test('has no route that an exchange does not have', async () => {
    const { paths } = (await clientOf().get('/openapi.json')).body
    expect(Object.keys(document.paths).filter((path) => !(path in paths))).toEqual([
      '/demo-market',
      '/metrics',
      '/asyncapi.json',
    ])
  })

  test('says the bounds of stored market data, where there are some', async () => {
    const client = clientOf(undefined, { marketBounds: { secondsTradesMax: 20_000, fillsLagSeconds: 2 } })
    const { paths } = (await client.get('/openapi.json')).body
    expect(paths['/candles/{symbol}'].get.description).toContain('at most 20,000 trades')
    expect(paths['/fills'].get.description).toContain('about 2 seconds')
    expect(paths['/ticker/{symbol}'].get.description).toBeUndefined()
  })

  test('is right behind a prefix: its paths are relative to where it is served', () => {
    expect(document.servers).toEqual([{ url: '.' }])
    expect(new URL('.', 'https://host/v1/openapi.json').href).toBe('https://host/v1/')
  })

  test('has every route, parameter and problem of the table', () => {
    expect(document.openapi).toMatch(/^3\.1/)
    const documented = Object.entries<Body>(document.paths).flatMap(([path, item]) =>
      Object.keys(item).map((method) => `${method.toUpperCase()} ${path}`),
    )
    expect(documented.sort()).toEqual(ROUTES.map(({ method, path }) => `${method} ${path}`).sort())
    for (const route of ROUTES) {
      const operation = document.paths[route.path][route.method.toLowerCase()]
      const names = operation.parameters.map((parameter: Body) => parameter.name)
      const inPath = [...route.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name)
      expect(names).toEqual(expect.arrayContaining([...inPath, ...Object.keys(route.query ?? {})]))
      for (const code of problemsOf(route)) {
        const { status } = PROBLEMS[code]
        if (status in route.answers) continue
        expect(operation.responses[status].description).toContain(`\`${code}\``)
      }
      expect(operation.requestBody !== undefined).toBe(route.body !== undefined)
    }
  })

  test('has no broken references, and no repeated operation id', () => {
    for (const [path, value] of walk(document)) {
      if (!path.endsWith('/$ref')) continue
      const target = value
        .slice(2)
        .split('/')
        .reduce((at: Body, key: string) => at?.[key], document)
      expect(target, `${path} → ${value}`).toBeDefined()
    }
    const names = ROUTES.map((route) => route.name)
    expect(new Set(names).size).toBe(names.length)
  })

  test('omits routes that are not served, and puts every route under a tag with a description', async () => {
    const { paths } = (await clientOf().get('/openapi.json')).body
    expect(paths['/metrics']).toBeUndefined()
    expect(paths['/health']).toBeDefined()
    const headings = document.tags.map(({ name }: Body) => name)
    for (const item of Object.values<Body>(document.paths)) {
      for (const operation of Object.values<Body>(item)) expect(headings).toContain(operation.tags[0])
    }
  })

  test('has every problem at some route, except those that belong to no route and those of the WebSocket', () => {
    const reachable = new Set(ROUTES.flatMap(problemsOf))
    const elsewhere = PROBLEM_CODES.filter((code) => !reachable.has(code))
    expect(elsewhere).toEqual([
      'misdirected_request',
      'origin_not_allowed',
      'bad_handshake',
      'upgrade_required',
      'too_many_connections',
      'method_not_allowed',
      'too_many_in_flight',
      'already_authenticated',
      'too_many_subscriptions',
    ])
    for (const reason of REJECT_REASONS) expect(PROBLEM_CODES).toContain(reason)
  })

  test('has problems in the precedence of order entry', () => {
    const places = ENTRY_CODES.map((code) => PROBLEM_CODES.indexOf(code))
    expect(places).toEqual([...places].sort((a, b) => a - b))
    expect(places).not.toContain(-1)
  })

  test('has examples that satisfy its schemas', () => {
    let examples = 0
    for (const schema of [...Object.values(answers), ...Object.values(requests)] as z.ZodType[]) {
      for (const example of (schema.meta()?.examples ?? []) as unknown[]) {
        expect(schema.safeParse(example).error).toBeUndefined()
        examples++
      }
    }
    expect(examples).toBeGreaterThan(6)
  })

  test('has the order of the guide as its first example', () => {
    expect(requests.placeOrderBody.meta()?.examples).toEqual([GUIDE_ORDER])
  })
})

test('real answers satisfy the documented schemas', async () => {
  const { get, post, patch, ...client } = clientOf(undefined, { demoMarket: idleDemoMarket() })
  const check = (schema: z.ZodType, { body }: { body: unknown }) =>
    expect(z.prettifyError(schema.safeParse(body).error ?? new z.ZodError([]))).toBe('')
  await post('/orders', { ...GUIDE_ORDER, orderId: 's', side: 'SELL', quantity: 1 })
  check(answers.pendingOrderSchema, await post('/orders', { ...GUIDE_ORDER, orderId: 'p' }))
  check(answers.orderSchema, await post('/orders', GUIDE_ORDER, WAIT))
  check(answers.orderSchema, await get('/orders/s'))
  check(answers.ordersPageSchema, await get('/orders?limit=1'))
  const orders = [GUIDE_ORDER, { ...GUIDE_ORDER, orderId: 'n' }, 1]
  check(answers.batchResultsSchema, await post('/orders/batch', { orders }))
  check(answers.batchResultsSchema, await post('/orders/batch', { orders }, WAIT))
  check(answers.orderChangeSchema, await patch('/orders/test-001', { quantity: 1 }))
  check(answers.cancelAllSchema, await client.delete('/orders', WAIT))
  check(answers.cancelAllSchema, await client.delete('/orders?symbol=BTCUSD'))
  check(answers.instrumentsSchema, await get('/instruments'))
  check(answers.instrumentChangeSchema, await patch('/instruments/BTCUSD', { priceBand: { low: 1 } }))
  check(answers.instrumentSchema, await get('/instruments/BTCUSD'))
  const listing = { symbol: 'SOLUSD', base: 'SOL', quote: 'USD', tickSize: '0.01', lotSize: '0.1', minQuantity: 1 }
  check(answers.instrumentChangeSchema, await post('/instruments', { ...listing, symbol: 'SOLEUR' }))
  check(answers.instrumentSchema, await post('/instruments', listing, WAIT))
  check(answers.instrumentSchema, await client.delete('/instruments/SOLUSD', WAIT))
  check(answers.rulesSchema, await get('/rules'))
  check(answers.bookSchema, await get('/book/BTCUSD'))
  check(answers.tradesPageSchema, await get('/trades/BTCUSD'))
  check(answers.fillsPageSchema, await get('/fills'))
  check(answers.candlesSchema, await get('/candles/BTCUSD'))
  check(answers.tickerSchema, await get('/ticker/BTCUSD'))
  check(answers.tickersSchema, await get('/ticker'))
  check(answers.demoMarketSchema, await get('/demo-market'))
  check(answers.healthSchema, await get('/health'))
  check(answers.problemSchema, await post('/orders', { bid: 1 }))
})
