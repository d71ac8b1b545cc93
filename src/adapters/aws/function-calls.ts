/**
 * Invokes a Lambda function, and waits for what it returns. The endpoint is that of the region, or
 * AWS_ENDPOINT_URL_LAMBDA. Retries are the caller's.
 */

import { type ClientConfig, SignedHttp } from './signed-http.ts'

/** The function threw, ended or timed out. The text is what Lambda answers: it may be shown to operators only. */
export class FunctionError extends Error {
  override readonly name = 'FunctionError'
}

export class FunctionCalls {
  private readonly http: SignedHttp

  /** `config`: of any client of the SDK. */
  constructor(config: ClientConfig) {
    this.http = new SignedHttp(config, 'lambda')
  }

  /**
   * Resolves with the result. `name`: of the function, its ARN, or `NAME:ALIAS`. Throws FunctionError; ServiceError if
   * Lambda refuses the call; or the error of the socket.
   */
  async invoke<T>(name: string, payload: object): Promise<T> {
    const path = `/2015-03-31/functions/${encodeURIComponent(name)}/invocations`
    const url = new URL(path, endpointOf(await this.http.region()))
    const { headers, text } = await this.http.send('POST', url, JSON.stringify(payload), {
      'content-type': 'application/json',
    })
    if (headers['x-amz-function-error'] !== undefined) throw new FunctionError(`${name}: ${text}`)
    return JSON.parse(text)
  }
}

const endpointOf = (region: string): string =>
  process.env.AWS_ENDPOINT_URL_LAMBDA ??
  `https://lambda.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`
