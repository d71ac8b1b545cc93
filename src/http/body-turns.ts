/**
 * Reads large bodies in turns of the event loop: one read of at most 64 KiB of a body, then those of others; each turn
 * does a few. Without turns Node reads up to 2 MiB of a connection before it looks at the next one. A body that is not
 * needed, because its request has been answered, is read in the same way and forgotten.
 */

import type { IncomingMessage } from 'node:http'
import { TurnQueue } from './turn-queue.ts'

export interface BodyTurnOptions {
  /** Reads of large bodies in one turn. */
  readonly perTurn: number
  /** Bytes up to which a body is small, and read at once. */
  readonly smallMax: number
}

/** `base` with the turns. */
export function readInTurns(base: typeof IncomingMessage, options: BodyTurnOptions): typeof IncomingMessage {
  const turns = new TurnQueue(options.perTurn)

  class TurnRequest extends base {
    private bytes = 0
    /** Its next read waits for its turn. */
    private held = false
    /** Its reader wants more. */
    private wanted = false

    override push(chunk: Buffer | null, encoding?: BufferEncoding): boolean {
      const more = super.push(chunk, encoding)
      if (chunk === null) return more
      this.bytes += chunk.length
      if (this.bytes <= options.smallMax) return more
      if (!this.held) {
        this.held = true
        turns.addLater(() => this.release())
      }
      // Node stops reading the socket.
      return false
    }

    override _read(size: number): void {
      if (this.held) this.wanted = true
      else super._read(size)
    }

    /** Node calls it when the answer is complete and nobody has read the body. */
    _dump(): void {
      this.removeAllListeners('data')
      this.resume()
    }

    private release(): void {
      this.held = false
      if (!this.wanted) return
      this.wanted = false
      super._read(0)
    }
  }
  return TurnRequest
}
