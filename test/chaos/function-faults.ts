/** Functions that are killed, most often while they work. */

import type { LocalFunction } from '../../src/entrypoints/aws-local/local-function.ts'
import type { LocalStack } from '../../src/entrypoints/aws-local/local-stack.ts'
import { countDone, type Fault, pause, until } from './chaos-world.ts'

const KILLS_MAX = 3
const BUSY_WITHIN_MS = 5_000

const killed = (name: string, of: (stack: LocalStack) => LocalFunction): Fault => ({
  name: `${name} killed`,
  effect: 'invocations ended',
  seen: ({ done }) => done.get(name) ?? 0,
  cause: async (world) => {
    const { random } = world
    let ended = 0
    for (let left = 1 + random.below(KILLS_MAX); left > 0; left--) {
      const target = of(world.stack)
      await until(() => target.busy, 0, BUSY_WITHIN_MS)
      // At any point of its work, not always at the first.
      await pause(random.below(30))
      ended += target.kill()
    }
    countDone(world, name, ended)
    return `${ended} at work`
  },
})

export const FUNCTION_FAULTS: readonly Fault[] = [
  killed('matcher', ({ matcher }) => matcher),
  killed('ingest', ({ ingest }) => ingest),
  killed('query', ({ query }) => query),
]
