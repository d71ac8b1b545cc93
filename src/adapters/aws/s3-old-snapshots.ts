/**
 * Removes old snapshots of a symbol. A rule of the bucket could only remove by age, and would also remove the only
 * snapshot of a symbol that has been quiet for long. Here the newest ones stay, however old they are.
 *
 * A failure is ignored: snapshots are removed later, and no snapshot depends on it.
 */

import { DeleteObjectCommand, ListObjectsV2Command, type S3Client } from '@aws-sdk/client-s3'

const HOUR_MS = 60 * 60_000
const DAY_MS = 24 * HOUR_MS

/** The stream keeps one day by default. A busy symbol saves a snapshot each 15 minutes: 288 in three days. */
const KEPT_MS = 3 * DAY_MS
/** If the newest is damaged, the ones before it are used. */
const KEPT = 3
/** Lists each symbol once an hour, so that this costs a cent a month for three busy symbols. */
const INTERVAL_MS = HOUR_MS
/** A checkpoint waits for these calls. */
const REMOVED_MAX = 100

export class S3OldSnapshots {
  private readonly client: S3Client
  private readonly bucket: string
  private readonly nowMs: () => number
  private readonly sweptMs = new Map<string, number>()

  constructor(client: S3Client, bucket: string, nowMs: () => number = Date.now) {
    this.client = client
    this.bucket = bucket
    this.nowMs = nowMs
  }

  /** Removes objects of `folder` that are older than three days, except the last three names. */
  async sweep(folder: string): Promise<void> {
    const nowMs = this.nowMs()
    if (nowMs - (this.sweptMs.get(folder) ?? 0) < INTERVAL_MS) return
    this.sweptMs.set(folder, nowMs)
    try {
      const objects = await this.list(folder)
      const old = objects.slice(0, -KEPT).filter(({ atMs }) => nowMs - atMs > KEPT_MS)
      const removed = old.slice(0, REMOVED_MAX)
      await Promise.all(
        removed.map(({ Key }) => this.client.send(new DeleteObjectCommand({ Bucket: this.bucket, Key }))),
      )
    } catch {
      // The next sweep removes them.
    }
  }

  /** In the order of their names, which is the order of their positions. */
  private async list(folder: string): Promise<{ Key: string; atMs: number }[]> {
    const objects: { Key: string; atMs: number }[] = []
    let token: string | undefined
    do {
      const page = await this.client.send(
        new ListObjectsV2Command({
          Bucket: this.bucket,
          Prefix: folder,
          ...(token !== undefined && { ContinuationToken: token }),
        }),
      )
      for (const { Key, LastModified } of page.Contents ?? []) {
        if (Key !== undefined && LastModified !== undefined) objects.push({ Key, atMs: LastModified.getTime() })
      }
      token = page.NextContinuationToken
    } while (token !== undefined)
    return objects
  }
}
