/**
 * Signed requests to services that are called by path, sent by a handler of the SDK. The SDK's own client would be one
 * more package for each service, and needs 0.3 ms of processor time for a call (signed-calls.ts).
 */

import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { RequestSigner } from './request-signature.ts'
import { ServiceError, textOf } from './signed-calls.ts'

/** The configuration of any client of the SDK: credentials, region and handler do not depend on the service. */
export type ClientConfig = Pick<DynamoDBClient['config'], 'region' | 'credentials' | 'requestHandler'>

export interface HttpAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly text: string
}

export class SignedHttp {
  private readonly config: ClientConfig
  private readonly signer: RequestSigner

  /** `service`: its name in signatures. */
  constructor(config: ClientConfig, service: string) {
    this.config = config
    this.signer = new RequestSigner(service)
  }

  region(): Promise<string> {
    return this.config.region()
  }

  /** Any answer with a status below 300. Throws {@link ServiceError} for others, or the error of the socket. */
  async send(method: string, url: URL, body: string, headers: Readonly<Record<string, string>>): Promise<HttpAnswer> {
    const { protocol, hostname, port, host, pathname: path } = url
    const [region, credentials] = await Promise.all([this.region(), this.config.credentials()])
    const signed = this.signer.headers({ method, host, path, region, body, headers }, credentials, Date.now())
    const to = { method, protocol, hostname, port: port === '' ? undefined : Number(port), path, query: {} }
    // A length is not sent without a body.
    const request = { ...to, headers: signed, ...(body !== '' && { body }) }
    const { response } = await this.config.requestHandler.handle(request as never)
    const text = await textOf(response.body)
    const { statusCode: status } = response
    if (status >= 300) throw new ServiceError(errorName(response.headers), text, status)
    return { status, headers: response.headers, text }
  }
}

/** `TooManyRequestsException:http://…` */
const errorName = (headers: Readonly<Record<string, string | undefined>>): string =>
  (headers['x-amzn-errortype'] ?? 'UnknownError').split(':')[0]
