import type { APIGatewayProxyEvent } from 'aws-lambda'
import { describe, expect, test } from 'vitest'
import { answer, authModeOf, callerOf, presentCaller } from './rest-proxy.ts'

function eventOf(more: object = {}, requestContext: object = {}): APIGatewayProxyEvent {
  return {
    httpMethod: 'GET',
    path: '/orders',
    headers: {},
    multiValueHeaders: {},
    queryStringParameters: null,
    multiValueQueryStringParameters: null,
    body: null,
    isBase64Encoded: false,
    requestContext: { requestId: 'gateway-1', identity: {}, ...requestContext },
    ...more,
  } as unknown as APIGatewayProxyEvent
}

const echo = async (request: Request) =>
  Response.json({
    method: request.method,
    url: request.url,
    requestId: request.headers.get('x-request-id'),
    body: await request.text(),
    length: request.headers.get('content-length'),
    caller: presentCaller() ?? null,
  })
const echoed = async (event: APIGatewayProxyEvent, mode = authModeOf('none')) =>
  JSON.parse((await answer(event, mode, echo)).body)

describe('a request', () => {
  test('has the path, the whole query and the body of the event', async () => {
    const multiValueQueryStringParameters = { symbol: ['A&B'], limit: ['1', '2'] }
    expect(await echoed(eventOf({ multiValueQueryStringParameters }))).toMatchObject({
      method: 'GET',
      url: 'https://exchange/orders?symbol=A%26B&limit=1&limit=2',
    })
    expect(await echoed(eventOf({ httpMethod: 'POST', body: '{"a":"ü"}' }))).toMatchObject({ body: '{"a":"ü"}' })
    const body = Buffer.from('{"a":"ü"}').toString('base64')
    expect(await echoed(eventOf({ httpMethod: 'POST', body, isBase64Encoded: true }))).toMatchObject({
      body: '{"a":"ü"}',
    })
  })

  test('announces its body, which API Gateway may not do', async () => {
    expect((await echoed(eventOf({ httpMethod: 'DELETE', body: 'ü' }))).length).toBe('2')
    expect((await echoed(eventOf({ httpMethod: 'DELETE' }))).length).toBeNull()
  })

  test("has its own id, or API Gateway's", async () => {
    expect((await echoed(eventOf())).requestId).toBe('gateway-1')
    expect((await echoed(eventOf({ headers: { 'X-Request-Id': 'mine' } }))).requestId).toBe('mine')
  })
})

describe('an answer', () => {
  test.each([
    ['/v1/orders', '/orders', '/orders/a', '/v1/orders/a'],
    ['/v1/', '/', 'docs', '/v1/docs'],
    ['/v1', '/', 'docs', '/v1/docs'],
    ['/orders', '/orders', '/orders/a', '/orders/a'],
  ])('to %s has a Location that the client can follow', async (whole, path, location, followed) => {
    const moved = async () => new Response(null, { status: 202, headers: { Location: location } })
    const event = eventOf({ path }, { path: whole, stage: 'v1' })
    expect((await answer(event, 'none', moved)).headers).toMatchObject({ location: followed })
  })

  test('has bytes in base64 and text unchanged', async () => {
    const bytes = new Uint8Array([137, 80, 78, 71])
    const image = await answer(
      eventOf(),
      'none',
      () => new Response(bytes, { headers: { 'Content-Type': 'image/png' } }),
    )
    expect(image).toMatchObject({ statusCode: 200, isBase64Encoded: true, body: Buffer.from(bytes).toString('base64') })
    const problem = { headers: { 'Content-Type': 'application/problem+json' }, status: 404 }
    expect(await answer(eventOf(), 'none', () => new Response('{}', problem))).toMatchObject({
      statusCode: 404,
      isBase64Encoded: false,
      body: '{}',
    })
  })
})

describe('the caller', () => {
  test('is the demo account without authentication', () => {
    expect(callerOf(eventOf(), 'none')).toEqual({ account: 'demo', operator: true, keyName: 'demo' })
  })

  test('is the account of the authorizer', () => {
    const said = (authorizer: object) => callerOf(eventOf({}, { authorizer }), 'authorizer')
    expect(said({ account: 'ann' })).toEqual({ account: 'ann', operator: false, keyName: 'ann' })
    expect(said({ account: 'ann', operator: 'true', keyName: 'desk 7' })).toEqual({
      account: 'ann',
      operator: true,
      keyName: 'desk 7',
    })
    expect(said({ account: 'ann', keyName: 'two\nlines' })?.keyName).toBe('ann')
    expect(said({ account: 'no/such' })).toBeUndefined()
    expect(said({})).toBeUndefined()
  })

  test('is the subject of a Cognito token; operators are a group', () => {
    const said = (claims: object) => callerOf(eventOf({}, { authorizer: { claims } }), 'cognito')
    expect(said({ sub: 'a-1' })).toEqual({ account: 'a-1', operator: false, keyName: 'a-1' })
    expect(said({ sub: 'a-1', 'cognito:username': 'ann' })?.keyName).toBe('ann')
    expect(said({ sub: 'a-1', 'cognito:groups': 'traders,operators' })).toMatchObject({ operator: true })
    expect(said({ sub: 'a-1', 'cognito:groups': '[no-operators]' })).toMatchObject({ operator: false })
    expect(said({})).toBeUndefined()
  })

  test('is the id of the API key', () => {
    expect(callerOf(eventOf({}, { identity: { apiKeyId: 'k1' } }), 'api_key')).toEqual({
      account: 'k1',
      operator: false,
      keyName: 'k1',
    })
    expect(callerOf(eventOf(), 'api_key')).toBeUndefined()
  })

  test('is never taken from a header', async () => {
    const headers = { 'x-exchange-account': 'bob', authorization: 'Bearer bob', 'x-api-key': 'bob' }
    expect((await echoed(eventOf({ headers }), 'authorizer')).caller).toBeNull()
  })

  test('is separate for concurrent requests', async () => {
    const accounts = [...Array(20).keys()].map((i) => `a${i}`)
    const slow = async () => {
      await new Promise((resolve) => setTimeout(resolve, 1 + Math.random() * 5))
      return Response.json(presentCaller())
    }
    const answers = await Promise.all(
      accounts.map((account) => answer(eventOf({}, { authorizer: { account } }), 'authorizer', slow)),
    )
    expect(answers.map(({ body }) => JSON.parse(body).account)).toEqual(accounts)
  })
})

test('an unknown mode stops the function', () => {
  expect(() => authModeOf('open')).toThrow(RangeError)
})
