/** The wakes of a check: as many in a second as the limit of all joins accepts. */

import { expect, test } from 'vitest'
import type { LatePush } from '../../ports/late-pushes.ts'
import { wakeLatePushes } from './wake-late-pushes.ts'

test('all that is late is woken, and waits for the limit of joins', async () => {
  const notes = Array.from({ length: 250 }, (_, i): LatePush => ({ symbol: 'BTCUSD', account: `account-${i}` }))
  const woken: LatePush[] = []
  const pauses: number[] = []
  const answers = [0, 700, 300, 0, 0]
  const counts: number[] = []
  const admit = async (count: number) => {
    counts.push(count)
    return answers.shift() ?? 0
  }
  const wake = async (late: readonly LatePush[]) => void woken.push(...late)
  const pause = async (delayMs: number) => void pauses.push(delayMs)
  expect(await wakeLatePushes({ late: { all: async () => notes }, joins: { admit, wake }, pause })).toBe(250)
  expect(woken).toEqual(notes)
  expect([counts, pauses]).toEqual([
    [100, 100, 100, 100, 50],
    [700, 300],
  ])
})

test('without anything late nothing is counted', async () => {
  const never = async (): Promise<never> => {
    throw new Error('nothing is late')
  }
  const ports = { late: { all: async () => [] }, joins: { admit: never, wake: never }, pause: never }
  expect(await wakeLatePushes(ports)).toBe(0)
})
