import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3'
import { describe, expect, test } from 'vitest'
import { snapshotStoreContract } from '../../../test/contracts/snapshot-store.contract.ts'
import { s3Snapshots } from './s3-snapshots.ts'

/** A bucket in memory that answers as S3 does, two keys a page. */
class Bucket {
  readonly objects = new Map<string, Uint8Array>()
  fails = false

  async send(command: unknown): Promise<unknown> {
    if (this.fails) throw new Error('SlowDown')
    if (command instanceof PutObjectCommand) {
      this.objects.set(command.input.Key as string, Uint8Array.from(command.input.Body as Uint8Array))
      return {}
    }
    if (command instanceof GetObjectCommand) {
      const bytes = this.objects.get(command.input.Key as string)
      return { Body: { transformToByteArray: async () => bytes } }
    }
    if (command instanceof ListObjectsV2Command) {
      const { Prefix = '', ContinuationToken = '0' } = command.input
      const keys = [...this.objects.keys()].filter((key) => key.startsWith(Prefix)).sort()
      const from = Number(ContinuationToken)
      const more = from + 2 < keys.length && { NextContinuationToken: String(from + 2) }
      return { Contents: keys.slice(from, from + 2).map((Key) => ({ Key })), ...more }
    }
    throw new Error('not asked for')
  }
}

function open(bucket = new Bucket()) {
  const client = bucket as unknown as S3Client
  return { bucket, of: s3Snapshots({ client, bucket: 'b', prefix: 'snapshots' }) }
}

snapshotStoreContract(async () => open().of('BTCUSD'))

describe('snapshots in S3', () => {
  test('a symbol has its own, also if its name begins like another', async () => {
    const { of } = open()
    await of('BTC').save({ position: '5', bytes: Uint8Array.of(1) })
    expect(await of('BTCUSD').latest('9')).toBeUndefined()
    expect((await of('BTC').latest('9'))?.position).toBe('5')
  })

  test('a damaged one is passed over', async () => {
    const { bucket, of } = open()
    for (const n of [1, 2, 3, 4, 5]) await of('A').save({ position: String(n), bytes: Uint8Array.of(n, n) })
    const object = bucket.objects.get('snapshots/A/5') as Uint8Array
    object[object.length - 1] ^= 1
    bucket.objects.set('snapshots/A/4', Uint8Array.of(1))
    expect((await of('A').latest('9'))?.position).toBe('3')
  })

  test('a bucket that refuses is an operational failure', async () => {
    const { bucket, of } = open()
    bucket.fails = true
    const failure = { code: 'unavailable', retryable: true }
    await expect(of('A').save({ position: '1', bytes: Uint8Array.of(1) })).rejects.toMatchObject(failure)
    await expect(of('A').latest('1')).rejects.toMatchObject(failure)
  })
})
