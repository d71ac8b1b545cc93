import { expect, test } from 'vitest'
import { TIMESTAMP_MS_MAX } from '../protocol/limits.ts'
import { formatTimestamp, parseTimestamp } from './timestamps.ts'

test('parses the text that it formats', () => {
  for (const ms of [0, 1, 951_827_696_789, 1_769_860_800_000]) expect(parseTimestamp(formatTimestamp(ms))).toBe(ms)
})

test.each([
  ['2026-01-31T12:00:00Z', '2026-01-31T12:00:00.000Z'],
  ['2026-01-31t12:00:00.5z', '2026-01-31T12:00:00.500Z'],
  ['2026-01-31T12:00:00.123000Z', '2026-01-31T12:00:00.123Z'],
  ['2026-01-31T12:00:00+02:30', '2026-01-31T09:30:00.000Z'],
  ['2024-02-29T23:59:59-01:00', '2024-03-01T00:59:59.000Z'],
])('reads %s as %s', (text, utc) => {
  expect(formatTimestamp(parseTimestamp(text) as number)).toBe(utc)
})

test('formats a time that RFC 3339 cannot express as the latest that it can', () => {
  expect(formatTimestamp(TIMESTAMP_MS_MAX)).toBe('9999-12-31T23:59:59.999Z')
  expect(formatTimestamp(TIMESTAMP_MS_MAX + 1)).toBe('9999-12-31T23:59:59.999Z')
})

test.each([
  '',
  '2026-01-31',
  '2026-01-31 12:00:00Z',
  '2026-01-31T12:00:00',
  '2026-01-31T24:00:00Z',
  '2026-01-31T12:00:60Z',
  '2025-02-29T12:00:00Z',
  '2026-13-01T12:00:00Z',
  '2026-00-10T12:00:00Z',
  '2026-01-31T12:00:00.1234Z',
  '2026-01-31T12:00:00.Z',
  '2026-01-31T12:00:00+24:00',
  'Sat, 31 Jan 2026 12:00:00 GMT',
])('rejects %s', (text) => {
  expect(parseTimestamp(text)).toBeUndefined()
})
