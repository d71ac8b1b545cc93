import { expect, test } from 'vitest'
import { PANELS } from '../../../test/generated/metric-panels.ts'
import { axisTop, linePath, timeAxis } from './chart-geometry.ts'
import { NO_SERIES, POINTS_MAX, pointAt, withPoint } from './chart-series.ts'
import { CHART_GROUPS } from './chart-table.ts'
import { figureText } from './figure-text.ts'

test('every chart shows metrics that the exchange has', () => {
  const known = new Set(PANELS.flatMap(({ metrics }) => metrics))
  const charts = CHART_GROUPS.flatMap((group) => group.charts)
  expect(charts.flatMap(({ metrics }) => metrics).filter((name) => !known.has(name))).toEqual([])
  expect(new Set(charts.map(({ title }) => title)).size).toBe(charts.length)
})

test('a series has the last points, a gap after a pause, and a line that begins later', () => {
  let series = withPoint(NO_SERIES, 0, [['a', 1]])
  series = withPoint(series, 2_000, [
    ['a', 2],
    ['b', 5],
  ])
  series = withPoint(series, 60_000, [['a', 3]])
  expect(series.atMs).toEqual([0, 2_000, 2_001, 60_000])
  expect([...series.lines]).toEqual([
    ['a', [1, 2, undefined, 3]],
    ['b', [undefined, 5, undefined, undefined]],
  ])
  expect([pointAt(series, 1_999), pointAt(series, 2_000), pointAt(series, -1)]).toEqual([0, 1, -1])
  for (let i = 0; i < 2 * POINTS_MAX; i++) series = withPoint(series, 62_000 + i * 2_000, [['a', i]])
  expect([series.atMs.length, series.lines.get('a')?.length]).toEqual([POINTS_MAX, POINTS_MAX])
})

test('axes are whole, and a line has gaps', () => {
  expect([0.7, 1, 3.2, 18, 240, 0.0021].map((value) => axisTop(value, 1e-9))).toEqual([1, 1, 5, 20, 250, 0.0025])
  const axis = timeAxis({ atMs: [0, 90_000], lines: new Map() })
  expect(axis).toEqual({ fromMs: -30_000, toMs: 90_000, marks: [-30_000, 0, 30_000, 60_000, 90_000].map((n) => n + 0) })
  const area = { left: 0, top: 0, width: 120, height: 10 }
  const { line } = linePath([1, 2, undefined, 4], [-30_000, 0, 30_000, 90_000], axis, 4, area)
  expect(line).toBe('M0.0,7.5L30.0,5.0M120.0,0.0L121.0,0.0')
})

test('a figure has a unit that fits', () => {
  expect(figureText(undefined, 'count')).toBe('–')
  expect([0, 0.000_42, 0.0031, 1.25].map((value) => figureText(value, 'seconds'))).toEqual([
    '0 ms',
    '420 µs',
    '3.1 ms',
    '1.25 s',
  ])
  expect([512, 175_939_584].map((value) => figureText(value, 'bytes'))).toEqual(['512 B', '176 MB'])
  expect([0, 24.53, 5120, 250_000].map((value) => figureText(value, 'perSecond'))).toEqual([
    '0/s',
    '24.5/s',
    '5,120/s',
    '250k/s',
  ])
  expect([figureText(0.034, 'share'), figureText(256, 'count')]).toEqual(['3.4 %', '256'])
})
