import { expect, test } from 'vitest'
import { BrokenInvariant } from '../protocol/assert.ts'
import { ExchangeMatcher } from './exchange-matcher.ts'

test('a read creates no symbol', () => {
  const matcher = new ExchangeMatcher()
  expect(matcher.locate('ann', 'a')).toBeUndefined()
  expect(() => matcher.namesOf('BTCUSD')).toThrow(BrokenInvariant)
  expect(matcher.symbols.size).toBe(0)
})
