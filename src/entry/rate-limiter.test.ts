import { expect, test } from 'vitest'
import { RateLimiter } from './rate-limiter.ts'

test('a second’s worth at once, then by and by', () => {
  const limiter = new RateLimiter(10)
  for (let i = 0; i < 10; i++) expect(limiter.admit('a', 0)).toBe(0)
  expect(limiter.state('a', (...state) => state)).toEqual([0, 1])
  expect(limiter.admit('a', 0)).toBe(100)
  expect(limiter.admit('a', 99)).toBe(1)
  expect(limiter.admit('a', 100)).toBe(0)
  expect(limiter.admit('b', 100)).toBe(0)
})

test('a batch may overdraw the bucket and is paid for by a pause', () => {
  const limiter = new RateLimiter(100)
  expect(limiter.admit('a', 0)).toBe(0)
  limiter.charge('a', 499)
  expect(limiter.state('a', (...state) => state)).toEqual([0, 5])
  expect(limiter.admit('a', 4_000)).toBe(10)
  expect(limiter.admit('a', 4_010)).toBe(0)
})

test('a clock that steps back takes nothing away', () => {
  const limiter = new RateLimiter(1)
  expect(limiter.admit('a', 1_000)).toBe(0)
  expect(limiter.admit('a', 500)).toBe(1_000)
  expect(limiter.admit('a', 2_000)).toBe(0)
})

test('a rate below one a second admits one at a time', () => {
  const limiter = new RateLimiter(0.5)
  expect(limiter.admit('a', 0)).toBe(0)
  expect(limiter.admit('a', 1_000)).toBe(1_000)
  expect(limiter.admit('a', 2_000)).toBe(0)
})
