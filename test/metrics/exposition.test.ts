/** The checks of metrics find what they look for. */

import { expect, test } from 'vitest'
import { readExposition, violations } from './exposition.ts'

const family = (name: string, type: string, samples: string, help = 'What it is') =>
  violations(readExposition(`# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${samples}\n`))

const buckets = (low: number, high: number, count: number) =>
  `exchange_x_seconds_bucket{le="1"} ${low}\nexchange_x_seconds_bucket{le="+Inf"} ${high}\n` +
  `exchange_x_seconds_sum 1\nexchange_x_seconds_count ${count}`

test('nothing is wrong with a good metric', () => {
  expect(family('exchange_x_bytes_total', 'counter', 'exchange_x_bytes_total{a="1",b="\\""} 5')).toEqual([])
  expect(family('exchange_x_seconds', 'histogram', buckets(1, 2, 2))).toEqual([])
})

test.each([
  ['exchange_x_total', 'gauge', 'exchange_x_total 1', 'counters end in _total'],
  ['exchange_x', 'counter', 'exchange_x 1', 'counters end in _total'],
  ['exchange_x_ms', 'gauge', 'exchange_x_ms 1', 'units are'],
  ['exchange_x_seconds_max', 'gauge', 'exchange_x_seconds_max 1', 'the unit is last'],
  ['exchange_xY', 'gauge', 'exchange_xY 1', 'lower case'],
  ['other_x', 'gauge', 'other_x 1', 'begins with'],
  ['exchange_x_count', 'gauge', 'exchange_x_count 1', 'reserved'],
  ['exchange_x', 'gauge', 'exchange_x{a="1"} 1\nexchange_x{a="1"} 2', 'appears twice'],
  ['exchange_x_seconds', 'histogram', buckets(2, 1, 1), 'cumulative'],
  ['exchange_x_seconds', 'histogram', buckets(1, 2, 3), 'the count is'],
])('%s as a %s', (name, type, samples, rule) => {
  expect(family(name, type, samples)).toEqual([expect.stringContaining(rule)])
})

test('a help text with a period, and a sample of another family', () => {
  expect(family('exchange_x', 'gauge', 'exchange_x 1', 'What it is.')).toHaveLength(1)
  expect(() => family('exchange_x', 'gauge', 'exchange_y 1')).toThrow('exchange_y 1 is not of the gauge exchange_x')
})
