import { expect, test } from 'vitest'
import { failureWords } from './link-words.ts'

test.each([
  ['closed with 1006', 'the exchange cannot be reached'],
  ['1001 {"retryAfterMs":2000}', 'the exchange stops'],
  ['4001 slow_consumer', 'this page read too slowly'],
  ['4002 too many messages', 'too many messages'],
  ['4000 {"code":"x"}', '4000 {"code":"x"}'],
  ['the exchange is silent', 'the exchange is silent'],
])('%s: %s', (failure, words) => expect(failureWords(failure)).toBe(words))
