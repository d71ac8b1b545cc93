/**
 * Lines that are no commands, kept as objects in S3 with their bytes: `prefix/SYMBOL/POSITION-INDEX`.
 * A private network reaches S3 without a paid endpoint, and an object may be as large as a record. A letter that
 * is kept twice is written to the same object. The bucket reports each new object to a queue.
 */

import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3'
import type { DeadLetter, DeadLetters } from '../../ports/dead-letters.ts'
import { inParallel } from '../../ports/in-parallel.ts'
import { operationalFailure } from './backoff.ts'

const OBJECTS_IN_FLIGHT = 8

export class S3DeadLetters implements DeadLetters {
  private readonly client: S3Client
  private readonly bucket: string
  private readonly prefix: string

  constructor(client: S3Client, bucket: string, prefix: string) {
    this.client = client
    this.bucket = bucket
    this.prefix = prefix
  }

  async keep(letters: readonly DeadLetter[]): Promise<void> {
    await inParallel(letters, OBJECTS_IN_FLIGHT, async ({ symbol, position, index, timestampMs, bytes, reason }) => {
      const object = {
        Bucket: this.bucket,
        Key: `${this.prefix}/${encodeURIComponent(symbol)}/${position}-${index}`,
        Body: bytes,
        // Metadata must be ASCII, but a reason may quote any text.
        Metadata: { reason: encodeURIComponent(reason).slice(0, 1_000), 'timestamp-ms': String(timestampMs) },
      }
      try {
        await this.client.send(new PutObjectCommand(object))
      } catch (cause) {
        throw operationalFailure('PutObject', cause)
      }
    })
  }
}
