import { expect, test } from 'vitest'
import { connectionsAllowed } from './descriptor-limit.ts'

test('connections get what the files of the exchange leave', () => {
  expect(connectionsAllowed(1_024, 48)).toBe(960)
  expect(connectionsAllowed(Number.POSITIVE_INFINITY, 48)).toBe(Number.POSITIVE_INFINITY)
  expect(connectionsAllowed(65, 48)).toBe(1)
  expect(() => connectionsAllowed(64, 48)).toThrow(
    'the limit of open files is 64 (ulimit -n): 48 are open, 16 stay free',
  )
})

test('knows the limit and the open files of this process', () => {
  expect(connectionsAllowed()).toBeGreaterThan(10)
})
