/**
 * Records that were kept for a symbol, as objects in S3: `prefix/SYMBOL/FIRST-LAST`, the positions of the first and
 * the last record. Both are in the name, so that a repeated batch of another length replaces nothing. Objects may
 * overlap; the reader leaves out what it has seen.
 */

import {
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3'
import { inParallel } from '../../ports/in-parallel.ts'
import type { KeptRecords } from '../../ports/kept-records.ts'
import type { Position } from '../../ports/order-stream.ts'
import type { RawRecord } from '../../ports/record-stream.ts'
import { operationalFailure } from './backoff.ts'
import { packRecords, unpackRecords } from './kept-record-bytes.ts'

const OBJECTS_IN_FLIGHT = 8

export interface S3KeptRecordsOptions {
  readonly client: S3Client
  readonly bucket: string
  readonly prefix: string
}

export class S3KeptRecords implements KeptRecords {
  private readonly client: S3Client
  private readonly bucket: string
  private readonly prefix: string

  constructor({ client, bucket, prefix }: S3KeptRecordsOptions) {
    this.client = client
    this.bucket = bucket
    this.prefix = prefix
  }

  async keep(symbol: string, records: readonly RawRecord[]): Promise<void> {
    const name = `${records[0].position}-${records[records.length - 1].position}`
    const object = { Bucket: this.bucket, Key: this.folder(symbol) + name, Body: packRecords(records) }
    await told('PutObject', () => this.client.send(new PutObjectCommand(object)))
  }

  async *read(symbol: string, after: Position): AsyncGenerator<readonly RawRecord[]> {
    for await (const names of this.names(symbol)) {
      for (const name of names) {
        if (lastOf(name) <= after) continue
        const Key = this.folder(symbol) + name
        const bytes = await told(`GetObject ${Key}`, async () => {
          const { Body } = await this.client.send(new GetObjectCommand({ Bucket: this.bucket, Key }))
          return Buffer.from((await Body?.transformToByteArray()) ?? [])
        })
        yield unpackRecords(Key, bytes).filter(({ position }) => position > after)
      }
    }
  }

  async forget(symbol: string, through: Position): Promise<void> {
    for await (const names of this.names(symbol)) {
      const old = names.filter((name) => lastOf(name) <= through)
      const isLastPage = names.some((name) => firstOf(name) > through)
      await inParallel(old, OBJECTS_IN_FLIGHT, async (name) => {
        const object = { Bucket: this.bucket, Key: this.folder(symbol) + name }
        await told('DeleteObject', () => this.client.send(new DeleteObjectCommand(object)))
      })
      if (isLastPage) return
    }
  }

  /** In order of their first records: names are padded positions, and S3 lists in the order of bytes. */
  private async *names(symbol: string): AsyncGenerator<string[]> {
    const Prefix = this.folder(symbol)
    let token: string | undefined
    do {
      const request = { Bucket: this.bucket, Prefix, ...(token !== undefined && { ContinuationToken: token }) }
      const page = await told('ListObjects', () => this.client.send(new ListObjectsV2Command(request)))
      yield (page.Contents ?? []).map(({ Key = '' }) => Key.slice(Prefix.length))
      token = page.NextContinuationToken
    } while (token !== undefined)
  }

  private folder(symbol: string): string {
    return `${this.prefix}/${symbol}/`
  }
}

const firstOf = (name: string): Position => name.slice(0, name.indexOf('-'))
const lastOf = (name: string): Position => name.slice(name.indexOf('-') + 1)

async function told<T>(what: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (cause) {
    throw operationalFailure(what, cause)
  }
}
