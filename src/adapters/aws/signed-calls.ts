/**
 * Calls of DynamoDB in their JSON form, signed here and sent by the client's own handler. The SDK needs 0.3 ms of
 * processor time for a call, which limits one processor to 3,000 orders a second. A call needs a fifth of that here.
 * Credentials, region, endpoint, sockets and time limits are the client's. Retries are the caller's.
 */

import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { RequestSigner } from './request-signature.ts'

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

const API = 'DynamoDB_20120810'
const SERVICE = 'dynamodb'
const CONTENT_TYPE = 'application/x-amz-json-1.0'

export class SignedCalls {
  private readonly config: DynamoDBClient['config']
  private endpoint: Promise<Endpoint> | undefined
  private readonly signer = new RequestSigner(SERVICE)

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

  private async headers(
    { host, path, region }: Endpoint,
    operation: string,
    body: string,
  ): Promise<Record<string, string>> {
    const headers = { 'content-type': CONTENT_TYPE, 'x-amz-target': `${API}.${operation}` }
    const request = { method: 'POST', host, path, region, body, headers }
    return this.signer.headers(request, await this.config.credentials(), Date.now() + this.config.systemClockOffset)
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

export async function textOf(body: AsyncIterable<Uint8Array>): Promise<string> {
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
