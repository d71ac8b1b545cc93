/** A market feed in memory: tests publish the messages of its topics. */

import {
  type MarketFeed,
  type MarketUpdate,
  type Topic,
  type TopicReader,
  topicKey,
} from '../../src/ports/market-feed.ts'

interface Published {
  to: number
  texts: string[]
  readonly followers: Set<Follower>
}

interface Follower {
  readonly reader: TopicReader
  joined: boolean
}

export class MemoryMarketFeed implements MarketFeed {
  private readonly topics = new Map<string, Published>()
  /** Encodes the snapshot of a topic: by default its number and the texts of its updates so far. */
  snapshotOf: (topic: Topic, to: number, texts: readonly string[]) => string = (topic, sequence, texts) =>
    JSON.stringify({ type: 'snapshot', ...topic, sequence, texts })

  follow(topic: Topic, reader: TopicReader): () => void {
    const published = this.topicOf(topic)
    const follower = { reader, joined: false }
    published.followers.add(follower)
    queueMicrotask(() => {
      if (!published.followers.has(follower)) return
      follower.joined = true
      const { to, texts } = published
      reader.take({ type: 'snapshot', from: to, to, text: this.snapshotOf(topic, to, texts) })
    })
    return () => {
      published.followers.delete(follower)
    }
  }

  /** Publishes an update that covers the next `count` numbers. Returns the last of them. */
  publish(topic: Topic, text: string, count = 1): number {
    const published = this.topicOf(topic)
    const update: MarketUpdate = { type: 'update', from: published.to + 1, to: published.to + count, text }
    published.to = update.to
    published.texts.push(text)
    for (const follower of [...published.followers]) {
      if (follower.joined && published.followers.has(follower)) follower.reader.take(update)
    }
    return update.to
  }

  /** Fails: all followers are told, and none receives more. */
  fail(): void {
    const followers = [...this.topics.values()].flatMap(({ followers }) => {
      const all = [...followers]
      followers.clear()
      return all
    })
    for (const { reader } of followers) reader.lost()
  }

  /** Number of followers of a topic. */
  followersOf(topic: Topic): number {
    return this.topicOf(topic).followers.size
  }

  private topicOf(topic: Topic): Published {
    const key = topicKey(topic)
    const known = this.topics.get(key) ?? { to: 0, texts: [], followers: new Set<Follower>() }
    this.topics.set(key, known)
    return known
  }
}
