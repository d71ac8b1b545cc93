import { setTimeout as after } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { expect, test, vi } from 'vitest'

/** From runtime.h of V8: runs compiled code of the last stage. */
const OPTIMIZED = 1 << 4

test('after the rehearsal V8 has compiled what makes the sums of lots', async () => {
  // Other tests of this process may have used the modules.
  vi.resetModules()
  const { LotSums } = await import('./lot-sums.ts')
  const { checkBook } = await import('./invariants.ts')
  const { rehearse } = await import('./rehearsal.ts')
  setFlagsFromString('--allow-natives-syntax')
  const statusOf = new Function('code', 'return %GetOptimizationStatus(code)') as (code: unknown) => number
  const { sumLevels, sumChildren } = LotSums.prototype as unknown as Record<string, unknown>
  const areOptimized = () => [sumLevels, sumChildren].map((code) => (statusOf(code) & OPTIMIZED) !== 0)
  expect(areOptimized()).toEqual([false, false])
  const steps = rehearse()
  let step = steps.next()
  for (; step.done !== true; step = steps.next()) await after(20)
  expect(areOptimized()).toEqual([true, true])
  const { asks, bids, orders } = step.value
  expect([asks.levelCount, orders.count, bids.levelCount]).toEqual([500, 500, 0])
  expect(asks.farLook).toBeDefined()
  checkBook(step.value)
})
