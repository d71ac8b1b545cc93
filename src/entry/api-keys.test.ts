import { createHmac } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { ApiKeys, sha256Hex } from './api-keys.ts'

const row = (key: string, account: string, operator?: boolean) => ({
  keySha256: sha256Hex(key),
  account,
  ...(operator !== undefined && { operator }),
})

describe('API keys', () => {
  const keys = new ApiKeys([row('alpha', 'a'), row('beta', 'b', true)])

  test('identify their account, and have a name', () => {
    expect(keys.callerOf('alpha')).toEqual({ account: 'a', operator: false, keyName: sha256Hex('alpha').slice(0, 8) })
    expect(keys.callerOf('beta')).toMatchObject({ account: 'b', operator: true })
  })

  test('are unknown if they are not configured', () => {
    for (const key of ['Alpha', 'alph', 'alphaa', sha256Hex('alpha'), '', undefined]) {
      expect(keys.callerOf(key)).toBeUndefined()
    }
  })

  test('identify the signer of a message in several parts', () => {
    const secret = 'a-secret-of-some-length'
    const signed = new ApiKeys([{ ...row('alpha', 'a'), secret }, row('beta', 'b')])
    const signature = createHmac('sha256', secret).update('side=BUY&price=1').digest()
    const parts = ['side=BUY', new TextEncoder().encode('&price=1')]
    expect(signed.signerOf('alpha', parts, signature)?.account).toBe('a')
    expect(signed.signerOf('alpha', ['side=BUY&price=2'], signature)).toBeUndefined()
    expect(signed.signerOf('alpha', parts, signature.subarray(1))).toBeUndefined()
    expect(signed.signerOf('beta', parts, signature)).toBeUndefined()
    expect(signed.signerOf('gamma', parts, signature)).toBeUndefined()
    expect(signed.signerOf(undefined, parts, signature)).toBeUndefined()
  })

  test('are refused at start if a row is invalid or repeated', () => {
    expect(() => new ApiKeys([{ keySha256: 'alpha', account: 'a' }])).toThrow(RangeError)
    expect(() => new ApiKeys([row('alpha', 'a b')])).toThrow(RangeError)
    expect(() => new ApiKeys([row('alpha', 'a'), row('alpha', 'b')])).toThrow('twice')
  })
})

test('a holder of a key knows whether the key still belongs to the account', () => {
  const keys = new ApiKeys([row('alpha', 'a'), row('beta', 'b')])
  const [alpha, beta] = [keys.holderOf('alpha'), keys.holderOf('beta')]
  expect(keys.holderOf('gamma')).toBeUndefined()
  expect([alpha?.caller.account, alpha?.isValid(), beta?.isValid()]).toEqual(['a', true, true])
  keys.replace([row('alpha', 'a', true), row('beta', 'c')])
  expect([alpha?.isValid(), beta?.isValid()]).toEqual([true, false])
})
