import { expect, test } from 'vitest'
import { compact, durationText, groupThousands, splitZeros, timeText } from './format.ts'

test.each([
  ['50021.83', '50,021.83'],
  ['1234567.1234567', '1,234,567.1234567'],
  ['999', '999'],
  ['-1500.5', '-1,500.5'],
  ['9007199254740993', '9,007,199,254,740,993'],
])('thousands of %s', (text, shown) => expect(groupThousands(text)).toBe(shown))

test.each([
  ['1.5', 8, ['1.5', '0000000']],
  ['50000', 2, ['50000', '.00']],
  ['0.10', 2, ['0.1', '0']],
  ['100', 0, ['100', '']],
  ['1.123', 2, ['1.123', '']],
] as const)('zeros of %s with %s decimals', (text, decimals, parts) =>
  expect(splitZeros(text, decimals)).toEqual(parts),
)

test.each([
  ['0', '0'],
  ['12.3456', '12.3'],
  ['999.99', '999'],
  ['1234', '1.23K'],
  ['12400000.5', '12.4M'],
  ['123456789012345678901', '123,456Q'],
])('%s is shown as %s where there is little room', (text, shown) => expect(compact(text)).toBe(shown))

test('times: text that is none stays as it is', () => {
  expect(timeText('2026-11-27T23:04:05.678Z', 'utc')).toBe('23:04:05.678')
  expect(timeText('2026-11-27T23:04:05.678Z', 'local')).toMatch(/^\d\d:\d\d:05\.678$/)
  expect(timeText('soon', 'local')).toBe('soon')
})

test.each([
  [3.4, '3 ms'],
  [999.7, '1.0 s'],
  [1_400, '1.4 s'],
  [9_990, '10 s'],
  [61_000, '61 s'],
  [180_000, '3 min'],
  [18_000_000, '5 h'],
])('%s ms', (ms, text) => expect(durationText(ms)).toBe(text))
