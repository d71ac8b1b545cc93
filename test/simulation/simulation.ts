/**
 * Runs the production matcher of a shard with faults. A seed decides the content of the stream, its delivery
 * and the faults. Records are delivered at least once and in order within a shard, as by Lambda's event source
 * mapping. Invocations crash, or are given up and continue late. The cache is emptied or returns to an earlier
 * state. Every port fails from time to time. After the faults end, the remaining records are delivered and
 * paused invocations continue. The result must then be the same as without faults.
 */

import { SimulatedMapping } from './simulated-mapping.ts'
import { type Planted, SimulatedWorld } from './simulated-world.ts'

export interface RunResult {
  readonly problems: readonly string[]
  readonly hash: string
  /** How often each fault happened, so that a test can check that the faults occur. */
  readonly counts: Readonly<Record<string, number>>
}

const STEPS_MAX = 60_000

export async function simulate(seed: number, planted: Planted = {}): Promise<RunResult> {
  const world = new SimulatedWorld(seed, planted)
  const { scheduler, published, counts } = world
  const mapping = new SimulatedMapping(world)
  const isDone = (): boolean => published.states.size === 0 && mapping.isDone
  while (scheduler.step < STEPS_MAX) {
    world.disturb()
    mapping.deliver()
    if (!(await scheduler.next((_, label) => world.fate(label))) && isDone()) break
  }
  const stuck = [`not done after ${STEPS_MAX} steps`, ...new Set(published.faults)]
  return { problems: isDone() ? await world.problems() : stuck, hash: scheduler.hash(), counts }
}
