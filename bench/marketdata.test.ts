import { expect, test } from 'vitest'
import { benchMarketData } from './marketdata.ts'

test('the benchmark of market data runs on tiny inputs', () => {
  const rows = benchMarketData({ tiny: true, rounds: 1 })
  expect(rows).toHaveLength(11)
  for (const { what, ns } of rows) expect(ns, what).toBeGreaterThanOrEqual(0)
})
