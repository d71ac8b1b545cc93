/**
 * Request ids: the client's own if it is harmless in a log, else a made one. Made ids are unique
 * among processes by a random start and cost a counter each.
 */

import { randomBytes } from 'node:crypto'
import { REQUEST_ID_PATTERN } from '../protocol/limits.ts'

export class RequestIds {
  private readonly prefix = randomBytes(8).toString('hex')
  private count = 0

  /** The id that the client sent, if it may be used. */
  sent(headers: Headers): string | undefined {
    const id = headers.get('x-request-id')
    return id !== null && REQUEST_ID_PATTERN.test(id) ? id : undefined
  }

  next(): string {
    return `${this.prefix}-${(++this.count).toString(36)}`
  }
}
