/** Pipelines requests for a book without a pause, and reads the answers without looking at them. */

import { type Attacker, connections, pipelined } from './attacker.ts'

export interface BookFloodOptions {
  readonly connections?: number
  readonly path?: string
  readonly depth?: number
}

export const bookFlood = (options: BookFloodOptions = {}): Attacker => {
  const { connections: count = 20, path = '/book/BTCUSD?depth=1000', depth = 64 } = options
  const burst = pipelined(path, depth)
  return {
    name: `${count} connections pipeline GET ${path}`,
    start: async (url) =>
      connections(url, count, (socket) => {
        const send = () => {
          while (socket.write(burst));
        }
        socket.resume().on('drain', send)
        send()
      }),
  }
}
