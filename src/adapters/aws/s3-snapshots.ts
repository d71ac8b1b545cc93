/**
 * Snapshots of one symbol as objects in S3: `prefix/SYMBOL/POSITION`, with a checksum in front, so that
 * a damaged one is skipped. Old ones are removed (s3-old-snapshots.ts); the newest always stay.
 */

import { crc32 } from 'node:zlib'
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3'
import type { Position } from '../../ports/order-stream.ts'
import type { Snapshot, SnapshotStore } from '../../ports/snapshot-store.ts'
import { OperationalFailure } from '../../protocol/failure.ts'
import { S3OldSnapshots } from './s3-old-snapshots.ts'

const CHECKSUM_BYTES = 4

export interface S3SnapshotsOptions {
  readonly client: S3Client
  readonly bucket: string
  readonly prefix: string
}

/** The snapshots of a symbol. */
export function s3Snapshots(options: S3SnapshotsOptions): (symbol: string) => SnapshotStore {
  const old = new S3OldSnapshots(options.client, options.bucket)
  return (symbol) => new S3Snapshots(options, symbol, old)
}

class S3Snapshots implements SnapshotStore {
  private readonly client: S3Client
  private readonly bucket: string
  private readonly folder: string
  private readonly old: S3OldSnapshots

  constructor({ client, bucket, prefix }: S3SnapshotsOptions, symbol: string, old: S3OldSnapshots) {
    this.old = old
    this.client = client
    this.bucket = bucket
    this.folder = `${prefix}/${symbol}/`
  }

  save({ position, bytes }: Snapshot): Promise<void> {
    return told(`save ${this.folder}${position}`, async () => {
      const checksum = Buffer.alloc(CHECKSUM_BYTES)
      checksum.writeUInt32LE(crc32(bytes))
      const object = { Bucket: this.bucket, Key: this.folder + position, Body: Buffer.concat([checksum, bytes]) }
      await this.client.send(new PutObjectCommand(object))
      await this.old.sweep(this.folder)
    })
  }

  latest(position: Position): Promise<Snapshot | undefined> {
    return told(`read ${this.folder}`, async () => {
      const positions = (await this.positions()).filter((candidate) => candidate <= position)
      for (const candidate of positions.sort().reverse()) {
        const bytes = await this.read(candidate)
        if (bytes !== undefined) return { position: candidate, bytes }
      }
      return undefined
    })
  }

  /** Returns undefined if the object is damaged. */
  private async read(position: Position): Promise<Uint8Array | undefined> {
    const answer = await this.client.send(new GetObjectCommand({ Bucket: this.bucket, Key: this.folder + position }))
    const object = Buffer.from((await answer.Body?.transformToByteArray()) ?? [])
    if (object.length < CHECKSUM_BYTES) return undefined
    const bytes = object.subarray(CHECKSUM_BYTES)
    return object.readUInt32LE(0) === crc32(bytes) ? bytes : undefined
  }

  private async positions(): Promise<Position[]> {
    const positions: Position[] = []
    let token: string | undefined
    do {
      const page = await this.client.send(
        new ListObjectsV2Command({
          Bucket: this.bucket,
          Prefix: this.folder,
          ...(token !== undefined && { ContinuationToken: token }),
        }),
      )
      for (const { Key } of page.Contents ?? []) if (Key !== undefined) positions.push(Key.slice(this.folder.length))
      token = page.NextContinuationToken
    } while (token !== undefined)
    return positions
  }
}

async function told<T>(what: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (cause) {
    throw new OperationalFailure('unavailable', `S3 could not ${what}`, { retryable: true, cause })
  }
}
