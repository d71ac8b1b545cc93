/** Converts times between RFC 3339 text, in requests and answers, and milliseconds since 1970. */

import { TIMESTAMP_LENGTH_MAX, TIMESTAMP_MS_MAX } from '../protocol/limits.ts'

let lastMs = Number.NaN
let lastText = ''

/**
 * `2026-01-31T12:00:00.000Z`. A later time than RFC 3339 can express, which older versions accepted, is shown as the
 * latest that it can. The last text is cached, because many answers have the same millisecond.
 */
export function formatTimestamp(timestampMs: number): string {
  if (timestampMs !== lastMs) {
    lastText = new Date(Math.min(timestampMs, TIMESTAMP_MS_MAX)).toISOString()
    lastMs = timestampMs
  }
  return lastText
}

const RFC3339 =
  /^(\d{4})-(\d\d)-(\d\d)[Tt]([01]\d|2[0-3]):([0-5]\d):([0-5]\d)(?:\.(\d{1,3})0*)?([Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/

/** Milliseconds since 1970. undefined if the text is not RFC 3339, the date does not exist, or it is too precise. */
export function parseTimestamp(text: string): number | undefined {
  const parts = text.length > TIMESTAMP_LENGTH_MAX ? null : RFC3339.exec(text)
  if (parts === null) return undefined
  const [, year, month, day, hour, minute, second, fraction = '', zone] = parts
  const midnightMs = Date.UTC(Number(year), Number(month) - 1, Number(day))
  const date = new Date(midnightMs)
  if (date.getUTCMonth() !== Number(month) - 1 || date.getUTCDate() !== Number(day)) return undefined
  const seconds = Number(hour) * 3600 + Number(minute) * 60 + Number(second)
  return midnightMs + seconds * 1000 + Number(fraction.padEnd(3, '0')) - zoneMs(zone)
}

function zoneMs(zone: string): number {
  if (zone === 'Z' || zone === 'z') return 0
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(4))
  return (zone.startsWith('-') ? -minutes : minutes) * 60_000
}
