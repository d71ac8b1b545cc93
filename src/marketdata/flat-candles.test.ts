import { expect, test } from 'vitest'
import type { Candle } from '../protocol/candle.ts'
import type { Ticks } from '../protocol/units.ts'
import { fillFlat } from './flat-candles.ts'

function candle(startMs: number, open: number, close: number): Candle {
  const prices = { open: open as Ticks, high: open as Ticks, low: close as Ticks, close: close as Ticks }
  return { startMs, ...prices, volume: 5n, quoteVolume: 50n, count: 2, firstTrade: 1, lastTrade: 2 }
}

function flat(startMs: number, close: number): Candle {
  const price = close as Ticks
  const prices = { open: price, high: price, low: price, close: price }
  return { startMs, ...prices, volume: 0n, quoteVolume: 0n, count: 0, firstTrade: 0, lastTrade: 0 }
}

const candles = [candle(2_000, 9, 8), candle(5_000, 7, 6)]

test('quiet intervals have the close before them, before the first trade there are none', () => {
  const filled = [candles[0], flat(3_000, 8), flat(4_000, 8), candles[1], flat(6_000, 6)]
  expect(fillFlat(candles, 0, 7_000, '1s')).toEqual(filled)
})

test('the price comes from before the range, and a range that begins within an interval begins with the next', () => {
  expect(fillFlat(candles, 2_001, 5_000, '1s')).toEqual([flat(3_000, 8), flat(4_000, 8)])
  expect(fillFlat(candles, 60_000, 61_000, '1s')).toEqual([flat(60_000, 6)])
})

test('nothing fills an empty range or a symbol without trades', () => {
  expect(fillFlat(candles, 7_000, 7_000, '1s')).toEqual([])
  expect(fillFlat(candles, 7_000, 2_000, '1s')).toEqual([])
  expect(fillFlat([], 0, 9_000, '1s')).toEqual([])
})
