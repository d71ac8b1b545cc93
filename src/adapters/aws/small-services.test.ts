/** Secrets Manager and SQS, against the little of them that the local runtime has. */

import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { SQSClient } from '@aws-sdk/client-sqs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type SmallServices, startSmallServices } from '../../entrypoints/aws-local/small-services.ts'
import { OperationalFailure } from '../../protocol/failure.ts'
import { SecretToken } from './secrets.ts'
import { SqsDeadLetters } from './sqs.ts'

let services: SmallServices

beforeAll(async () => {
  services = await startSmallServices()
})
afterAll(() => services.close())

const common = () => ({
  endpoint: services.url,
  region: 'local',
  credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  maxAttempts: 1,
})

describe('a token', () => {
  const token = () => new SecretToken(new SecretsManagerClient(common()), 'arn:redis')

  test.each([
    ['the secret itself', 'word', 'word'],
    ['a field of JSON', '{"authToken":"word"}', 'word'],
  ])('is %s', async (_, secret, expected) => {
    services.secrets.set('arn:redis', secret)
    expect(await token().current()).toBe(expected)
  })

  test('is read once, and again when it was refused', async () => {
    services.secrets.set('arn:redis', 'old')
    const held = token()
    expect(await held.current()).toBe('old')
    services.secrets.set('arn:redis', 'new')
    expect(await held.current()).toBe('old')
    expect(await held.renewed('old')).toBe('new')
    expect(await held.current()).toBe('new')
  })

  test('that another has renewed already is not read again', async () => {
    services.secrets.set('arn:redis', 'new')
    const held = token()
    await held.current()
    services.secrets.delete('arn:redis')
    expect(await held.renewed('old')).toBe('new')
  })

  test('that cannot be read is an operational failure, and is not remembered', async () => {
    services.secrets.delete('arn:redis')
    const held = token()
    await expect(held.current()).rejects.toThrow(OperationalFailure)
    services.secrets.set('arn:redis', 'word')
    expect(await held.current()).toBe('word')
  })
})

describe('dead letters', () => {
  const letter = (bytes: Uint8Array) => ({
    symbol: 'BTCUSD',
    position: '1',
    index: 0,
    timestampMs: 5,
    bytes,
    reason: 'not JSON',
  })
  const sentSince = (count: number) => services.messages.slice(count).map((body) => JSON.parse(body))

  test('keep the bytes as they came', async () => {
    const count = services.messages.length
    const bytes = Uint8Array.from([0, 255, 10, 128])
    await new SqsDeadLetters(new SQSClient(common()), `${services.url}/queue`).keep([letter(bytes)])
    expect(sentSince(count)).toMatchObject([{ symbol: 'BTCUSD', position: '1', reason: 'not JSON', part: 0, parts: 1 }])
    expect(Buffer.from(sentSince(count)[0].base64, 'base64')).toEqual(Buffer.from(bytes))
  })

  test('come in parts where a message is too small', async () => {
    const count = services.messages.length
    const bytes = Buffer.alloc(400_000, 'x')
    await new SqsDeadLetters(new SQSClient(common()), `${services.url}/queue`).keep([letter(bytes)])
    const parts = sentSince(count).sort((a, b) => a.part - b.part)
    expect(parts.map(({ part, parts }) => [part, parts])).toEqual([
      [0, 3],
      [1, 3],
      [2, 3],
    ])
    expect(Buffer.concat(parts.map(({ base64 }) => Buffer.from(base64, 'base64'))).equals(bytes)).toBe(true)
    for (const body of services.messages.slice(count)) expect(body.length).toBeLessThan(256 * 1024)
  })

  test('that no queue takes are an operational failure', async () => {
    const client = new SQSClient({ ...common(), endpoint: 'http://127.0.0.1:1' })
    await expect(
      new SqsDeadLetters(client, 'http://127.0.0.1:1/queue').keep([letter(Buffer.from('x'))]),
    ).rejects.toThrow(OperationalFailure)
  })
})
