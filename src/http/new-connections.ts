/**
 * Reads new connections in turns of the event loop. If a turn has read the first requests of so many new connections,
 * it reads no further ones: those that have not sent a request yet wait, and each turn reads a few of them, in order.
 * So a client that trades over an open connection does not wait while thousands of others are read for the first time.
 */

import type { Socket } from 'node:net'

export class NewConnections {
  private readonly perTurn: number
  /** Those that are read and have not sent a request. */
  private readonly read = new Set<Socket>()
  /** Those that wait to be read. */
  private waiting: Socket[] = []
  private arrived = 0
  private scheduled = false

  /** `perTurn`: first requests that a turn reads. */
  constructor(perTurn: number) {
    this.perTurn = perTurn
  }

  /** The caller calls this for each new connection. */
  opened(socket: Socket): void {
    socket.once('close', () => this.read.delete(socket))
    if (this.waiting.length === 0) {
      this.read.add(socket)
      return
    }
    this.waiting.push(socket)
    // The server has just begun to read it, and does so at the end of this step.
    process.nextTick(() => socket.pause())
  }

  /** The caller calls this when the first request of a connection has arrived. */
  sent(socket: Socket): void {
    if (!this.read.delete(socket)) return
    this.arrived++
    this.schedule()
    if (this.arrived < this.perTurn) return
    for (const other of this.read) {
      other.pause()
      this.waiting.push(other)
    }
    this.read.clear()
  }

  private schedule(): void {
    if (this.scheduled) return
    this.scheduled = true
    setImmediate(() => this.turn())
  }

  private turn(): void {
    this.scheduled = false
    this.arrived = 0
    for (const socket of this.waiting.splice(0, this.perTurn)) {
      if (socket.destroyed) continue
      this.read.add(socket)
      socket.resume()
    }
    if (this.waiting.length > 0) this.schedule()
  }
}
