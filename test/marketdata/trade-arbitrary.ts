/** Generated trades of one symbol: bursts within a second, quiet minutes, hours and days, and values at the limits. */

import * as fc from 'fast-check'
import { PRICE_TICKS_MAX, QUANTITY_LOTS_MAX } from '../../src/protocol/limits.ts'
import type { TestTrade } from './naive-market.ts'

const price = fc.oneof(
  { weight: 9, arbitrary: fc.integer({ min: 90, max: 110 }) },
  { weight: 1, arbitrary: fc.constantFrom(1, PRICE_TICKS_MAX) },
)
const quantity = fc.oneof(
  { weight: 9, arbitrary: fc.integer({ min: 1, max: 1_000_000 }) },
  { weight: 1, arbitrary: fc.constantFrom(QUANTITY_LOTS_MAX, 2 ** 52) },
)

const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE

/** Milliseconds of quiet. */
export const quiet: fc.Arbitrary<number> = fc.oneof(
  { weight: 8, arbitrary: fc.constant(0) },
  { weight: 8, arbitrary: fc.integer({ min: 1, max: SECOND }) },
  { weight: 4, arbitrary: fc.integer({ min: 1, max: 5 * MINUTE }) },
  { weight: 2, arbitrary: fc.integer({ min: 1, max: 30 * HOUR }) },
  // To the millisecond before, at and after the end of an interval, if the time before was one.
  { weight: 2, arbitrary: fc.constantFrom(SECOND - 1, SECOND, MINUTE, HOUR, 24 * HOUR - MINUTE, 24 * HOUR) },
)

export const trades = (maxLength: number): fc.Arbitrary<TestTrade[]> =>
  fc
    .tuple(
      fc.constantFrom(0, 1_767_603_630_644),
      fc.array(fc.tuple(price, quantity, quiet), { maxLength, size: 'max' }),
    )
    .map(([startMs, steps]) => {
      let timestampMs = startMs
      return steps.map(([price, quantity, quietMs], i) => {
        timestampMs += quietMs
        return { tradeNumber: i + 1, price, quantity, timestampMs }
      })
    })
