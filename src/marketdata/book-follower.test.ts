/** The rules of the chain one by one, and messages that no exchange sends. */

import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { bookChecksum } from './book-checksum.ts'
import { BookFollower, composeBookUpdates } from './book-follower.ts'
import type { LevelText } from './book-level.ts'
import { compareDecimals } from './decimal-order.ts'

const BIDS: readonly LevelText[] = [
  ['10.00', '5', 2],
  ['9.50', '1', 1],
]
const ASKS: readonly LevelText[] = [['10.50', '3', 1]]

const snapshot = (sequence = 10, bids = BIDS, asks = ASKS) => ({
  type: 'snapshot' as const,
  sequence,
  bids,
  asks,
  checksum: bookChecksum(bids, asks),
})

/** An update that sets the best bid to a quantity. */
const update = (from: number, to: number, quantity = '4') => {
  const bid: LevelText = ['10.00', quantity, 1]
  const checksum = bookChecksum([bid, BIDS[1]], ASKS)
  return { type: 'update' as const, from, to, bids: [bid], asks: [], checksum }
}

function joined(): BookFollower {
  const follower = new BookFollower(10)
  expect(follower.apply(snapshot())).toBe('applied')
  return follower
}

test.each([
  ['the next event', 11, 12, 'applied'],
  ['an event that the book has, up to one that it lacks', 8, 12, 'applied'],
  ['events that the book has', 9, 10, 'old'],
  ['events after one that is missing', 12, 13, 'gap'],
])('an update with %s (%i to %i): %s', (_, from, to, result) => {
  const follower = joined()
  expect(follower.apply(update(from, to))).toBe(result)
  expect(follower.sequence).toBe(result === 'applied' ? to : 10)
  expect(follower.bids[0]).toEqual(result === 'applied' ? ['10.00', '4', 1] : BIDS[0])
  expect(follower.isCurrent).toBe(result !== 'gap')
})

test('without a snapshot every update is a gap, and after a gap until the next snapshot', () => {
  const follower = new BookFollower(10)
  expect(follower.apply(update(1, 1))).toBe('gap')
  expect(follower.apply(snapshot(20))).toBe('applied')
  expect(follower.apply(update(22, 22))).toBe('gap')
  expect(follower.apply(update(21, 21))).toBe('gap')
  expect(follower.apply(snapshot(15))).toBe('applied')
  expect(follower.apply(update(16, 16))).toBe('applied')
  follower.reset()
  expect(follower.apply(update(17, 17))).toBe('gap')
})

test('a book that differs from the exchange is noticed, and kept as it was', () => {
  const follower = joined()
  expect(follower.apply({ ...update(11, 11), checksum: 1 })).toBe('checksum')
  expect(follower.isCurrent).toBe(false)
  expect(follower.bids).toEqual(BIDS)
  expect(follower.apply({ ...snapshot(), checksum: 1 })).toBe('checksum')
})

test('a level of quantity 0 is gone, and one that the book does not have may be removed', () => {
  const follower = joined()
  const checksum = bookChecksum([BIDS[1]], [])
  const gone: readonly LevelText[] = [
    ['10.00', '0', 0],
    ['7', '0', 0],
  ]
  expect(follower.apply({ type: 'update', from: 11, to: 11, bids: gone, asks: [['10.50', '0', 0]], checksum })).toBe(
    'applied',
  )
  expect({ ...follower }).toMatchObject({ bids: [BIDS[1]], asks: [] })
})

test('more levels than the depth are a gap', () => {
  const follower = new BookFollower(1)
  expect(follower.apply(snapshot())).toBe('gap')
})

test('updates are combined: the last value of each price, the first and the last number', () => {
  const later = { ...update(12, 15, '7'), asks: [['11', '1', 1] as LevelText] }
  expect(composeBookUpdates([update(11, 11), later])).toEqual({ ...later, from: 11 })
  expect(composeBookUpdates([update(11, 11)])).toEqual(update(11, 11))
  expect(composeBookUpdates([])).toBeUndefined()
})

const text = fc.oneof(fc.constantFrom('10.00', '9.50', '0', '1e9', '-1', '', '10,5', '__proto__'), fc.string())
const hostileLevel = fc.oneof(
  fc.tuple(text, text, fc.oneof(fc.nat(3), fc.constantFrom(-1, 0.5, Number.NaN, null))),
  fc.anything(),
)
const hostileLevels = fc.oneof(fc.array(hostileLevel, { maxLength: 20 }), fc.anything())
const number = fc.oneof(fc.integer({ min: 8, max: 14 }), fc.anything())
const hostile = fc.oneof(
  fc.anything({ withNullPrototype: true, withBigInt: true, withTypedArray: true }),
  fc.json().map((json) => JSON.parse(json)),
  fc.record(
    {
      type: fc.constantFrom('snapshot', 'update', 'UPDATE'),
      sequence: number,
      from: number,
      to: number,
      bids: hostileLevels,
      asks: hostileLevels,
      checksum: fc.oneof(fc.nat(), fc.constantFrom(0, null)),
    },
    { requiredKeys: [] },
  ),
  // Right in all but the order or the number of the levels.
  fc
    .tuple(
      fc.array(fc.tuple(fc.stringMatching(/^\d{1,3}(\.\d)?$/), fc.constant('1'), fc.constant(1)), { maxLength: 6 }),
    )
    .map(([levels]) => snapshot(10, levels as LevelText[], [])),
)

test('whatever arrives, the follower does not throw, and what it applies is a book', () => {
  fc.assert(
    fc.property(fc.array(hostile, { maxLength: 20 }), (messages) => {
      const follower = new BookFollower(4)
      follower.apply(snapshot())
      for (const message of messages) {
        const result = follower.apply(message)
        expect(['applied', 'old', 'gap', 'checksum']).toContain(result)
        expect(follower.isCurrent || result === 'gap' || result === 'checksum').toBe(true)
        for (const [levels, sign] of [[follower.bids, -1] as const, [follower.asks, 1] as const]) {
          expect(levels.length).toBeLessThanOrEqual(4)
          for (let i = 1; i < levels.length; i++) {
            expect(sign * compareDecimals(levels[i - 1][0], levels[i][0])).toBeLessThan(0)
          }
        }
      }
    }),
    { numRuns: 500 },
  )
})
