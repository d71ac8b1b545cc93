import { expect, test } from 'vitest'
import type { Candle } from '../../../src/client/messages.ts'
import { CANDLES_MAX, isSameMarket, withNewer, withOlder } from './joined-candles.ts'

const MINUTE = 60_000
const at = (minute: number, close = 'a') => ({ start: new Date(minute * MINUTE).toISOString(), close }) as Candle
const shown = (candles: readonly Candle[]) =>
  candles.map(({ start, close }) => `${Date.parse(start) / MINUTE}${close}`).join(' ')
const known = [at(1), at(2), at(3)]

test('newer candles replace the known ones from their first on', () => {
  expect(shown(withNewer(known, [at(3, 'b')], MINUTE))).toBe('1a 2a 3b')
  expect(shown(withNewer(known, [at(3, 'b'), at(4, 'b')], MINUTE))).toBe('1a 2a 3b 4b')
  expect(shown(withNewer(known, [at(4, 'b')], MINUTE))).toBe('1a 2a 3a 4b')
  expect(withNewer(known, [], MINUTE)).toBe(known)
})

test('candles that do not join leave no hole: only they stay', () => {
  expect(shown(withNewer(known, [at(9), at(10)], MINUTE))).toBe('9a 10a')
  expect(shown(withNewer(known, [at(0), at(1)], MINUTE))).toBe('0a 1a')
  expect(shown(withNewer([], [at(9)], MINUTE))).toBe('9a')
})

test('older candles come before, each interval once, and there is a limit', () => {
  expect(shown(withOlder(known, [at(-1), at(0), at(1, 'b')]))).toBe('-1a 0a 1a 2a 3a')
  const many = Array.from({ length: CANDLES_MAX }, (_, i) => at(i))
  expect(withNewer(many, [at(CANDLES_MAX)], MINUTE)).toHaveLength(CANDLES_MAX)
})

test('candles of an exchange with other data are told apart', () => {
  const of = (minute: number, open: string, close: string, closed = true) =>
    ({ ...at(minute, close), open, closed, count: 1 }) as Candle
  const before = [of(1, '10', '11'), of(2, '11', '12', false)]
  expect(isSameMarket(before, [of(2, '11', '13'), of(3, '13', '13', false)])).toBe(true)
  expect(isSameMarket(before, [of(9, '5', '5')])).toBe(true)
  expect(isSameMarket([], [of(1, '5', '5')])).toBe(true)
  expect(isSameMarket(before, [of(2, '50', '13')])).toBe(false)
  expect(isSameMarket(before, [of(1, '10', '12'), of(2, '11', '12')])).toBe(false)
  expect(isSameMarket(before, [])).toBe(false)
})
