import { expect, test } from 'vitest'
import { parseMetrics } from '../../feed/prometheus-text.ts'
import { quantileOf, rateOf, ratesBy, sumOf } from './metric-math.ts'

const reading = (atMs: number, text: string) => ({ atMs, metrics: parseMetrics(text) })

test('a rate is the growth in a second, and not known after a restart or without the metric', () => {
  const before = reading(1_000, 'a_total{k="x"} 10\na_total{k="y"} 1')
  const now = reading(3_000, 'a_total{k="x"} 30\na_total{k="y"} 2\na_total{k="z"} 4')
  expect(rateOf(now, before, 'a_total')).toBe(12.5)
  expect(rateOf(now, before, 'a_total', ({ k }) => k === 'x')).toBe(10)
  expect([...ratesBy(now, before, 'a_total', 'k')]).toEqual([
    ['x', 10],
    ['y', 0.5],
    ['z', 2],
  ])
  expect(rateOf(before, now, 'a_total')).toBeUndefined()
  expect(rateOf(reading(4_000, 'a_total 0'), now, 'a_total')).toBeUndefined()
  expect(rateOf(now, before, 'b_total')).toBeUndefined()
  expect(sumOf(now, 'a_total')).toBe(36)
})

test('a quantile is of what was counted between two readings', () => {
  const before = reading(0, 'h_bucket{le="1"} 100\nh_bucket{le="2"} 100\nh_bucket{le="+Inf"} 100')
  const now = reading(2_000, 'h_bucket{le="1"} 100\nh_bucket{le="2"} 104\nh_bucket{le="+Inf"} 108')
  expect(quantileOf(now, before, 'h', 0.25)).toBe(1.5)
  expect(quantileOf(now, before, 'h', 0.99)).toBe(2)
  expect(quantileOf(now, now, 'h', 0.5)).toBeUndefined()
  expect(quantileOf(now, before, 'none', 0.5)).toBeUndefined()
})
