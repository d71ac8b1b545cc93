import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { BookState } from '../../protocol/book-state.ts'
import { PHASES } from '../../protocol/command/trading-phases.ts'
import { PRICE_TICKS_MAX } from '../../protocol/limits.ts'
import { lots, ticks } from '../../protocol/units.ts'
import { UnknownVersion } from '../../protocol/versions.ts'
import { packView, unpackView } from './redis-view.ts'

const price = fc.integer({ min: 1, max: PRICE_TICKS_MAX }).map(ticks)
const quantity = fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }).map(lots)
const levels = fc.array(fc.record({ price, quantity }), { maxLength: 100 })
const view: fc.Arbitrary<BookState> = fc.record({
  symbol: fc.constant('BTCUSD'),
  eventNumber: fc.maxSafeNat(),
  timestampMs: fc.maxSafeNat(),
  bids: levels,
  asks: levels,
  lastTradePrice: fc.option(price),
  phase: fc.constantFrom(...PHASES),
  bandLow: fc.option(price),
  bandHigh: fc.option(price),
})

test('a view comes back as it was', () => {
  fc.assert(
    fc.property(view, (view) => {
      expect(unpackView('BTCUSD', packView(view))).toEqual(view)
    }),
  )
})

test('a view of another version is refused by name, and bytes that are none', () => {
  const bytes = packView({
    symbol: 'BTCUSD',
    eventNumber: 1,
    timestampMs: 1,
    bids: [],
    asks: [],
    lastTradePrice: null,
    phase: 'CONTINUOUS',
    bandLow: null,
    bandHigh: null,
  })
  bytes.writeDoubleLE(2, 0)
  expect(() => unpackView('BTCUSD', bytes)).toThrow(UnknownVersion)
  expect(() => unpackView('BTCUSD', bytes)).toThrow(
    'the view of BTCUSD has version 2; this program supports version 1.',
  )
  expect(() => unpackView('BTCUSD', Buffer.from('{"symbol":"BTCUSD"}'))).toThrow(RangeError)
})
