import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { afterEach, expect, test, vi } from 'vitest'
import { faultOf } from './backoff.ts'
import { FunctionCalls } from './function-calls.ts'

interface Sent {
  readonly protocol: string
  readonly hostname: string
  readonly port?: number
  readonly path: string
  readonly headers: Record<string, string>
  readonly body: string
}

function callsOf(status: number, answer: string, headers: Record<string, string> = {}) {
  const sent: Sent[] = []
  const handle = async (request: Sent) => {
    sent.push(request)
    const body = (async function* () {
      yield Buffer.from(answer)
    })()
    return { response: { statusCode: status, headers, body } }
  }
  const client = new DynamoDBClient({
    region: 'eu-central-1',
    credentials: { accessKeyId: 'AKIA', secretAccessKey: 'secret', sessionToken: 'token' },
    requestHandler: { handle } as never,
  })
  return { client, sent, calls: new FunctionCalls(client.config) }
}

afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllEnvs()
})

test('has the signature of the SDK, also for an alias, and returns what the function returned', async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.UTC(2026, 10, 26, 9, 30, 5) })
  const { client, sent, calls } = callsOf(200, '{"views":[]}')
  expect(await calls.invoke('ExchangeQuery:live', { views: ['BTCUSD'] })).toEqual({ views: [] })
  const [{ headers, ...request }] = sent
  expect(request).toMatchObject({
    protocol: 'https:',
    hostname: 'lambda.eu-central-1.amazonaws.com',
    path: '/2015-03-31/functions/ExchangeQuery%3Alive/invocations',
    body: '{"views":["BTCUSD"]}',
  })
  const { authorization, 'x-amz-date': _, 'x-amz-security-token': __, ...unsigned } = headers
  const signer = await client.config.signer({
    name: 'sigv4',
    signingName: 'lambda',
    signingRegion: 'eu-central-1',
    properties: {},
  } as never)
  const signed = await signer.sign({ ...request, query: {}, headers: unsigned } as never, { signingDate: new Date() })
  expect(authorization).toBe(signed.headers.authorization)
})

test('goes to a configured endpoint', async () => {
  vi.stubEnv('AWS_ENDPOINT_URL_LAMBDA', 'http://127.0.0.1:9001')
  const { sent, calls } = callsOf(200, 'null')
  expect(await calls.invoke('ExchangeQuery', {})).toBeNull()
  expect(sent[0]).toMatchObject({ protocol: 'http:', hostname: '127.0.0.1', port: 9001 })
  expect(sent[0].headers.host).toBe('127.0.0.1:9001')
})

test('tells a function that failed from a call that was refused', async () => {
  const failed = callsOf(200, '{"errorMessage":"defect"}', { 'x-amz-function-error': 'Unhandled' })
  await expect(failed.calls.invoke('ExchangeQuery', {})).rejects.toThrow('ExchangeQuery: {"errorMessage":"defect"}')
  const throttled = callsOf(429, '{}', { 'x-amzn-errortype': 'TooManyRequestsException:http://internal' })
  const cause = await throttled.calls.invoke('ExchangeQuery', {}).catch((error: Error) => error)
  expect([(cause as Error).name, faultOf(cause)]).toEqual(['TooManyRequestsException', 'busy'])
})
