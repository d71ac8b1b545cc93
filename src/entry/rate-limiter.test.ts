import { expect, test } from 'vitest'
import { RateLimiter } from './rate-limiter.ts'

let nowMs = 0

function admitAt(limiter: RateLimiter, account: string, atMs: number): number {
  nowMs = atMs
  return limiter.admit(account)
}

test('admits the orders of one second at once, then at a constant rate', () => {
  const limiter = new RateLimiter(10, 1, () => nowMs)
  for (let i = 0; i < 10; i++) expect(admitAt(limiter, 'a', 0)).toBe(0)
  expect(limiter.state('a', (...state) => state)).toEqual([0, 1])
  expect(admitAt(limiter, 'a', 0)).toBe(100)
  expect(admitAt(limiter, 'a', 99)).toBe(1)
  expect(admitAt(limiter, 'a', 100)).toBe(0)
  expect(admitAt(limiter, 'b', 100)).toBe(0)
})

test('lets a batch overdraw the bucket, and makes the next pause longer', () => {
  const limiter = new RateLimiter(100, 1, () => nowMs)
  expect(admitAt(limiter, 'a', 0)).toBe(0)
  limiter.charge('a', 499)
  expect(limiter.state('a', (...state) => state)).toEqual([0, 5])
  expect(admitAt(limiter, 'a', 4_000)).toBe(10)
  expect(admitAt(limiter, 'a', 4_010)).toBe(0)
})

test('takes no tokens away if its clock steps back', () => {
  const limiter = new RateLimiter(1, 1, () => nowMs)
  expect(admitAt(limiter, 'a', 1_000)).toBe(0)
  expect(admitAt(limiter, 'a', 500)).toBe(1_000)
  expect(admitAt(limiter, 'a', 2_000)).toBe(0)
})

test('admits one order at a time if the rate is below one a second', () => {
  const limiter = new RateLimiter(0.5, 1, () => nowMs)
  expect(admitAt(limiter, 'a', 0)).toBe(0)
  expect(admitAt(limiter, 'a', 1_000)).toBe(1_000)
  expect(admitAt(limiter, 'a', 2_000)).toBe(0)
})
