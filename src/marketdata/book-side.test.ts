import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { lots, ticks } from '../protocol/units.ts'
import { BookSide } from './book-side.ts'

const steps = fc.array(fc.tuple(fc.integer({ min: 1, max: 3_000 }), fc.integer({ min: 1, max: 9 }), fc.boolean()), {
  minLength: 2_000,
  maxLength: 6_000,
  size: 'max',
})

test.each([
  ['bids', false],
  ['asks', true],
])('%s are sorted, also in a book of thousands of levels that come and go', (_, sells) => {
  fc.assert(
    fc.property(steps, (steps) => {
      const side = new BookSide(sells)
      const expected = new Map<number, { quantity: number; orders: number }>()
      const restored = new BookSide(sells)
      for (const [i, [price, quantity, leaves]] of steps.entries()) {
        const level = expected.get(price)
        if (leaves && level !== undefined) {
          side.change(price, -level.quantity, -level.orders)
          expected.delete(price)
        } else {
          side.change(price, quantity, 1)
          expected.set(price, { quantity: (level?.quantity ?? 0) + quantity, orders: (level?.orders ?? 0) + 1 })
        }
        if (i % 1_000 !== 0 && i !== steps.length - 1) continue
        const levels = [...expected]
          .map(([price, level]) => ({ price, ...level }))
          .sort((a, b) => (sells ? a.price - b.price : b.price - a.price))
        expect(side.best(Number.POSITIVE_INFINITY)).toEqual(levels)
        expect(side.best(7)).toEqual(levels.slice(0, 7))
        expect(side.count).toBe(levels.length)
        restored.restore(side.best(Number.POSITIVE_INFINITY))
        expect(restored.best(Number.POSITIVE_INFINITY)).toEqual(levels)
      }
    }),
    { numRuns: 8 },
  )
})

test('a change that no exchange makes is a broken invariant', () => {
  const side = new BookSide(true)
  expect(() => side.change(5, -1, -1)).toThrow('there is no level at 5')
  side.restore([{ price: ticks(5), quantity: lots(3), orders: 1 }])
  expect(() => side.change(5, -2, -1)).toThrow('the level at 5 has lots and orders')
})
