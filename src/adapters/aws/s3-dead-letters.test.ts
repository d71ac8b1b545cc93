import { GetObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { CREDENTIALS, startS3 } from '../../entrypoints/aws-local/emulators.ts'
import { OperationalFailure } from '../../protocol/failure.ts'
import { S3DeadLetters } from './s3-dead-letters.ts'

const BUCKET = 'letters'
let server: Awaited<ReturnType<typeof startS3>>
let client: S3Client

beforeAll(async () => {
  server = await startS3(BUCKET)
  client = new S3Client({
    endpoint: server.url,
    region: 'local',
    credentials: CREDENTIALS,
    forcePathStyle: true,
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    maxAttempts: 1,
  })
})
afterAll(async () => {
  client.destroy()
  await server.close()
})

const letter = (symbol: string, bytes: Uint8Array, reason = 'not JSON') => ({
  symbol,
  position: '0001',
  index: 2,
  timestampMs: 1_000,
  bytes,
  reason,
})
const keysOf = async (prefix: string) => {
  const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket: BUCKET, Prefix: prefix }))
  return Contents.map(({ Key }) => Key)
}

test('a letter keeps its bytes as they came, and why', async () => {
  const bytes = Uint8Array.from([0, 255, 10, 128])
  const letters = new S3DeadLetters(client, BUCKET, 'dead')
  await letters.keep([letter('BTCUSD', bytes, 'kind "Größe"')])
  const object = await client.send(new GetObjectCommand({ Bucket: BUCKET, Key: 'dead/BTCUSD/0001-2' }))
  expect(await object.Body?.transformToByteArray()).toEqual(bytes)
  expect(decodeURIComponent(object.Metadata?.reason ?? '')).toBe('kind "Größe"')
  expect(object.Metadata?.['timestamp-ms']).toBe('1000')
})

test('the same letter twice is one object; a key may be any text', async () => {
  const letters = new S3DeadLetters(client, BUCKET, 'twice')
  const one = letter('no/symbol ü', Buffer.from('x'))
  await letters.keep([one, one])
  await letters.keep([one])
  expect(await keysOf('twice/')).toHaveLength(1)
})

test('a letter that nobody takes is an operational failure', async () => {
  const letters = new S3DeadLetters(client, 'no-such-bucket', 'dead')
  await expect(letters.keep([letter('BTCUSD', Buffer.from('x'))])).rejects.toThrow(OperationalFailure)
})
