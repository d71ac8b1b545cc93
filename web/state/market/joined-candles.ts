/** Candles that are known, joined with newer or older ones: no hole, each interval once, oldest first. */

import type { Candle } from '../../../src/client/messages.ts'

/** A chart of more is not readable, and each takes about 300 bytes. */
export const CANDLES_MAX = 10_000

/** `changes` replace the known ones from the first of them on. If they do not join, only they stay. */
export function withNewer(known: readonly Candle[], changes: readonly Candle[], stepMs: number): readonly Candle[] {
  if (changes.length === 0) return known
  if (!joins(known, changes, stepMs)) return changes.slice(-CANDLES_MAX)
  const first = changes[0].start
  const end = known.findLastIndex(({ start }) => start < first) + 1
  return [...known.slice(Math.max(0, end + changes.length - CANDLES_MAX), end), ...changes]
}

/** Whether the changes overlap the known candles or follow them at once. */
export function joins(known: readonly Candle[], changes: readonly Candle[], stepMs: number): boolean {
  const last = known.at(-1)
  if (last === undefined || changes.length === 0) return false
  const first = Date.parse(changes[0].start)
  return first <= Date.parse(last.start) + stepMs && changes[0].start >= known[0].start
}

/** `older` end before the known ones begin. */
export function withOlder(known: readonly Candle[], older: readonly Candle[]): readonly Candle[] {
  const first = known[0]?.start
  const before = first === undefined ? older : older.filter(({ start }) => start < first)
  return [...before, ...known].slice(-CANDLES_MAX)
}

/**
 * Whether candles that were read again are of the same market. An exchange that was started with other data has other
 * ones: the first price of an interval never changes, and neither does one that has ended.
 */
export function isSameMarket(known: readonly Candle[], again: readonly Candle[]): boolean {
  if (again.length === 0) return known.length === 0
  const byStart = new Map(known.map((candle) => [candle.start, candle]))
  return again.every(({ start, open, close, count }) => {
    const before = byStart.get(start)
    if (before === undefined) return true
    return before.open === open && (!before.closed || (before.close === close && before.count === count))
  })
}
