/** Functions that are killed while they work. */

import { WebSocket } from 'ws'
import type { LocalFunction } from '../../src/entrypoints/aws-local/local-function.ts'
import type { LocalStack } from '../../src/entrypoints/aws-local/local-stack.ts'
import { countDone, type Fault, pause, until } from './chaos-world.ts'

const KILLS_MAX = 3
/** The work may end just before the signal. */
const TRIES_MAX = 20
const BUSY_WITHIN_MS = 5_000
/** At any point of its work, not always at the first. */
const WORKING_MS = 30

/** `employ` gives the function work, if clients do it too rarely. */
const killed = (
  name: string,
  of: (stack: LocalStack) => LocalFunction,
  employ: (stack: LocalStack) => void = () => {},
): Fault => ({
  name: `${name} killed`,
  effect: 'invocations ended',
  seen: ({ done }) => done.get(name) ?? 0,
  cause: async (world) => {
    const { stack, random } = world
    const target = of(stack)
    let left = 1 + random.below(KILLS_MAX)
    let ended = 0
    for (let tries = 1; left > 0 && tries <= TRIES_MAX; tries++) {
      employ(stack)
      await until(() => target.busy, 0, BUSY_WITHIN_MS)
      await pause(random.below(WORKING_MS))
      const atWork = target.kill()
      ended += atWork
      if (atWork > 0) left--
    }
    countDone(world, name, ended)
    return `${ended} at work`
  },
})

/** Every follower gets its messages from it. */
const notifier = ({ market }: LocalStack) => market?.notifier as LocalFunction

/** A new connection, and one message. */
function connectOnce({ socketUrl }: LocalStack): void {
  const socket = new WebSocket(socketUrl as string)
  socket.on('open', () => socket.send('{"id":1,"op":"ping"}'))
  socket.on('message', () => socket.close())
  socket.on('error', () => {})
}

export const FUNCTION_FAULTS: readonly Fault[] = [
  killed('matcher', ({ matcher }) => matcher),
  killed('ingest', ({ ingest }) => ingest),
  killed(
    'query',
    ({ query }) => query,
    ({ url }) => void fetch(`${url}/orders?limit=10`).catch(() => {}),
  ),
  killed('notifier', notifier),
  killed('connect', ({ market }) => market?.connect as LocalFunction, connectOnce),
  killed('message', ({ market }) => market?.message as LocalFunction, connectOnce),
]
