import { expect, test } from 'vitest'
import { lastMove } from './price-move.ts'

test.each([
  ['same', []],
  ['same', ['10.00']],
  ['same', ['10.00', '10.00']],
  ['up', ['10.00', '10.00', '9.00']],
  ['down', ['9.00', '10.00', '8.00']],
] as const)('%s: %j', (direction, prices) => expect(lastMove(prices.map((price) => ({ price })))).toBe(direction))
