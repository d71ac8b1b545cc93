/**
 * The calls of API Gateway to the connections of a WebSocket API, which it holds
 * (https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-how-to-call-websocket-api-connections.html).
 * A connection that has ended answers 410, and so does one whose $connect still runs
 * (https://repost.aws/knowledge-center/410-gone-api-gateway).
 */

import type { ConnectionPosts } from '../../ports/connection-posts.ts'
import { invariant } from '../../protocol/assert.ts'
import { SOCKET_FRAME_BYTES_MAX } from '../../protocol/limits.ts'
import { ANSWERING, withBackoff } from './backoff.ts'
import { ServiceError } from './signed-calls.ts'
import { type ClientConfig, SignedHttp } from './signed-http.ts'

const GONE = 410

export class ApiGatewayPosts implements ConnectionPosts {
  private readonly http: SignedHttp
  private readonly endpoint: string

  /** `endpoint`: of the stage, as SOCKET_ENDPOINT. */
  constructor(config: ClientConfig, endpoint: string) {
    this.http = new SignedHttp(config, 'execute-api')
    this.endpoint = endpoint.replace(/\/$/, '')
  }

  async post(connectionId: string, text: string): Promise<'sent' | 'gone'> {
    const bytes = Buffer.byteLength(text)
    invariant(bytes <= SOCKET_FRAME_BYTES_MAX, `a message of ${bytes} bytes does not fit a frame`)
    return (await this.isThere('POST', connectionId, text)) ? 'sent' : 'gone'
  }

  isOpen(connectionId: string): Promise<boolean> {
    return this.isThere('GET', connectionId)
  }

  async close(connectionId: string): Promise<void> {
    await this.isThere('DELETE', connectionId)
  }

  /** A repeated post may arrive twice, which a chain of numbers shows and an answer's id too. */
  private async isThere(method: string, connectionId: string, text = ''): Promise<boolean> {
    const url = new URL(`${this.endpoint}/@connections/${encodeURIComponent(connectionId)}`)
    try {
      const headers = { 'content-type': 'application/octet-stream' }
      await withBackoff(`${method} of a connection`, ANSWERING, () => this.http.send(method, url, text, headers))
      return true
    } catch (cause) {
      if (isGone(cause)) return false
      throw cause
    }
  }
}

/** withBackoff wraps a refusal of the service. */
function isGone(failure: unknown): boolean {
  const cause = failure instanceof Error ? failure.cause : undefined
  return cause instanceof ServiceError && cause.$metadata.httpStatusCode === GONE
}
