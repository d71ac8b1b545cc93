/**
 * Request ids: the client's id if its characters are safe in a log, otherwise a generated one. A generated id
 * is a random prefix of the process and a counter, so that it is unique among processes and cheap.
 */

import { randomBytes } from 'node:crypto'
import { isRequestId } from '../protocol/command/command-fields.ts'

export class RequestIds {
  private readonly prefix = randomBytes(8).toString('hex')
  private count = 0

  /** The id that the client sent, if it is valid. */
  sent(headers: Headers): string | undefined {
    const id = headers.get('x-request-id')
    return isRequestId(id) ? id : undefined
  }

  next(): string {
    return `${this.prefix}-${(++this.count).toString(36)}`
  }
}
