/** The contract of a market feed. */

import { describe, expect, test } from 'vitest'
import { type MarketFeed, type MarketUpdate, type Topic, topicKey } from '../../src/ports/market-feed.ts'

export interface MarketFeedUnderTest {
  readonly feed: MarketFeed
  /** The topics of the suite: of two channels, or of two symbols. */
  readonly topics: readonly [Topic, Topic]
  /** Resolves when a change of the topic has been published, and its followers have received it. */
  change(topic: Topic): Promise<unknown>
  /** Resolves when the followers know that the feed has failed. */
  fail(): Promise<unknown>
  close?(): Promise<unknown>
}

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

  /** Resolves when `count` messages have arrived. */
  async has(count: number): Promise<void> {
    await expect.poll(() => this.updates.length, { timeout: 10_000, interval: 2 }).toBeGreaterThanOrEqual(count)
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
        await follower.has(1)
        for (let i = 0; i < 3; i++) {
          await change(topic)
          await change(other)
        }
        await follower.has(4)
        expectChain(follower)
        expect(follower.updates.at(-1)?.to).toBeGreaterThan(follower.updates[0].to)
        follower.stop()
      }))

    test('gives a later follower a snapshot in order with the updates, and both the same updates', () =>
      tested(async ({ feed, topics: [topic], change }) => {
        const first = new Follower(feed, topic)
        await first.has(1)
        await change(topic)
        const joining = [1, 2, 3].map(() => new Follower(feed, topic))
        const changed = change(topic)
        joining.push(new Follower(feed, topic))
        await changed
        for (const follower of joining) await follower.has(1)
        await change(topic)
        const last = () => first.updates.at(-1)
        for (const follower of joining) {
          await expect.poll(() => follower.updates.at(-1)).toBe(last())
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
        for (const follower of [stopped, other, once]) await follower.has(1)
        stopped.stop()
        stopped.stop()
        await change(topic)
        await change(topic)
        await other.has(3)
        expect([stopped.types, never.types, once.types]).toEqual([['snapshot'], [], ['snapshot', 'update']])
        other.stop()
        await change(topic)
        const again = new Follower(feed, topic)
        await again.has(1)
        expect(again.updates[0].to).toBeGreaterThan(other.updates.at(-1)?.to ?? 0)
        again.stop()
      }))

    test('tells each follower once that it has failed, and can be followed again', () =>
      tested(async ({ feed, topics, change, fail }) => {
        const [one, other] = topics.map((topic) => new Follower(feed, topic))
        const stopped = new Follower(feed, topics[0])
        await Promise.all([one.has(1), other.has(1), stopped.has(1)])
        stopped.stop()
        await fail()
        expect([one.lost, other.lost, stopped.lost]).toEqual([1, 1, 0])
        const received = one.updates.length
        const again = new Follower(feed, topics[0])
        await again.has(1)
        await change(topics[0])
        await again.has(2)
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
