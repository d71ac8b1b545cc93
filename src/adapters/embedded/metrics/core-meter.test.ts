import { expect, test } from 'vitest'
import { MemorySnapshots, MemoryStore } from '../../../../test/contracts/memory-ports.ts'
import type { Commit } from '../../../ports/commit-store.ts'
import { CoreMeter } from './core-meter.ts'
import { Distribution } from './distribution.ts'
import { ThreadMeter } from './thread-meter.ts'

const COMMIT: Commit = { from: '', to: '7', rules: 1, orders: [], trades: [] }

const countOf = ({ counts }: { readonly counts: Float64Array }): number => counts.reduce((sum, each) => sum + each, 0)

test('a distribution counts a value at its bound, and larger ones at the end', () => {
  const distribution = new Distribution([1, 10])
  for (const value of [0, 1, 1.5, 10, 11]) distribution.observe(value)
  expect(distribution.counts()).toEqual({ bounds: [1, 10], counts: Float64Array.of(2, 2, 1), sum: 23.5 })
  expect(() => new Distribution([1, 1])).toThrow('the bounds ascend')
})

test('counts the commits that succeed and those that fail, and passes the failure on', async () => {
  const meter = new CoreMeter()
  const memory = new MemoryStore()
  const store = meter.storeOf(memory)
  await store.commit(COMMIT)
  await expect(store.commit(COMMIT)).rejects.toThrow('at 7')
  expect(await store.appliedPosition()).toBe('7')
  const { commit, commitFailures } = meter.counts()
  expect([countOf(commit), commitFailures]).toEqual([1, 1])
})

test('knows the newest snapshot, also that of an earlier process', async () => {
  const meter = new CoreMeter({ commands: 3, bytes: 5, savedAtMs: 1 })
  expect(meter.counts().snapshot).toEqual({ commands: 3, bytes: 5, savedAtMs: 1 })
  const memory = new MemorySnapshots()
  const snapshots = meter.snapshotsOf(memory)
  await snapshots.save({ position: '0000000000000007', bytes: new Uint8Array(9) })
  expect(meter.counts().snapshot).toMatchObject({ commands: 7, bytes: 9 })
  expect(countOf(meter.counts().snapshotSave)).toBe(1)
  expect(await snapshots.latest('0000000000000008')).toMatchObject({ position: '0000000000000007' })
})

test('a thread that is held up has a delay', async () => {
  const meter = new ThreadMeter()
  const untilMs = performance.now() + 60
  while (performance.now() < untilMs);
  await expect.poll(() => countOf(meter.measurements().delay), { timeout: 30_000 }).toBeGreaterThan(0)
  const { delay, busySeconds } = meter.measurements()
  // The timer of 10 ms was at least 40 ms late.
  expect(delay.sum).toBeGreaterThan(0.04)
  expect(busySeconds).toBeGreaterThan(0)
})
