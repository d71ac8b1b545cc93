/**
 * The clients that have not read everything yet, and the bytes that wait for all of them together. Above the limit the
 * client with the most waiting bytes is closed. Clients that read at once are not affected.
 */

import { CLOSE_CODES, type ClientConnection } from './client-connection.ts'

export class WaitingClients {
  private readonly bytesMax: number
  private readonly clients = new Set<ClientConnection>()

  constructor(bytesMax: number) {
    this.bytesMax = bytesMax
  }

  add(client: ClientConnection): void {
    this.clients.add(client)
  }

  remove(client: ClientConnection): void {
    this.clients.delete(client)
  }

  /** Bytes that wait for clients. Closes clients until it is within the limit. */
  check(): number {
    let bytes = 0
    for (const client of this.clients) {
      const { writableLength } = client.socket
      if (writableLength === 0) this.clients.delete(client)
      bytes += writableLength
    }
    if (bytes <= this.bytesMax) return bytes
    const slowest = [...this.clients].sort((a, b) => b.socket.writableLength - a.socket.writableLength)
    for (const client of slowest) {
      if (bytes <= this.bytesMax) break
      bytes -= client.socket.writableLength
      client.close(CLOSE_CODES.slowConsumer, 'slow_consumer')
      // A close frame behind so much would not be read, and would not free the memory.
      client.terminate()
    }
    return bytes
  }
}
