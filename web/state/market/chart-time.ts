/**
 * Times on the axis of the chart. The chart library reads times as UTC, so that its marks fall on midnights of the zone
 * of the screen, times are moved by the zone's present difference. The labels are made from the true time.
 */

import type { Interval } from '../../../src/protocol/candle-interval.ts'
import type { Zone } from '../page/kept-settings.ts'
import { dateText, timeText } from '../text/format.ts'

export interface ChartZone {
  /** Days begin at midnight UTC, in every zone. */
  readonly zone: Zone
  /** Milliseconds that are added to a time. */
  readonly shiftMs: number
}

/** `offsetMinutes`: of the browser's zone to UTC; east is positive. */
export function chartZone(zone: Zone, interval: Interval, offsetMinutes: number): ChartZone {
  if (zone === 'utc' || interval === '1d') return { zone: 'utc', shiftMs: 0 }
  return { zone, shiftMs: offsetMinutes * 60_000 }
}

/** Seconds, as the chart library has them. */
export const chartSeconds = (startMs: number, { shiftMs }: ChartZone): number => (startMs + shiftMs) / 1000

export const startOf = (seconds: number, { shiftMs }: ChartZone): number => seconds * 1000 - shiftMs

/** What a mark of the axis shows. */
export type MarkKind = 'year' | 'month' | 'day' | 'time' | 'seconds'

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

export function markText(seconds: number, kind: MarkKind, at: ChartZone): string {
  const iso = new Date(startOf(seconds, at)).toISOString()
  if (kind === 'time') return timeText(iso, at.zone).slice(0, 5)
  if (kind === 'seconds') return timeText(iso, at.zone).slice(0, 8)
  const [year, month, day] = dateText(iso, at.zone).split('-')
  if (kind === 'year') return year
  return kind === 'month' ? MONTHS[Number(month) - 1] : `${Number(day)} ${MONTHS[Number(month) - 1]}`
}

/** Of the candle under the crosshair. */
export function candleTime(seconds: number, interval: Interval, at: ChartZone): string {
  const iso = new Date(startOf(seconds, at)).toISOString()
  const date = dateText(iso, at.zone)
  if (interval === '1d') return date
  return `${date} ${timeText(iso, at.zone).slice(0, interval === '1s' ? 8 : 5)}`
}
