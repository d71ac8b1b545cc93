/**
 * Snapshots of one symbol as objects in S3: `prefix/SYMBOL/POSITION`, with a checksum in front, so that
 * a damaged one is skipped. Old ones are removed (s3-old-snapshots.ts); the newest always stay.
 */

import { crc32 } from 'node:zlib'
import {
  GetObjectCommand,
  type GetObjectCommandOutput,
  ListObjectsV2Command,
  NoSuchKey,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3'
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

  /** With a `known` position only newer names are listed. There may be thousands of older ones. */
  latest(position: Position, known?: Position): Promise<Snapshot | undefined> {
    return told(`read ${this.folder}`, async () => {
      if (known !== undefined && known <= position) {
        const found = await this.newest([known, ...(await this.positions(known))], position)
        if (found !== undefined) return found
      }
      return this.newest(await this.positions(), position)
    })
  }

  private async newest(positions: readonly Position[], position: Position): Promise<Snapshot | undefined> {
    const candidates = positions.filter((candidate) => candidate <= position)
    for (const candidate of candidates.sort().reverse()) {
      const bytes = await this.read(candidate)
      if (bytes !== undefined) return { position: candidate, bytes }
    }
    return undefined
  }

  /** Returns undefined if the object is missing or damaged. */
  private async read(position: Position): Promise<Uint8Array | undefined> {
    let answer: GetObjectCommandOutput
    try {
      answer = await this.client.send(new GetObjectCommand({ Bucket: this.bucket, Key: this.folder + position }))
    } catch (cause) {
      if (cause instanceof NoSuchKey) return undefined
      throw cause
    }
    const object = Buffer.from((await answer.Body?.transformToByteArray()) ?? [])
    if (object.length < CHECKSUM_BYTES) return undefined
    const bytes = object.subarray(CHECKSUM_BYTES)
    return object.readUInt32LE(0) === crc32(bytes) ? bytes : undefined
  }

  private async positions(after?: Position): Promise<Position[]> {
    const positions: Position[] = []
    let token: string | undefined
    do {
      const page = await this.client.send(
        new ListObjectsV2Command({
          Bucket: this.bucket,
          Prefix: this.folder,
          ...(after !== undefined && { StartAfter: this.folder + after }),
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
