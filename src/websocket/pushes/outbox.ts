/** The messages of one round, by connection and in sequence. Followers of one topic share its text. */

import type { Topic } from '../../ports/market-feed.ts'

export class Outbox {
  readonly byConnection = new Map<string, string[]>()
  /** Topics under which each connection was found. */
  private readonly seen = new Map<string, Topic[]>()

  found(connectionId: string, topic: Topic): void {
    const topics = this.seen.get(connectionId)
    if (topics === undefined) this.seen.set(connectionId, [topic])
    else topics.push(topic)
  }

  seenOf(connectionId: string): readonly Topic[] {
    return this.seen.get(connectionId) ?? []
  }

  add(connectionId: string, text: string): void {
    const texts = this.byConnection.get(connectionId)
    if (texts === undefined) this.byConnection.set(connectionId, [text])
    else texts.push(text)
  }
}
