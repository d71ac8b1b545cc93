import { expect, test } from 'vitest'
import { bucketsSince, MetricValues, quantile } from '../../src/entrypoints/status/metric-values.ts'

const TEXT = `# HELP x_total X
# TYPE x_total counter
x_total{code="a",text="with \\"quotes\\", and a comma"} 3
x_total{code="b"} 4
y 1.5e-3
a line that a later version may write
d_bucket{le="1",op="place"} 2
d_bucket{le="10",op="place"} 3
d_bucket{le="+Inf",op="place"} 4
d_bucket{le="1",op="other"} 100
d_bucket{le="+Inf",op="other"} 100
`

test('sums the selected series', () => {
  const metrics = new MetricValues(TEXT)
  expect(metrics.sum('x_total')).toBe(7)
  expect(metrics.sum('x_total', ({ code }) => code === 'b')).toBe(4)
  expect(metrics.sum('x_total', ({ text }) => text === 'with \\"quotes\\", and a comma')).toBe(3)
  expect(metrics.sum('y')).toBe(0.0015)
  expect(metrics.sum('z')).toBeUndefined()
})

test('quantiles are on a line within their bucket, and at most the last bound', () => {
  const buckets = new MetricValues(TEXT).buckets('d', ({ op }) => op === 'place')
  expect(quantile(buckets, 0.25)).toBe(0.5)
  expect(quantile(buckets, 0.5)).toBe(1)
  expect(quantile(buckets, 0.625)).toBe(5.5)
  expect(quantile(buckets, 0.99)).toBe(10)
  expect(quantile(new Map(), 0.5)).toBeUndefined()
  expect(quantile(bucketsSince(buckets, buckets), 0.5)).toBeUndefined()
  expect(quantile(bucketsSince(buckets, new Map([[1, 2]])), 0.25)).toBe(4)
})
