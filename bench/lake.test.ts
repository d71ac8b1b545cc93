import { expect, test } from 'vitest'
import { benchLakeQuery } from './lake/query.ts'
import { benchLake } from './lake.ts'

test('the benchmark of the lake runs on tiny inputs', () => {
  const { rows, bytes } = benchLake({ tiny: true, rounds: 1 })
  expect(rows).toHaveLength(10)
  for (const { what, ns } of rows) expect(ns, what).toBeGreaterThanOrEqual(0)
  expect(bytes).toHaveLength(4)
  for (const { what, bytes: size } of bytes) expect(size, what).toBeGreaterThan(10)
})

test('the benchmark of the query runs on tiny inputs', async () => {
  const { rows, trades, megabytes } = await benchLakeQuery({ tiny: true, rounds: 1 })
  expect(rows.length).toBeGreaterThanOrEqual(1)
  expect(trades).toBe(20_000)
  expect(megabytes).toBeGreaterThan(0)
})
