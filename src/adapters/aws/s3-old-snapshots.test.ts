import { DeleteObjectCommand, ListObjectsV2Command, type S3Client } from '@aws-sdk/client-s3'
import { expect, test } from 'vitest'
import { S3OldSnapshots } from './s3-old-snapshots.ts'

const DAY_MS = 24 * 60 * 60_000
const NOW_MS = 100 * DAY_MS

/** A bucket with objects of these ages in days, by their names, two a page. */
function bucketOf(ages: Record<string, number>) {
  const objects = new Map(Object.entries(ages))
  let lists = 0
  const send = async (command: unknown): Promise<unknown> => {
    if (command instanceof DeleteObjectCommand) {
      objects.delete(command.input.Key as string)
      return {}
    }
    if (!(command instanceof ListObjectsV2Command)) throw new Error('not asked for')
    lists++
    const { Prefix = '', ContinuationToken = '0' } = command.input
    const keys = [...objects.keys()].filter((key) => key.startsWith(Prefix)).sort()
    const from = Number(ContinuationToken)
    const Contents = keys
      .slice(from, from + 2)
      .map((Key) => ({ Key, LastModified: new Date(NOW_MS - (objects.get(Key) as number) * DAY_MS) }))
    return { Contents, ...(from + 2 < keys.length && { NextContinuationToken: String(from + 2) }) }
  }
  return { client: { send } as unknown as S3Client, names: () => [...objects.keys()], lists: () => lists }
}

test('snapshots of more than three days are removed, of this symbol only', async () => {
  const { client, names } = bucketOf({ 'A/1': 5, 'A/2': 4, 'A/3': 2, 'A/4': 1, 'A/5': 0, 'A/6': 0, 'AB/1': 9 })
  await new S3OldSnapshots(client, 'b', () => NOW_MS).sweep('A/')
  expect(names()).toEqual(['A/3', 'A/4', 'A/5', 'A/6', 'AB/1'])
})

test('the newest snapshots of a quiet symbol stay, however old they are', async () => {
  const { client, names } = bucketOf({ 'A/1': 99, 'A/2': 98, 'A/3': 97, 'A/4': 96 })
  await new S3OldSnapshots(client, 'b', () => NOW_MS).sweep('A/')
  expect(names()).toEqual(['A/2', 'A/3', 'A/4'])
})

test('a symbol is listed once an hour', async () => {
  const { client, lists } = bucketOf({ 'A/1': 0 })
  let nowMs = NOW_MS
  const old = new S3OldSnapshots(client, 'b', () => nowMs)
  await old.sweep('A/')
  await old.sweep('A/')
  expect(lists()).toBe(1)
  nowMs += 60 * 60_000
  await old.sweep('A/')
  expect(lists()).toBe(2)
})

test('a bucket that refuses fails nothing', async () => {
  const send = async () => {
    throw new Error('AccessDenied')
  }
  await new S3OldSnapshots({ send } as unknown as S3Client, 'b').sweep('A/')
})
