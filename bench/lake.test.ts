import { expect, test } from 'vitest'
import { benchLake } from './lake.ts'

test('the benchmark of the lake runs on tiny inputs', () => {
  const { rows, bytes } = benchLake({ tiny: true, rounds: 1 })
  expect(rows).toHaveLength(10)
  for (const { what, ns } of rows) expect(ns, what).toBeGreaterThanOrEqual(0)
  expect(bytes).toHaveLength(4)
  for (const { what, bytes: size } of bytes) expect(size, what).toBeGreaterThan(10)
})
