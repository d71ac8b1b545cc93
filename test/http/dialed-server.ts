/** A server under test and raw connections to it, which end with the test. */

import type { Server } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'

/** Listens on a free port. Returns a function that opens a connection. */
export async function dialed(server: Server): Promise<() => Promise<Socket>> {
  const sockets: Socket[] = []
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
    server.closeAllConnections()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return () =>
    new Promise((resolve) => {
      const socket = connect(port, '127.0.0.1', () => resolve(socket))
      socket.on('error', () => {})
      sockets.push(socket)
    })
}

/** Counts the turns of the event loop until the test ends. Returns a function that says which turn it is. */
export function countedTurns(): () => number {
  let turn = 0
  let next: NodeJS.Immediate
  const count = () => {
    turn++
    next = setImmediate(count)
  }
  count()
  onTestFinished(() => clearImmediate(next))
  return () => turn
}

/** Resolves with the text that a socket has received when it contains `end`. */
export function until(socket: Socket, end: string): Promise<string> {
  let text = ''
  return new Promise((resolve) =>
    socket.on('data', (chunk) => {
      text += chunk
      if (text.includes(end)) resolve(text)
    }),
  )
}
