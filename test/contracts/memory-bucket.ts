/** A bucket in memory that answers as S3 does, two keys a page. */

import {
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  NoSuchKey,
  PutObjectCommand,
} from '@aws-sdk/client-s3'

export class MemoryBucket {
  readonly objects = new Map<string, Uint8Array>()
  /** The names that were listed, so that a test can count them. */
  readonly listed: string[] = []
  fails = false

  async send(command: unknown): Promise<unknown> {
    if (this.fails) throw new Error('SlowDown')
    if (command instanceof PutObjectCommand) {
      this.objects.set(command.input.Key as string, Uint8Array.from(command.input.Body as Uint8Array))
      return {}
    }
    if (command instanceof GetObjectCommand) {
      const bytes = this.objects.get(command.input.Key as string)
      if (bytes === undefined) throw new NoSuchKey({ message: 'no such key', $metadata: {} })
      return { Body: { transformToByteArray: async () => bytes } }
    }
    if (command instanceof DeleteObjectCommand) {
      this.objects.delete(command.input.Key as string)
      return {}
    }
    if (command instanceof ListObjectsV2Command) {
      const { Prefix = '', StartAfter = '', ContinuationToken = '' } = command.input
      const isLater = (key: string) => key > StartAfter && key > ContinuationToken
      const keys = [...this.objects.keys()].filter((key) => key.startsWith(Prefix) && isLater(key)).sort()
      const page = keys.slice(0, 2)
      this.listed.push(...page)
      return { Contents: page.map((Key) => ({ Key })), ...(keys.length > 2 && { NextContinuationToken: page[1] }) }
    }
    throw new Error('not asked for')
  }
}
