/**
 * Counts the bytes of bodies that have not arrived completely, over all connections. Small bodies are not counted:
 * the number of connections limits them. If the counted bytes exceed their limit, the body that began first is
 * given up, because honest clients send a body within milliseconds: its request gets `overloaded`.
 */

import { IncomingMessage } from 'node:http'
import { OperationalFailure } from '../protocol/failure.ts'

export interface BodyOptions {
  /** Bytes of all counted bodies together. */
  readonly bytesMax: number
  /** Bytes up to which a body is not counted. */
  readonly smallMax: number
  /** Bytes up to which a body is kept in memory; the bytes above are not kept and not counted. */
  readonly keptMax: number
  /** Called when a body was given up. */
  readonly onGivenUp?: () => void
}

/** The request class for `createServer`. Each class has its own limit. */
export function countedRequest({ bytesMax, smallMax, keptMax, onGivenUp }: BodyOptions): typeof IncomingMessage {
  /** The bytes that count, by request; the body that began first is first. */
  const unfinished = new Map<CountedRequest, number>()
  let bytes = 0

  const count = (request: CountedRequest, length: number): void => {
    const before = unfinished.get(request)
    if (before === undefined) request.once('close', () => forget(request))
    unfinished.set(request, length)
    bytes += length - (before ?? 0)
    for (const oldest of unfinished.keys()) {
      if (bytes <= bytesMax) return
      forget(oldest)
      oldest.giveUp()
      onGivenUp?.()
    }
  }

  const forget = (request: CountedRequest): void => {
    bytes -= unfinished.get(request) ?? 0
    unfinished.delete(request)
  }

  class CountedRequest extends IncomingMessage {
    private bodyBytes = 0
    private givenUp = false

    override push(chunk: Buffer | null, encoding?: BufferEncoding): boolean {
      if (chunk === null) {
        if (this.bodyBytes > smallMax) forget(this)
      } else {
        this.bodyBytes += chunk.length
        if (this.bodyBytes > smallMax && !this.givenUp) count(this, Math.min(this.bodyBytes, keptMax))
      }
      return super.push(chunk, encoding)
    }

    /** The reader of the body gets the failure. A body that nobody reads yet ends with its connection. */
    giveUp(): void {
      this.givenUp = true
      const failure = new OperationalFailure('overloaded', 'too many bodies are unfinished', { retryable: true })
      if (this.listenerCount('error') > 0) this.emit('error', failure)
      else this.socket.destroy()
    }
  }
  return CountedRequest
}
