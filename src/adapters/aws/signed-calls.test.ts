import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { faultOf } from './backoff.ts'
import { SignedCalls } from './signed-calls.ts'

const BODY = '{"TableName":"Orders","Key":{"orderKey":{"S":"ann/é"}}}'

interface Sent {
  readonly protocol: string
  readonly hostname: string
  readonly port?: number
  readonly path: string
  readonly headers: Record<string, string>
  readonly body: string
}

/** A client whose handler answers `status` and `answer`, and keeps what was sent. */
function clientOf(config: object = {}, status = 200, answer = '{}') {
  const sent: Sent[] = []
  const handle = async (request: Sent) => {
    sent.push(request)
    return {
      response: {
        statusCode: status,
        headers: {},
        body: (async function* () {
          yield Buffer.from(answer)
        })(),
      },
    }
  }
  const client = new DynamoDBClient({
    region: 'eu-central-1',
    credentials: { accessKeyId: 'AKIA', secretAccessKey: 'secret', sessionToken: 'token' },
    requestHandler: { handle } as never,
    ...config,
  })
  return { client, sent, calls: new SignedCalls(client) }
}

/** What the SDK's own signer makes of the same request. */
async function signedBySdk(client: DynamoDBClient, { headers, ...request }: Sent): Promise<Record<string, string>> {
  const { authorization: _, 'x-amz-date': __, 'x-amz-security-token': ___, ...unsigned } = headers
  const signer = await client.config.signer({
    name: 'sigv4',
    signingName: 'dynamodb',
    signingRegion: 'eu-central-1',
    properties: {},
  } as never)
  const whole = { method: 'POST', query: {}, ...request, headers: unsigned }
  return (await signer.sign(whole as never, { signingDate: new Date() })).headers as Record<string, string>
}

describe('a signed call', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['Date'], now: Date.UTC(2026, 10, 26, 9, 30, 5) })
  })
  afterEach(() => {
    vi.useRealTimers()
    vi.unstubAllEnvs()
  })

  test('has the signature of the SDK, with and without a session, and on the next day', async () => {
    for (const credentials of [
      { accessKeyId: 'AKIA', secretAccessKey: 'secret', sessionToken: 'token/+=' },
      { accessKeyId: 'AKIA', secretAccessKey: 'secret' },
    ]) {
      const { client, sent, calls } = clientOf({ credentials })
      for (const days of [0, 1]) {
        vi.setSystemTime(Date.UTC(2026, 10, 26 + days, 23, 59, 59))
        await calls.send('UpdateItem', BODY)
        const [request] = sent.splice(0)
        expect(request.body).toBe(BODY)
        const { authorization } = await signedBySdk(client, request)
        expect(authorization).toMatch(/^AWS4-HMAC-SHA256 Credential=AKIA\/2026112[67]\/eu-central-1\/dynamodb\//)
        expect(request.headers.authorization).toBe(authorization)
      }
    }
  })

  test('signs with new credentials when the provider has them', async () => {
    const words = ['first', 'second']
    const credentials = async () => ({
      accessKeyId: 'AKIA',
      secretAccessKey: words.shift() ?? '',
      expiration: new Date(0),
    })
    const { sent, calls } = clientOf({ credentials })
    await calls.send('UpdateItem', BODY)
    await calls.send('UpdateItem', BODY)
    expect(sent[0].headers.authorization).not.toBe(sent[1].headers.authorization)
  })

  test('goes to the endpoint of the region, of the client, or of the environment', async () => {
    const hosts: string[] = []
    const call = async (config: object = {}) => {
      const { sent, calls } = clientOf(config)
      await calls.send('UpdateItem', BODY)
      const { protocol, hostname, port, path, headers } = sent[0]
      hosts.push(`${protocol}//${hostname}:${port}${path} ${headers.host}`)
    }
    await call()
    await call({ endpoint: 'http://127.0.0.1:8000' })
    vi.stubEnv('AWS_ENDPOINT_URL_DYNAMODB', 'http://localhost:4000')
    await call()
    expect(hosts).toEqual([
      'https://dynamodb.eu-central-1.amazonaws.com:undefined/ dynamodb.eu-central-1.amazonaws.com',
      'http://127.0.0.1:8000/ 127.0.0.1:8000',
      'http://localhost:4000/ localhost:4000',
    ])
  })

  test('throws what the service answered by its name', async () => {
    const answer =
      '{"__type":"com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException","message":"slow"}'
    const failed = await clientOf({}, 400, answer)
      .calls.send('UpdateItem', BODY)
      .catch((cause) => cause)
    expect(failed).toMatchObject({ name: 'ProvisionedThroughputExceededException', message: 'slow' })
    expect(faultOf(failed)).toBe('busy')
    const broken = await clientOf({}, 503, '<html>')
      .calls.send('UpdateItem', BODY)
      .catch((cause) => cause)
    expect(faultOf(broken)).toBe('uncertain')
    const refused = await clientOf({}, 400, '{"__type":"#AccessDeniedException","Message":"no"}')
      .calls.send('UpdateItem', BODY)
      .catch((cause) => cause)
    expect([String(refused), faultOf(refused)]).toEqual(['AccessDeniedException: no', 'refused'])
  })
})
