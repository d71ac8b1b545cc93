import type { S3Client } from '@aws-sdk/client-s3'
import { expect, test } from 'vitest'
import { keptRecordsContract } from '../../../test/contracts/kept-records.contract.ts'
import { MemoryBucket } from '../../../test/contracts/memory-bucket.ts'
import { S3KeptRecords } from './s3-kept-records.ts'

const open = (bucket = new MemoryBucket()) =>
  new S3KeptRecords({ client: bucket as unknown as S3Client, bucket: 'b', prefix: 'parked' })

keptRecordsContract(async () => open())

const RECORD = { position: '7', timestampMs: 1, bytes: Buffer.from('line') }

async function readAll(kept: S3KeptRecords) {
  const records = []
  for await (const some of kept.read('A', '')) records.push(...some)
  return records
}

test('an object is named after its first and last record, and begins with its version', async () => {
  const bucket = new MemoryBucket()
  await open(bucket).keep('A', [RECORD, { ...RECORD, position: '8' }])
  expect([...bucket.objects].map(([key, bytes]) => [key, Buffer.from(bytes).toString()])).toEqual([
    ['parked/A/7-8', 'kept-records 1\n7 1 4\nline8 1 4\nline'],
  ])
})

test.each([
  ['of a newer version', 'kept-records 2\n7 1 4\nline'],
  ['that is cut off', 'kept-records 1\n7 1 4\nli'],
  ['that is something else', 'what'],
])('an object %s is not read, and nothing is deleted', async (_, text) => {
  const bucket = new MemoryBucket()
  bucket.objects.set('parked/A/7-7', Buffer.from(text))
  await expect(readAll(open(bucket))).rejects.toMatchObject({ code: 'unavailable', retryable: true })
  expect(bucket.objects.size).toBe(1)
})

test('records are deleted without listing all that come after them', async () => {
  const bucket = new MemoryBucket()
  const kept = open(bucket)
  const name = (n: number) => String(100 + n)
  for (let n = 0; n < 40; n++) await kept.keep('A', [{ ...RECORD, position: name(n) }])
  await kept.forget('A', name(3))
  expect(bucket.objects.size).toBe(36)
  expect(bucket.listed.length).toBeLessThan(8)
})

test('a bucket that refuses is an operational failure', async () => {
  const bucket = new MemoryBucket()
  bucket.fails = true
  const failure = { code: 'unavailable', retryable: true }
  await expect(open(bucket).keep('A', [RECORD])).rejects.toMatchObject(failure)
  await expect(readAll(open(bucket))).rejects.toMatchObject(failure)
  await expect(open(bucket).forget('A', '9')).rejects.toMatchObject(failure)
})
