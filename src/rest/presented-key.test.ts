import { expect, test } from 'vitest'
import { presentedKey } from './presented-key.ts'

test('a key comes in either header', () => {
  expect(presentedKey(new Headers({ Authorization: 'Bearer alpha' }))).toBe('alpha')
  expect(presentedKey(new Headers({ Authorization: 'bearer  beta' }))).toBe('beta')
  expect(presentedKey(new Headers({ 'X-API-Key': 'alpha' }))).toBe('alpha')
})

test('another scheme is no key', () => {
  expect(presentedKey(new Headers({ Authorization: 'Basic alpha' }))).toBeUndefined()
  expect(presentedKey(new Headers())).toBeUndefined()
})
