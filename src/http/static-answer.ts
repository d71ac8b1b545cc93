/**
 * A page or file that does not change while the process runs. Its bytes are in memory once, for all requests
 * together. A client that already has them gets 304 without a body.
 */

import { createHash } from 'node:crypto'
import type { Answer } from './answer-response.ts'

export class StaticAnswer {
  private readonly whole: Answer
  private readonly unchanged: Answer
  private readonly tag: string

  /** `cacheControl` says how long a client may use its copy without asking. */
  constructor(
    content: string | Uint8Array<ArrayBuffer>,
    contentType: string,
    cacheControl: string,
    more: Readonly<Record<string, string>> = {},
  ) {
    const body = typeof content === 'string' ? new TextEncoder().encode(content) : content
    this.tag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`
    const headers = { ...more, 'Cache-Control': cacheControl, ETag: this.tag }
    this.whole = { status: 200, body, contentType, headers }
    this.unchanged = { status: 304, body: null, contentType, headers }
  }

  /** The answer to a request with these headers. */
  answer(headers: Headers): Answer {
    const known = headers.get('if-none-match')
    return known !== null && (known === '*' || known.includes(this.tag)) ? this.unchanged : this.whole
  }
}
