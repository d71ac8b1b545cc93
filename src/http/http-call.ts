/**
 * One HTTP request during its processing in a dialect: method, URL, headers, path parameters, the id, and the
 * raw bytes of the body. The body is read only on demand, so that an unauthenticated request costs no memory.
 */

import type { Context } from 'hono'
import { Rejection } from '../protocol/rejection.ts'
import { readBytes } from './request-body.ts'
import type { RequestIds } from './request-ids.ts'
import type { TransportCode } from './transport-codes.ts'

export class HttpCall {
  readonly request: Request
  /** The id that the client sent. Commands of the request include it. */
  readonly clientRequestId: string | undefined
  /** The id that the answer repeats: the client's, or a generated one. */
  readonly requestId: string
  /** When its headers had arrived, by `performance.now()`. */
  readonly arrivedMs = performance.now()
  private readonly context: Context | undefined
  private body: Uint8Array<ArrayBuffer> | undefined

  /** `context` is absent for a request that has no route. */
  constructor(request: Request, ids: RequestIds, context?: Context) {
    this.request = request
    this.clientRequestId = ids.sent(request.headers)
    this.requestId = this.clientRequestId ?? ids.next()
    this.context = context
    this.body = undefined
  }

  get method(): string {
    return this.request.method
  }

  /** The whole URL, unchanged. */
  get url(): string {
    return this.request.url
  }

  /** The query, unchanged, without the question mark. */
  get queryText(): string {
    const { url } = this.request
    const mark = url.indexOf('?')
    return mark < 0 ? '' : url.slice(mark + 1)
  }

  get headers(): Headers {
    return this.request.headers
  }

  /** A decoded part of the path. */
  param(name: string): string {
    return this.context?.req.param(name) as string
  }

  /** The raw body. May be called again. Rejections: body_too_large, incomplete_body. */
  async bytes(bytesMax: number): Promise<Uint8Array<ArrayBuffer> | Rejection<TransportCode>> {
    if (this.body !== undefined) return this.body
    const bytes = await readBytes(this.request, bytesMax)
    if (!(bytes instanceof Rejection)) this.body = bytes
    return bytes
  }
}
