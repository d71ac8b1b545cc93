import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { BookState } from '../../protocol/book-state.ts'
import { PHASES } from '../../protocol/command/trading-phases.ts'
import { PRICE_TICKS_MAX } from '../../protocol/limits.ts'
import { lots, ticks } from '../../protocol/units.ts'
import { RULES_FIRST, RULES_NEWEST, UnknownVersion } from '../../protocol/versions.ts'
import { packView, unpackView } from './redis-view.ts'

const price = fc.integer({ min: 1, max: PRICE_TICKS_MAX }).map(ticks)
const quantity = fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }).map(lots)
const levels = fc.array(fc.record({ price, quantity, orders: fc.integer({ min: 1, max: 2 ** 24 }) }), {
  maxLength: 100,
})
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
      expect(unpackView('BTCUSD', packView(view, RULES_NEWEST))).toEqual(view)
    }),
  )
})

test('a view of format 1, which rules 1 have, is read without numbers of orders', () => {
  const stored = readFileSync(new URL('../../../test/fixtures/rules-1/aws/redis-view', import.meta.url))
  const view = unpackView('BTCUSD', stored)
  expect(view.bids.length).toBeGreaterThan(0)
  for (const level of [...view.bids, ...view.asks]) expect(level).toMatchObject({ orders: null })
  expect(packView(view, RULES_FIRST).equals(stored)).toBe(true)
})

test('a view of another version is refused by name, and bytes that are none', () => {
  const bytes = packView(
    {
      symbol: 'BTCUSD',
      eventNumber: 1,
      timestampMs: 1,
      bids: [],
      asks: [],
      lastTradePrice: null,
      phase: 'CONTINUOUS',
      bandLow: null,
      bandHigh: null,
    },
    RULES_NEWEST,
  )
  bytes.writeDoubleLE(3, 0)
  expect(() => unpackView('BTCUSD', bytes)).toThrow(UnknownVersion)
  expect(() => unpackView('BTCUSD', bytes)).toThrow(
    'the view of BTCUSD has version 3; this program supports versions 1 to 2.',
  )
  expect(() => unpackView('BTCUSD', Buffer.from('{"symbol":"BTCUSD"}'))).toThrow(RangeError)
})
