/**
 * Answers that clients have not read: bytes that the kernel has not taken from the process. A connection whose
 * answer stays unread for too long is closed. If the unread answers of all connections exceed their limit, the
 * connection whose answer is unread for the longest time is closed. Clients that read at once are not affected.
 */

import type { Socket } from 'node:net'

export interface UnreadOptions {
  readonly bytesMax: number
  readonly msMax: number
  /** Called when a connection was closed, with the reason. */
  readonly onClosed?: (reason: 'unread_too_long' | 'unread_too_much') => void
}

interface Unread {
  readonly bytes: number
  readonly sinceMs: number
}

export class UnreadAnswers {
  /** The longest unread is first. */
  private readonly sockets = new Map<Socket, Unread>()
  private bytes = 0
  private timer: NodeJS.Timeout | undefined
  private readonly options: UnreadOptions

  constructor(options: UnreadOptions) {
    this.options = options
  }

  /** The caller calls this after it has written an answer to `socket`. */
  note(socket: Socket): void {
    const bytes = socket.writableLength
    if (bytes === 0 || socket.destroyed) return
    this.forget(socket)
    this.sockets.set(socket, { bytes, sinceMs: performance.now() })
    this.bytes += bytes
    this.timer ??= this.alarm(this.options.msMax)
    for (const oldest of this.sockets.keys()) {
      if (this.bytes <= this.options.bytesMax || oldest === socket) return
      this.close(oldest, 'unread_too_much')
    }
  }

  /** The caller calls this when the answer was read or its connection has ended. */
  forget(socket: Socket): void {
    const unread = this.sockets.get(socket)
    if (unread === undefined) return
    this.sockets.delete(socket)
    this.bytes -= unread.bytes
  }

  private close(socket: Socket, reason: 'unread_too_long' | 'unread_too_much'): void {
    this.forget(socket)
    socket.destroy()
    this.options.onClosed?.(reason)
  }

  private alarm(delayMs: number): NodeJS.Timeout {
    return setTimeout(() => this.closeLate(), delayMs).unref()
  }

  private closeLate(): void {
    this.timer = undefined
    const nowMs = performance.now()
    for (const [socket, { sinceMs }] of this.sockets) {
      const leftMs = sinceMs + this.options.msMax - nowMs
      if (leftMs > 0) {
        this.timer = this.alarm(leftMs)
        return
      }
      this.close(socket, 'unread_too_long')
    }
  }
}
