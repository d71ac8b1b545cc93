import { expect, test } from 'vitest'
import { presentedKey } from './presented-key.ts'

test('reads a key from either header', () => {
  expect(presentedKey(new Headers({ Authorization: 'Bearer alpha' }))).toBe('alpha')
  expect(presentedKey(new Headers({ Authorization: 'bearer  beta' }))).toBe('beta')
  expect(presentedKey(new Headers({ 'X-API-Key': 'alpha' }))).toBe('alpha')
})

test('finds no key in another scheme', () => {
  expect(presentedKey(new Headers({ Authorization: 'Basic alpha' }))).toBeUndefined()
  expect(presentedKey(new Headers())).toBeUndefined()
})
