import { expect, test } from 'vitest'
import type { FeedStart } from '../../../ports/event-feed.ts'
import { FeedClient } from './feed-client.ts'

const startAt = (position: string): FeedStart => ({ position, timestampMs: 0, symbols: new Map() })

test('a reader gets its own start, and no batch from before it', async () => {
  const feed = new FeedClient(() => {})
  const seen: (string | number)[][] = [[], []]
  const read = (reader: number) =>
    feed.read({
      start: ({ position }) => seen[reader].push(position),
      take: (batch) => seen[reader].push(batch.length),
    })
  const first = read(0)
  feed.start(startAt('a'))
  await first
  const second = read(1)
  feed.take(new Uint8Array(1))
  feed.start(startAt('b'))
  // The batch comes in the same turn as the start.
  feed.take(new Uint8Array(2))
  await second
  expect(seen).toEqual([
    ['a', 1, 2],
    ['b', 2],
  ])
})
