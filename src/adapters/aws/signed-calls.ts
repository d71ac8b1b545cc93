/**
 * Calls of DynamoDB in their JSON form, signed here and sent by the client's own handler. The SDK needs 0.3 ms of
 * processor time for a call, which limits one processor to 3,000 orders a second. A call needs a fifth of that here.
 * Credentials, region, endpoint, sockets and time limits are the client's. Retries are the caller's.
 */

import { createHash, createHmac } from 'node:crypto'
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'

/** An error that the service answered, with the name that the SDK gives it. */
export class ServiceError extends Error {
  readonly $metadata: { readonly httpStatusCode: number }

  constructor(name: string, message: string, httpStatusCode: number) {
    super(message)
    this.name = name
    this.$metadata = { httpStatusCode }
  }
}

interface Endpoint {
  readonly protocol: string
  readonly hostname: string
  readonly port: number | undefined
  readonly path: string
  /** As the header has it. */
  readonly host: string
  readonly region: string
}

interface SigningKey {
  readonly secret: string
  readonly scope: string
  readonly key: Buffer
}

const API = 'DynamoDB_20120810'
const SERVICE = 'dynamodb'
const CONTENT_TYPE = 'application/x-amz-json-1.0'
const SIGNED = 'content-type;host;x-amz-content-sha256;x-amz-date;x-amz-target'
const SIGNED_WITH_TOKEN = 'content-type;host;x-amz-content-sha256;x-amz-date;x-amz-security-token;x-amz-target'

export class SignedCalls {
  private readonly config: DynamoDBClient['config']
  private endpoint: Promise<Endpoint> | undefined
  private signingKey: SigningKey | undefined

  constructor(client: DynamoDBClient) {
    this.config = client.config
  }

  /**
   * Resolves with the answer. `input`: the call in JSON, or its text. Bytes are not supported. Throws
   * {@link ServiceError}, or the error of the socket.
   */
  async send<T>(operation: string, input: object | string): Promise<T> {
    const body = typeof input === 'string' ? input : JSON.stringify(input)
    this.endpoint ??= this.resolveEndpoint()
    const endpoint = await this.endpoint
    const headers = await this.headers(endpoint, operation, body)
    const { protocol, hostname, port, path } = endpoint
    const request = { method: 'POST', protocol, hostname, port, path, query: {}, headers, body }
    const { response } = await this.config.requestHandler.handle(request as never)
    const answer = await textOf(response.body)
    if (response.statusCode !== 200) throw errorIn(answer, response.statusCode)
    return JSON.parse(answer)
  }

  /** Signature version 4. */
  private async headers(
    { host, path, region }: Endpoint,
    operation: string,
    body: string,
  ): Promise<Record<string, string>> {
    const { accessKeyId, secretAccessKey, sessionToken } = await this.config.credentials()
    const time = new Date(Date.now() + this.config.systemClockOffset).toISOString().replace(/-|:|\.\d+/g, '')
    const target = `${API}.${operation}`
    const names = sessionToken === undefined ? SIGNED : SIGNED_WITH_TOKEN
    const token = sessionToken === undefined ? '' : `x-amz-security-token:${sessionToken}\n`
    const digest = sha256(body)
    const canonical =
      `POST\n${path}\n\ncontent-type:${CONTENT_TYPE}\nhost:${host}\nx-amz-content-sha256:${digest}\n` +
      `x-amz-date:${time}\n${token}x-amz-target:${target}\n\n${names}\n${digest}`
    const scope = `${time.slice(0, 8)}/${region}/${SERVICE}/aws4_request`
    if (this.signingKey?.secret !== secretAccessKey || this.signingKey.scope !== scope) {
      this.signingKey = { secret: secretAccessKey, scope, key: signingKeyOf(secretAccessKey, scope) }
    }
    const signature = hmac(this.signingKey.key, `AWS4-HMAC-SHA256\n${time}\n${scope}\n${sha256(canonical)}`)
    return {
      host,
      'content-type': CONTENT_TYPE,
      'x-amz-content-sha256': digest,
      'x-amz-date': time,
      'x-amz-target': target,
      ...(sessionToken !== undefined && { 'x-amz-security-token': sessionToken }),
      authorization: `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${scope}, SignedHeaders=${names}, Signature=${signature.toString('hex')}`,
    }
  }

  /** A configured endpoint, by code or environment, or that of the region. */
  private async resolveEndpoint(): Promise<Endpoint> {
    const { config } = this
    const region = await config.region()
    const configured = config.endpoint === undefined ? await config.serviceConfiguredEndpoint?.() : undefined
    if (config.endpoint !== undefined) {
      const { protocol, hostname, port, path } = await config.endpoint()
      return endpointOf(new URL(`${protocol}//${hostname}${port === undefined ? '' : `:${port}`}${path}`), region)
    }
    const [UseDualStack, UseFIPS] = await Promise.all([config.useDualstackEndpoint(), config.useFipsEndpoint()])
    const found = configured ?? config.endpointProvider({ Region: region, UseDualStack, UseFIPS }).url.href
    return endpointOf(new URL(found), region)
  }
}

const endpointOf = ({ protocol, hostname, port, pathname, host }: URL, region: string): Endpoint => ({
  protocol,
  hostname,
  port: port === '' ? undefined : Number(port),
  path: pathname,
  host,
  region,
})

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')
const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest()

const signingKeyOf = (secret: string, scope: string): Buffer =>
  scope.split('/').reduce<string | Buffer>((key, part) => hmac(key, part), `AWS4${secret}`) as Buffer

async function textOf(body: AsyncIterable<Uint8Array>): Promise<string> {
  const parts: Uint8Array[] = []
  for await (const part of body) parts.push(part)
  return Buffer.concat(parts).toString()
}

function errorIn(answer: string, statusCode: number): ServiceError {
  try {
    const { __type, message, Message } = JSON.parse(answer)
    const name = String(__type).split('#')
    return new ServiceError(name[name.length - 1], message ?? Message ?? '', statusCode)
  } catch {
    return new ServiceError('UnknownError', answer, statusCode)
  }
}
