/** The server for comparison: `ws` alone. It sends the given texts to all clients, again and again. */

import { type WebSocket, WebSocketServer } from 'ws'

/** A client with more unread bytes is left out of a tick, as the exchange would combine its updates. */
const WAITING_MAX = 64 * 1024

const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false, clientTracking: true })
let texts: Buffer[] = []

function tick(): void {
  for (const client of server.clients as Set<WebSocket>) {
    if (client.bufferedAmount > WAITING_MAX) continue
    for (const text of texts) client.send(text, { binary: false })
  }
  if (texts.length > 0) setImmediate(tick)
}

server.on('listening', () => process.send?.((server.address() as { port: number }).port))
process.on('message', (sent: readonly string[]) => {
  const idle = texts.length === 0
  texts = sent.map((text) => Buffer.from(text))
  if (idle) tick()
})
process.on('disconnect', () => process.exit(0))
