/** Holds many connections that send nothing, and opens and closes others without a pause. */

import { connect } from 'node:net'
import { type Attacker, connections, lanes } from './attacker.ts'

export interface ConnectionFloodOptions {
  readonly connections?: number
  readonly lanes?: number
}

export const connectionFlood = (options: ConnectionFloodOptions = {}): Attacker => {
  const { connections: count = 2_000, lanes: openers = 20 } = options
  return {
    name: `${count} connections that send nothing, and ${openers} clients that open and close others`,
    start: async (url) => {
      const held = connections(url, count, () => {})
      const { hostname, port } = new URL(url)
      const opening = lanes(
        openers,
        () =>
          new Promise<void>((resolve, reject) => {
            const socket = connect(Number(port), hostname, () => socket.destroy())
            socket.on('error', reject)
            socket.on('close', () => resolve())
          }),
      )
      return {
        closed: held.closed,
        stop: async () => {
          await held.stop()
          await opening.stop()
        },
      }
    },
  }
}
