import { generateKeyPairSync, sign } from 'node:crypto'
import { FetchError, WaitPeriodNotYetEndedJwkError } from 'aws-jwt-verify/error'
import { describe, expect, test } from 'vitest'
import { FunctionError } from '../../adapters/aws/function-calls.ts'
import { sha256Hex } from '../../entry/api-keys.ts'
import { apiKeyCallers, authorizerCallers, cognitoCallers, tokenVerifier } from './socket-callers.ts'

test('an API key is found by its digest, and its account is the id of the key', async () => {
  const callerOf = apiKeyCallers({
    accountOf: async (digest) => (digest === sha256Hex('secret') ? 'key-1' : undefined),
  })
  expect(await callerOf('secret')).toEqual({ account: 'key-1', operator: false, keyName: 'key-1' })
  expect(await callerOf('secre')).toBeUndefined()
})

describe('a token of Cognito', () => {
  const POOL = 'eu-central-1_abc'
  const NOW = Math.floor(Date.now() / 1_000)
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const claims = {
    iss: `https://cognito-idp.eu-central-1.amazonaws.com/${POOL}`,
    sub: 'user-1',
    aud: 'client-1',
    token_use: 'id',
    exp: NOW + 600,
    iat: NOW,
    'cognito:username': 'ann',
  }
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const tokenOf = (changed: object = {}, key = privateKey) => {
    const text = `${part({ alg: 'RS256', kid: 'k1' })}.${part({ ...claims, ...changed })}`
    return `${text}.${sign('RSA-SHA256', Buffer.from(text), key).toString('base64url')}`
  }
  const verifier = tokenVerifier(POOL, 'client-1')
  const key = { ...(publicKey.export({ format: 'jwk' }) as { n: string; e: string }), kid: 'k1', alg: 'RS256' as const }
  verifier.cacheJwks({ keys: [{ ...key, kty: 'RSA', use: 'sig' }] })
  const callerOf = cognitoCallers(verifier)

  test('has the account of its user, and an operator by its group', async () => {
    expect(await callerOf(tokenOf())).toEqual({ account: 'user-1', operator: false, keyName: 'ann' })
    expect(await callerOf(tokenOf({ 'cognito:groups': ['operators'] }))).toMatchObject({ operator: true })
  })

  test.each([
    ['expired', { exp: NOW - 10 }],
    ['of another pool', { iss: `${claims.iss}x` }],
    ['of another client', { aud: 'client-2' }],
    ['for access, not of an identity', { token_use: 'access' }],
  ])('that is %s is unknown', async (_, changed) => {
    expect(await callerOf(tokenOf(changed))).toBeUndefined()
  })

  test('that was signed by somebody else, or is no token, is unknown', async () => {
    const other = generateKeyPairSync('rsa', { modulusLength: 2048 })
    expect(await callerOf(tokenOf({}, other.privateKey))).toBeUndefined()
    for (const text of ['', 'a', 'a.b.c', `${tokenOf()}x`]) expect(await callerOf(text)).toBeUndefined()
  })

  test.each([
    new FetchError('https://cognito-idp', 'connect ECONNREFUSED'),
    new WaitPeriodNotYetEndedJwkError('wait'),
    new Error('a defect'),
  ])('cannot be judged without the keys of the pool: %s', async (cause) => {
    const fetching = cognitoCallers({
      verify: async () => {
        throw cause
      },
    })
    await expect(fetching(tokenOf())).rejects.toMatchObject({ code: 'unavailable', retryable: true })
  })
})

describe('an authorizer', () => {
  const asked: unknown[] = []
  const callerOf = (answer: unknown) =>
    authorizerCallers(
      {
        invoke: async <T>(...call: unknown[]) => {
          asked.push(call)
          if (answer instanceof Error) throw answer
          return answer as T
        },
      },
      'Authorizer',
      'arn:socket',
    )
  const allow = { policyDocument: { Statement: [{ Effect: 'Allow' }] } }

  test('is asked as by API Gateway', async () => {
    const context = { account: 'alice', operator: 'true', keyName: 'desk' }
    expect(await callerOf({ ...allow, context })('token')).toEqual({
      account: 'alice',
      operator: true,
      keyName: 'desk',
    })
    expect(asked).toEqual([['Authorizer', { type: 'TOKEN', authorizationToken: 'token', methodArn: 'arn:socket' }]])
  })

  test.each([
    { ...allow },
    { context: { account: 'alice' } },
    { policyDocument: { Statement: [{ Effect: 'Allow' }, { Effect: 'Deny' }] }, context: { account: 'alice' } },
    null,
    new FunctionError('Authorizer: {"errorMessage":"Unauthorized"}'),
  ])('that answers %j does not know the key', async (answer) => {
    expect(await callerOf(answer)('token')).toBeUndefined()
  })

  test('that fails is a failure', async () => {
    const failed = callerOf(new FunctionError('Authorizer: {"errorMessage":"a defect"}'))('token')
    await expect(failed).rejects.toMatchObject({ name: 'OperationalFailure' })
  })
})
