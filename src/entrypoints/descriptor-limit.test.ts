import { expect, test } from 'vitest'
import { connectionsAllowed, tooFewDescriptors } from './descriptor-limit.ts'

test('connections get what the files of the exchange leave', () => {
  expect(connectionsAllowed(1_024, 48)).toBe(876)
  expect(connectionsAllowed(Number.POSITIVE_INFINITY, 48)).toBe(Number.POSITIVE_INFINITY)
  expect(connectionsAllowed(65, 48)).toBe(1)
  expect(connectionsAllowed(64, 48)).toBe(1)
})

test('too small a limit is named', () => {
  expect(tooFewDescriptors(256)).toBeUndefined()
  expect(tooFewDescriptors(255)).toBe('the limit of open files is 255 (ulimit -n); at least 256 are needed')
})

test('knows the limit and the open files of this process', () => {
  expect(connectionsAllowed()).toBeGreaterThan(10)
})
