import { describe, expect, test } from 'vitest'
import { apiKeys, demoAccount, sha256Hex } from './authenticate.ts'

const row = (key: string, account: string, operator?: boolean) => ({
  keySha256: sha256Hex(key),
  account,
  ...(operator !== undefined && { operator }),
})

test('the demo account needs no key', () => {
  expect(demoAccount()(new Headers())).toEqual({ account: 'demo', operator: true })
})

describe('API keys', () => {
  const authenticate = apiKeys([row('alpha', 'a'), row('beta', 'b', true)])

  test('are read from either header', () => {
    expect(authenticate(new Headers({ Authorization: 'Bearer alpha' }))).toEqual({ account: 'a', operator: false })
    expect(authenticate(new Headers({ Authorization: 'bearer  beta' }))).toEqual({ account: 'b', operator: true })
    expect(authenticate(new Headers({ 'X-API-Key': 'alpha' }))?.account).toBe('a')
  })

  test('any other key is unknown', () => {
    for (const key of ['Alpha', 'alph', 'alphaa', sha256Hex('alpha'), '']) {
      expect(authenticate(new Headers({ 'X-API-Key': key }))).toBeUndefined()
    }
    expect(authenticate(new Headers({ Authorization: 'Basic alpha' }))).toBeUndefined()
    expect(authenticate(new Headers())).toBeUndefined()
  })

  test('rows that make no sense stop the start', () => {
    expect(() => apiKeys([{ keySha256: 'alpha', account: 'a' }])).toThrow(RangeError)
    expect(() => apiKeys([row('alpha', 'a b')])).toThrow(RangeError)
    expect(() => apiKeys([row('alpha', 'a'), row('alpha', 'b')])).toThrow('twice')
  })
})
