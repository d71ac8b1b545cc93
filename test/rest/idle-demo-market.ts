/** A demo market that never runs: a start is answered with a refusal. */

import type { DemoMarket, DemoRefusal } from '../../src/ports/demo-market.ts'

export function idleDemoMarket(refusal: DemoRefusal = 'running'): DemoMarket {
  const status = () => ({
    running: false,
    settings: { seed: 1, rate: 50 },
    run: 0,
    startedAtMs: undefined,
    commands: 0,
    rejected: 0,
    failure: undefined,
  })
  return { status, start: async () => refusal, stop: async () => status() }
}
