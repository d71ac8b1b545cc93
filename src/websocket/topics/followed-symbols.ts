/** The symbols of followed topics: their beginning, and their end some seconds after the last follower. */

import type { EventCursor } from '../../protocol/event/event-cursor.ts'
import type { Instrument } from '../../protocol/instrument/instrument.ts'
import { UNFOLLOWED_KEPT_MS } from '../../protocol/limits.ts'
import type { PublisherPorts } from './publisher-ports.ts'
import { type SymbolTopicName, SymbolTopics } from './symbol-topics.ts'
import type { TopicMessages } from './topic-messages.ts'

interface FollowedSymbol {
  /** undefined: its book has not arrived. */
  topics: SymbolTopics | undefined
  /** Topics that wait for the book. */
  readonly waiting: Map<number, SymbolTopicName>
  unfollowedMs: number | undefined
}

export class FollowedSymbols {
  private readonly ports: PublisherPorts
  private readonly onReady: () => void
  private readonly onFailed: (id: number) => void
  private readonly symbols = new Map<string, FollowedSymbol>()
  /** Symbols whose events arrived since the last tick, and those of the present batch. */
  private readonly changed = new Set<SymbolTopics>()
  private readonly unsettled = new Set<SymbolTopics>()

  /** `onReady`: a topic can make its first snapshot at the next tick. `onFailed`: it could not begin. */
  constructor(ports: PublisherPorts, onReady: () => void, onFailed: (id: number) => void) {
    this.ports = ports
    this.onReady = onReady
    this.onFailed = onFailed
  }

  get count(): number {
    return this.symbols.size
  }

  follow(id: number, name: SymbolTopicName, instruments: ReadonlyMap<string, Instrument>): void {
    const { symbol } = name
    const known = this.symbols.get(symbol)
    if (known !== undefined) {
      if (known.topics === undefined) known.waiting.set(id, name)
      else this.add(known, id, name)
      return
    }
    const followed: FollowedSymbol = { topics: undefined, waiting: new Map([[id, name]]), unfollowedMs: undefined }
    this.symbols.set(symbol, followed)
    this.ports.exchange.depth(symbol, (depth) => {
      if (this.symbols.get(symbol) !== followed) return
      const instrument = instruments.get(symbol)
      const { waiting } = followed
      if (depth === undefined || instrument === undefined) {
        this.symbols.delete(symbol)
        for (const id of waiting.keys()) this.onFailed(id)
        return
      }
      followed.topics = new SymbolTopics(instrument, depth, this.ports.stored, () => this.ports.nowMs())
      followed.unfollowedMs = this.ports.nowMs()
      for (const [id, name] of waiting) this.add(followed, id, name)
      waiting.clear()
    })
  }

  join(id: number, { symbol }: SymbolTopicName): void {
    const topics = this.symbols.get(symbol)?.topics
    if (topics === undefined) return
    topics.join(id)
    this.changed.add(topics)
  }

  unfollow(id: number, { symbol }: SymbolTopicName): void {
    const followed = this.symbols.get(symbol)
    followed?.waiting.delete(id)
    followed?.topics?.unfollow(id)
    if (followed?.topics?.isFollowed === false) followed.unfollowedMs = this.ports.nowMs()
  }

  /** Returns whether the symbol of the event is followed. */
  take(event: EventCursor): boolean {
    const topics = this.symbols.get(event.symbol)?.topics
    if (topics === undefined) return false
    topics.take(event)
    this.unsettled.add(topics)
    return true
  }

  /** Ends a batch of events. */
  settle(): void {
    for (const topics of this.unsettled) {
      topics.settle()
      this.changed.add(topics)
    }
    this.unsettled.clear()
  }

  tick(messages: TopicMessages): void {
    for (const topics of this.changed) topics.tick(messages)
    this.changed.clear()
  }

  advance(messages: TopicMessages): void {
    for (const { topics } of this.symbols.values()) topics?.advance(messages)
  }

  forgetUnfollowed(): void {
    const beforeMs = this.ports.nowMs() - UNFOLLOWED_KEPT_MS
    for (const [symbol, { topics, unfollowedMs }] of this.symbols) {
      if (topics === undefined || unfollowedMs === undefined || unfollowedMs > beforeMs) continue
      this.symbols.delete(symbol)
      this.changed.delete(topics)
    }
  }

  clear(): void {
    this.symbols.clear()
    this.changed.clear()
    this.unsettled.clear()
  }

  private add(followed: FollowedSymbol, id: number, name: SymbolTopicName): void {
    const { topics } = followed
    if (topics === undefined) return
    followed.unfollowedMs = undefined
    topics.follow(id, name, (failure) => {
      if (failure !== undefined) return this.onFailed(id)
      this.changed.add(topics)
      this.onReady()
    })
  }
}
