import { describe, expect, test } from 'vitest'
import { currentFiles, dayFolder, lakeFileName, lakeRangeOf } from './lake-files.ts'

test('a name gives its range back', () => {
  const name = lakeFileName(0, 12_345)
  expect(name).toBe('0000000000000000-0000000000012345.parquet')
  expect(lakeRangeOf(name)).toEqual({ from: 0, to: 12_345 })
  expect(lakeRangeOf(lakeFileName(1, Number.MAX_SAFE_INTEGER))?.to).toBe(Number.MAX_SAFE_INTEGER)
})

test.each(['a.parquet', '0000000000000000-0000000000012345.parquet.part', '0-5.parquet', 'lake.json'])(
  '%s is not a name of the lake',
  (name) => {
    expect(lakeRangeOf(name)).toBeUndefined()
  },
)

test('the folder of a day', () => {
  expect(dayFolder('2026-01-05')).toBe('year=2026/month=01/day=05')
})

describe('current files', () => {
  const current = (...ranges: [number, number][]) =>
    currentFiles(ranges.map(([from, to]) => lakeFileName(from, to))).map((name) => {
      const { from, to } = lakeRangeOf(name) as { from: number; to: number }
      return `${from}-${to}`
    })

  test('files that follow each other are all current, in their order', () => {
    expect(current([20, 30], [0, 10], [10, 20])).toEqual(['0-10', '10-20', '20-30'])
  })

  test('a merged file supersedes the files that it covers', () => {
    expect(current([0, 10], [10, 20], [0, 20], [20, 30])).toEqual(['0-20', '20-30'])
  })

  test('a merged file of merged files supersedes all of them', () => {
    expect(current([0, 10], [0, 20], [10, 20], [20, 40], [0, 40], [40, 50])).toEqual(['0-40', '40-50'])
  })

  test('files with gaps between them are current', () => {
    expect(current([5, 7], [90, 95])).toEqual(['5-7', '90-95'])
  })

  test('other names are left out', () => {
    expect(currentFiles(['x.parquet', lakeFileName(0, 1), 'y.part'])).toEqual([lakeFileName(0, 1)])
  })
})
