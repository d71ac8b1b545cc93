import { expect, test } from 'vitest'
import { RecentMaximum } from './recent-maximum.ts'

test('two readers see the same, and a value counts for a minute', () => {
  const maximum = new RecentMaximum()
  expect(maximum.at(3)).toBe(0)
  maximum.note(7, 10_000)
  maximum.note(2, 30_000)
  expect([maximum.at(30_000), maximum.at(30_001), maximum.at(64_999)]).toEqual([7, 7, 7])
  expect(maximum.at(70_000)).toBe(2)
  expect(maximum.at(90_000)).toBe(0)
})

test('values after a long pause', () => {
  const maximum = new RecentMaximum()
  maximum.note(7, 1_000)
  maximum.note(1, 10_000_000)
  expect(maximum.at(10_000_000)).toBe(1)
  expect(maximum.at(20_000_000)).toBe(0)
})
