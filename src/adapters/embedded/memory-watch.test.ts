import { expect, test } from 'vitest'
import { type MemoryReadings, MemoryWatch, memoryUse } from './memory-watch.ts'

const GB = 1024 ** 3
const MB = 1024 ** 2
const machine = (liveHeapBytes: number, arrayBytes: number, memoryBytes = 8 * GB): MemoryReadings => ({
  liveHeapBytes,
  heapLimitBytes: memoryBytes / 2,
  arrayBytes,
  fixedBytes: 0,
  otherBytes: 0,
  memoryBytes,
})

test('arrays may double, besides the heap and a reserve', () => {
  expect(memoryUse(machine(0, 0))).toBe(0)
  expect(memoryUse(machine(0.5 * GB, 3.625 * GB))).toBeCloseTo(1, 10)
  // On a small machine the reserve is a quarter.
  expect(memoryUse(machine(0, 96 * MB, 256 * MB))).toBeCloseTo(1, 10)
})

test('arrays that never grow count once', () => {
  const half = 3.875 * GB
  expect(memoryUse({ ...machine(0, half), fixedBytes: half })).toBeCloseTo(0.5, 10)
  const watch = new MemoryWatch(
    5,
    () => {},
    () => machine(0, half),
  )
  watch.noteFixed(half / 2)
  watch.noteFixed(half / 4)
  watch.sample()
  expect(watch.use).toBeCloseTo(0.625, 10)
})

test('the books that the lake has while it catches up count once, and not after it', () => {
  const part = (8 * GB - 256 * MB) / 4
  expect(memoryUse({ ...machine(0, part), otherBytes: part })).toBeCloseTo(0.75, 10)
  const watch = new MemoryWatch(
    5,
    () => {},
    () => machine(0, part),
  )
  watch.otherBytes = 2 * part
  watch.sample()
  expect([watch.use, watch.hasRoom()]).toEqual([1, false])
  watch.otherBytes = 0
  watch.sample()
  expect([watch.use, watch.hasRoom()]).toEqual([0.5, true])
})

test('objects may take seven tenths of the limit of the heap', () => {
  expect(memoryUse(machine(0.7 * 4 * GB, 0))).toBeCloseTo(1, 10)
  expect(memoryUse(machine(0.35 * 4 * GB, 0))).toBeCloseTo(0.5, 10)
})

test('says when memory becomes low, full and free again, once each', () => {
  let arrayBytes = 0
  const states: string[] = []
  const watch = new MemoryWatch(
    5,
    (state) => states.push(state),
    () => machine(0, arrayBytes),
  )
  const at = (share: number): boolean => {
    arrayBytes = (share * (8 * GB - 256 * MB)) / 2
    watch.sample()
    watch.sample()
    return watch.hasRoom()
  }
  expect([at(0.5), at(0.8), at(1), at(0.98), at(0.96), at(1.1), at(0.1)]).toEqual([
    ...[true, true, false, false, true, false, true],
  ])
  expect(states).toEqual(['low', 'full', 'low', 'full', 'ok'])
})

test('measures after 5,000 orders, without waiting for the timer', () => {
  let arrayBytes = 0
  const watch = new MemoryWatch(
    5,
    () => {},
    () => machine(0, arrayBytes),
  )
  arrayBytes = 8 * GB
  let accepted = 0
  while (watch.hasRoom()) accepted++
  expect(accepted).toBe(4_999)
})

test('a small heap holds fewer events that are not stored', () => {
  const eventsMax = (memoryBytes: number) =>
    new MemoryWatch(
      5,
      () => {},
      () => machine(0, 0, memoryBytes),
    ).uncommittedEventsMax
  expect(eventsMax(16 * GB)).toBe(1_000_000)
  expect(eventsMax(0.5 * GB)).toBe(107_374)
})

test('reads the memory of this process', () => {
  const watch = new MemoryWatch(5, () => {})
  watch.sample()
  expect(watch.use).toBeGreaterThan(0)
  expect(watch.use).toBeLessThan(1)
  expect(watch.uncommittedEventsMax).toBeGreaterThan(10_000)
})
