/** What a fault may touch: the local stack, an administrator's connection to Redis, and random choices. */

import type { Redis } from 'ioredis'
import type { LocalStack } from '../../src/entrypoints/aws-local/local-stack.ts'
import type { Random } from '../e2e/random.ts'
import type { LogMetrics } from './log-metrics.ts'

export interface ChaosWorld {
  readonly stack: LocalStack
  readonly redis: Redis
  readonly random: Random
  readonly metrics: LogMetrics
  /** Counts of what was done, by name. */
  readonly done: Map<string, number>
}

export function countDone({ done }: Pick<ChaosWorld, 'done'>, what: string, times = 1): void {
  done.set(what, (done.get(what) ?? 0) + times)
}

export const pause = (delayMs: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, delayMs))

const LOOK_MS = 20

/** Waits at least `minMs`, and then until `holds`, but not longer than `maxMs`. A busy machine needs longer to notice. */
export async function until(holds: () => boolean | Promise<boolean>, minMs: number, maxMs: number): Promise<void> {
  const startMs = Date.now()
  await pause(minMs)
  while (Date.now() - startMs < maxMs && !(await holds())) await pause(LOOK_MS)
}

/** A fault that a run causes from time to time. */
export interface Fault {
  readonly name: string
  /** Causes it, and ends it. Returns what was done, for the line of progress. */
  cause(world: ChaosWorld): Promise<string>
  /** How often an effect was seen: in the logs, or by what was ended. 0: the fault has proved nothing. */
  seen(world: ChaosWorld): number
  /** The effect, for the table. */
  readonly effect: string
}
