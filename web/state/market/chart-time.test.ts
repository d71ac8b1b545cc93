import { describe, expect, it } from 'vitest'
import { candleTime, chartSeconds, chartZone, markText, startOf } from './chart-time.ts'

const startMs = Date.parse('2026-03-09T23:30:00.000Z')

describe('chartZone', () => {
  it('moves times by the difference of the zone, but not days', () => {
    const local = chartZone('local', '1m', 60)
    expect(chartSeconds(startMs, local)).toBe(startMs / 1000 + 3600)
    expect(startOf(chartSeconds(startMs, local), local)).toBe(startMs)
    expect(chartZone('local', '1d', 60)).toEqual({ zone: 'utc', shiftMs: 0 })
    expect(chartZone('utc', '1m', 60)).toEqual({ zone: 'utc', shiftMs: 0 })
  })
})

describe('labels', () => {
  const utc = chartZone('utc', '1m', 60)
  const seconds = chartSeconds(startMs, utc)

  it('shows each kind of mark', () => {
    const marks = (['year', 'month', 'day', 'time', 'seconds'] as const).map((kind) => markText(seconds, kind, utc))
    expect(marks).toEqual(['2026', 'Mar', '9 Mar', '23:30', '23:30:00'])
  })

  it('shows the time of a candle as its interval needs it', () => {
    expect((['1s', '1m', '1d'] as const).map((interval) => candleTime(seconds, interval, utc))).toEqual([
      '2026-03-09 23:30:00',
      '2026-03-09 23:30',
      '2026-03-09',
    ])
  })
})
