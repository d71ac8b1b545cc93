import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { RowParser } from './row-parser.ts'
import { sampleFeed } from './sample-feed.ts'

const rowsOf = (text: string) => {
  const parser = new RowParser()
  parser.push(Buffer.from(text))
  return parser.end()
}
const sample = (rows: number, seed: number) => [...sampleFeed({ rows, seed })].join('')

test('the sample in samples/ is what the generator makes', () => {
  const file = new URL('../../samples/btcusd-sample.csv', import.meta.url)
  expect(readFileSync(file, 'utf8')).toBe(sample(2_000, 1))
})

test('it has the requested number of rows, and another seed gives other rows', () => {
  expect(rowsOf(sample(1, 1)).length).toBe(1)
  expect(rowsOf(sample(777, 3)).length).toBe(777)
  expect(sample(50, 1)).not.toBe(sample(50, 2))
})

test('volumes never increase, and the traded volume of both sides is equal', () => {
  const left = new Map<string, number>()
  const filled = { BUY: 0, SELL: 0 }
  let outside = 0
  let canceled = 0
  for (const row of rowsOf(sample(20_000, 5)).inTimeOrder()) {
    const before = left.get(row.id)
    if (row.action === 'created') {
      expect(before).toBeUndefined()
      expect(row.volume).toBeGreaterThan(0)
    } else if (before === undefined) {
      outside++
    } else {
      expect(row.volume).toBeLessThanOrEqual(before)
      filled[row.side] += before - row.volume
    }
    if (row.action === 'deleted' && row.volume > 0) canceled++
    left.set(row.id, row.volume)
  }
  // Orders from before the first row cause a small difference.
  expect(filled.BUY / filled.SELL).toBeGreaterThan(0.98)
  expect(filled.BUY / filled.SELL).toBeLessThan(1.02)
  expect(outside).toBeGreaterThan(0)
  expect(canceled).toBeGreaterThan(left.size / 2)
})

test('some lines are out of order', () => {
  const times = sample(2_000, 1)
    .split('\n')
    .slice(1, -1)
    .map((line) => Number(line.split(',')[1]))
  const late = times.filter((time, i) => i > 0 && time < times[i - 1]).length
  expect(late).toBeGreaterThan(10)
  expect(new Set(times).size).toBe(times.length)
})
