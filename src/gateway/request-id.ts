/**
 * Request ids: the client's own if it is harmless in a log, else a made one. Made ids are unique
 * among processes by a random start and cost a counter each.
 */

import { randomBytes } from 'node:crypto'

const CLIENT_ID = /^[A-Za-z0-9._-]{1,64}$/

export class RequestIds {
  private readonly prefix = randomBytes(8).toString('hex')
  private count = 0

  /** The id that the client sent, if it may be used. */
  sent(headers: Headers): string | undefined {
    const id = headers.get('x-request-id')
    return id !== null && CLIENT_ID.test(id) ? id : undefined
  }

  next(): string {
    return `${this.prefix}-${(++this.count).toString(36)}`
  }

  of(headers: Headers): string {
    return this.sent(headers) ?? this.next()
  }
}
