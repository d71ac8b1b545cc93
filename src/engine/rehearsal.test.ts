import { setTimeout as after } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { expect, test } from 'vitest'
import { checkBook } from './invariants.ts'
import { LotSums } from './lot-sums.ts'
import type { OrderBook } from './order-book.ts'
import { rehearse } from './rehearsal.ts'

/** From runtime.h of V8: runs compiled code of the last stage. */
const OPTIMIZED = 1 << 4

test('after the rehearsal V8 has compiled what makes the sums of lots', async () => {
  setFlagsFromString('--allow-natives-syntax')
  const statusOf = new Function('code', 'return %GetOptimizationStatus(code)') as (code: unknown) => number
  const { sumLevels, sumChildren } = LotSums.prototype as unknown as Record<string, unknown>
  const areOptimized = () => [sumLevels, sumChildren].map((code) => (statusOf(code) & OPTIMIZED) !== 0)
  expect(areOptimized()).toEqual([false, false])
  let book = await rehearsed()
  // V8 compiles on a thread of its own, which may wait long for a busy machine.
  while (areOptimized().includes(false)) book = await rehearsed()
  const { asks, bids, orders } = book
  expect([asks.levelCount, orders.count, bids.levelCount]).toEqual([500, 500, 0])
  expect(asks.farLook).toBeDefined()
  checkBook(book)
})

async function rehearsed(): Promise<OrderBook> {
  const steps = rehearse()
  let step = steps.next()
  for (; step.done !== true; step = steps.next()) await after(20)
  return step.value
}
