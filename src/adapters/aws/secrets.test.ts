import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type SecretService, startSecrets } from '../../entrypoints/aws-local/secret-service.ts'
import { OperationalFailure } from '../../protocol/failure.ts'
import { SecretToken } from './secrets.ts'

let service: SecretService

beforeAll(async () => {
  service = await startSecrets()
})
afterAll(() => service.close())

const token = () =>
  new SecretToken(
    new SecretsManagerClient({
      endpoint: service.url,
      region: 'local',
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
      maxAttempts: 1,
    }),
    'arn:redis',
  )

test.each([
  ['the secret itself', 'word', 'word'],
  ['a field of JSON', '{"authToken":"word"}', 'word'],
])('a token is %s', async (_, secret, expected) => {
  service.secrets.set('arn:redis', secret)
  expect(await token().current()).toBe(expected)
})

test('a token is read once, and again when it was refused', async () => {
  service.secrets.set('arn:redis', 'old')
  const held = token()
  expect(await held.current()).toBe('old')
  service.secrets.set('arn:redis', 'new')
  expect(await held.current()).toBe('old')
  expect(await held.renewed('old')).toBe('new')
  expect(await held.current()).toBe('new')
})

test('a token that another has renewed already is not read again', async () => {
  service.secrets.set('arn:redis', 'new')
  const held = token()
  await held.current()
  service.secrets.delete('arn:redis')
  expect(await held.renewed('old')).toBe('new')
})

test('a token that cannot be read is an operational failure, and that is not remembered', async () => {
  service.secrets.delete('arn:redis')
  const held = token()
  await expect(held.current()).rejects.toThrow(OperationalFailure)
  service.secrets.set('arn:redis', 'word')
  expect(await held.current()).toBe('word')
})
