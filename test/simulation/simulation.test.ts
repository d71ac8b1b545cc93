/**
 * Runs the simulation with many seeds. `SIMULATION_SEEDS=100000 npx vitest run test/simulation` runs more
 * seeds, and `SIMULATION_SEED=…` repeats one. A failure shows the seed and the first differences.
 */

import { expect, test } from 'vitest'
import { simulate } from './simulation.ts'

const SEEDS = Number(process.env.SIMULATION_SEEDS ?? 1_000)
const ONLY = process.env.SIMULATION_SEED

/** These events must occur in the runs. Without them a pass would prove little. */
const MET = [
  'flush',
  'rollback',
  'damage',
  'undecodable',
  'rebuilds',
  'checkpoints',
  'staleCommits',
  'catchUps',
  'duplicates',
  'failed batches',
  'crashes at cache written',
  'pauses at cache write',
  'pauses at mark write',
  'refused cache written',
  'refused order write',
  'refused trade stream append',
  'refused stream read',
  'refused stream check',
  'refused keep records',
  'one lost',
  'recovering',
  'parked',
  'resumed',
  'given up',
  'caughtUp',
  'refused state enter done',
  'refused state leave',
]

test('after faults, the result is the same as without faults', { timeout: 60_000 + SEEDS * 100 }, async () => {
  const seeds = ONLY === undefined ? Array.from({ length: SEEDS }, (_, i) => i + 1) : [Number(ONLY)]
  const met: Record<string, number> = {}
  for (const seed of seeds) {
    const { problems, counts } = await simulate(seed)
    if (problems.length > 0) expect.fail(`SIMULATION_SEED=${seed}\n${problems.slice(0, 5).join('\n')}`)
    for (const [what, times] of Object.entries(counts)) met[what] = (met[what] ?? 0) + times
  }
  if (seeds.length < 500) return
  for (const what of MET) expect(met[what] ?? 0, what).toBeGreaterThan(0)
})
