/** The contract of a market feed. */

import { describe, expect, test } from 'vitest'
import { type MarketFeed, type MarketUpdate, type Topic, topicKey } from '../../src/ports/market-feed.ts'

export interface MarketFeedUnderTest {
  readonly feed: MarketFeed
  /** The topics of the suite: of two channels, or of two symbols. */
  readonly topics: readonly [Topic, Topic]
  /**
   * Changes the topic. Resolves with the number up to which its followers are then told, at once or later. Several
   * changes may be told in one update.
   */
  change(topic: Topic): Promise<number>
  /** Resolves when the followers know that the feed has failed. */
  fail(): Promise<unknown>
  close?(): Promise<unknown>
}

/** A thread that starts on a busy machine takes seconds. */
const PATIENCE = { timeout: 40_000, interval: 2 }

class Follower {
  readonly updates: MarketUpdate[] = []
  lost = 0
  readonly stop: () => void

  constructor(feed: MarketFeed, topic: Topic, onUpdate: (follower: Follower) => void = () => {}) {
    this.stop = feed.follow(topic, {
      take: (update) => {
        this.updates.push(update)
        onUpdate(this)
      },
      lost: () => {
        this.lost++
      },
    })
  }

  /** Resolves when the first message has arrived. */
  async joins(): Promise<void> {
    await expect.poll(() => this.updates.length, PATIENCE).toBeGreaterThan(0)
  }

  /** Resolves when it was told everything up to a number. */
  async reaches(number: number): Promise<void> {
    await expect.poll(() => this.updates.at(-1)?.to, PATIENCE).toBeGreaterThanOrEqual(number)
  }

  get types(): string[] {
    return this.updates.map(({ type }) => type)
  }
}

/** A snapshot and updates without a gap. */
function expectChain({ updates }: Follower): void {
  const [snapshot, ...rest] = updates
  expect(snapshot).toMatchObject({ type: 'snapshot', from: snapshot.to })
  expect(JSON.parse(snapshot.text)).toBeTypeOf('object')
  let last = snapshot.to
  for (const { type, from, to } of rest) {
    expect({ type, from }).toEqual({ type: 'update', from: last + 1 })
    expect(to).toBeGreaterThanOrEqual(from)
    last = to
  }
}

export function marketFeedContract(open: () => Promise<MarketFeedUnderTest>): void {
  const tested = async (test: (opened: MarketFeedUnderTest) => Promise<void>) => {
    const opened = await open()
    try {
      await test(opened)
    } finally {
      await opened.close?.()
    }
  }

  describe('a market feed', () => {
    test('gives a snapshot, then updates that continue it', () =>
      tested(async ({ feed, topics: [topic, other], change }) => {
        await change(topic)
        const follower = new Follower(feed, topic)
        expect(follower.updates).toEqual([])
        await follower.joins()
        for (let i = 0; i < 3; i++) {
          const number = await change(topic)
          await change(other)
          expect(number).toBeGreaterThan(follower.updates[0].to)
          await follower.reaches(number)
        }
        expectChain(follower)
        follower.stop()
      }))

    test('gives a later follower a snapshot in order with the updates, and both the same updates', () =>
      tested(async ({ feed, topics: [topic], change }) => {
        const first = new Follower(feed, topic)
        await first.joins()
        await change(topic)
        const joining = [1, 2, 3].map(() => new Follower(feed, topic))
        const changed = change(topic)
        joining.push(new Follower(feed, topic))
        await changed
        for (const follower of joining) await follower.joins()
        const end = await change(topic)
        await first.reaches(end)
        for (const follower of joining) {
          await follower.reaches(end)
          expectChain(follower)
          // The same objects, so that a message is framed once.
          const updates = follower.updates.slice(1)
          expect(updates.every((update) => first.updates.includes(update))).toBe(true)
        }
        expectChain(first)
        for (const follower of [first, ...joining]) follower.stop()
      }))

    test('ends for one follower and goes on for the others', () =>
      tested(async ({ feed, topics: [topic], change }) => {
        const [stopped, other] = [new Follower(feed, topic), new Follower(feed, topic)]
        const never = new Follower(feed, topic)
        never.stop()
        // This one stops while it receives.
        const once = new Follower(feed, topic, ({ stop, types }) => types.at(-1) === 'update' && stop())
        for (const follower of [stopped, other, once]) await follower.joins()
        stopped.stop()
        stopped.stop()
        await change(topic)
        await other.reaches(await change(topic))
        expect([stopped.types, never.types, once.types]).toEqual([['snapshot'], [], ['snapshot', 'update']])
        other.stop()
        const number = await change(topic)
        const again = new Follower(feed, topic)
        await again.reaches(number)
        expectChain(again)
        again.stop()
      }))

    test('tells each follower once that it has failed, and can be followed again', () =>
      tested(async ({ feed, topics, change, fail }) => {
        const [one, other] = topics.map((topic) => new Follower(feed, topic))
        const stopped = new Follower(feed, topics[0])
        await Promise.all([one.joins(), other.joins(), stopped.joins()])
        stopped.stop()
        await fail()
        await expect.poll(() => [one.lost, other.lost, stopped.lost], PATIENCE).toEqual([1, 1, 0])
        const received = one.updates.length
        const again = new Follower(feed, topics[0])
        await again.joins()
        await again.reaches(await change(topics[0]))
        expectChain(again)
        expect(one.updates).toHaveLength(received)
        one.stop()
        again.stop()
      }))
  })
}

/** Topics that differ have keys that differ. */
export function expectDistinctKeys(topics: readonly Topic[]): void {
  expect(new Set(topics.map(topicKey)).size).toBe(topics.length)
}
