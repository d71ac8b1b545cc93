import type { S3Client } from '@aws-sdk/client-s3'
import { describe, expect, test } from 'vitest'
import { MemoryBucket } from '../../../test/contracts/memory-bucket.ts'
import { snapshotStoreContract } from '../../../test/contracts/snapshot-store.contract.ts'
import { s3Snapshots } from './s3-snapshots.ts'

function open(bucket = new MemoryBucket()) {
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

  test('with a known position, older ones are not listed', async () => {
    const { bucket, of } = open()
    for (let n = 10; n < 90; n++) await of('A').save({ position: String(n), bytes: Uint8Array.of(n) })
    bucket.listed.length = 0
    expect((await of('A').latest('99', '87'))?.position).toBe('89')
    expect(bucket.listed).toEqual(['snapshots/A/88', 'snapshots/A/89'])
    // One that is gone or too new is looked for among all.
    expect((await of('A').latest('30', '95'))?.position).toBe('30')
    bucket.objects.delete('snapshots/A/89')
    expect((await of('A').latest('99', '89'))?.position).toBe('88')
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
