import { expect, test } from 'vitest'
import { parseMetrics } from './prometheus-text.ts'

test('it reads names, labels, escapes, exponents, infinities and times', () => {
  const metrics = parseMetrics(`# HELP a_total What a counts
# TYPE a_total counter
a_total 12
b{x="1",y="two"} 1.5e-3
b{x="a \\"quoted\\" \\\\ line\\n",} 2 1700000000000
c_bucket{le="+Inf"} 3
d +Inf
e -Inf
f:g 0
`)
  expect(Object.fromEntries(metrics)).toEqual({
    a_total: [{ labels: {}, value: 12 }],
    b: [
      { labels: { x: '1', y: 'two' }, value: 0.0015 },
      { labels: { x: 'a "quoted" \\ line\n' }, value: 2 },
    ],
    c_bucket: [{ labels: { le: '+Inf' }, value: 3 }],
    d: [{ labels: {}, value: Number.POSITIVE_INFINITY }],
    e: [{ labels: {}, value: Number.NEGATIVE_INFINITY }],
    'f:g': [{ labels: {}, value: 0 }],
  })
})

test('it leaves out what it does not understand, and reads the rest', () => {
  const metrics = parseMetrics('<html>\nname\nname NaN\nname {\n{x="1"} 2\n1name 3\nname{x=1} 4\n\r\ngood 5\r\n')
  expect(Object.fromEntries(metrics)).toEqual({
    name: [{ labels: {}, value: 4 }],
    good: [{ labels: {}, value: 5 }],
  })
})
