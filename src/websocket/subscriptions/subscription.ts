/**
 * One topic of one connection. It passes the messages of the feed on. While the connection is slow, it keeps the updates
 * of a channel whose updates may be combined, at most a fixed number of them; behind that only a new snapshot helps.
 */

import type { MarketFeed, MarketUpdate, Topic, TopicReader } from '../../ports/market-feed.ts'
import { SOCKET_COMBINED_UPDATES_MAX } from '../../protocol/limits.ts'
import { COMBINED_CHANNELS, type CombinedChannel, combineUpdates } from './combine-updates.ts'

/** What a subscription needs of its connection. */
export interface Outlet {
  /** Whether so much waits for the client that updates are to be combined. */
  isSlow(): boolean
  send(message: MarketUpdate): void
  /** The first message after `start` has come. */
  joined(subscription: Subscription): void
  /** The subscription has to be started again: now, or after a moment if the feed has failed. */
  startAgain(subscription: Subscription, failed: boolean): void
  /** Updates wait in the subscription: `catchUp` is to be called when the client has read. */
  behind(subscription: Subscription): void
}

export class Subscription implements TopicReader {
  readonly topic: Topic
  private readonly outlet: Outlet
  private readonly combined: CombinedChannel | undefined
  private isJoined = false
  private stopFeed: (() => void) | undefined
  /** What the client has skipped, oldest first: perhaps a snapshot, then updates that follow each other. */
  private skipped: MarketUpdate[] = []

  constructor(topic: Topic, outlet: Outlet) {
    this.topic = topic
    this.outlet = outlet
    this.combined = COMBINED_CHANNELS.find((channel) => channel === topic.channel)
  }

  /** A snapshot follows, then updates. */
  start(feed: MarketFeed): void {
    this.stop()
    this.stopFeed = feed.follow(this.topic, this)
  }

  stop(): void {
    this.stopFeed?.()
    this.stopFeed = undefined
    this.skipped = []
    this.isJoined = false
  }

  take(update: MarketUpdate): void {
    const { outlet } = this
    if (!this.isJoined) {
      this.isJoined = true
      outlet.joined(this)
    }
    if (this.combined === undefined || (this.skipped.length === 0 && !outlet.isSlow())) outlet.send(update)
    else this.skip(update)
  }

  lost(): void {
    this.stop()
    this.outlet.startAgain(this, true)
  }

  /** Sends what was skipped, as one update, or as a snapshot and one update. */
  catchUp(): void {
    const { skipped, combined } = this
    this.skipped = []
    if (combined === undefined || skipped.length === 0) return
    if (skipped[0].type === 'snapshot') this.outlet.send(skipped.shift() as MarketUpdate)
    if (skipped.length > 0) this.outlet.send(combineUpdates(combined, skipped))
  }

  private skip(update: MarketUpdate): void {
    const { skipped } = this
    if (update.type === 'snapshot') skipped.length = 0
    // Of a ticker the first and the last update are enough.
    else if (this.combined === 'ticker' && skipped.at(-2)?.type === 'update') skipped.pop()
    skipped.push(update)
    if (skipped.length > SOCKET_COMBINED_UPDATES_MAX) {
      this.stop()
      this.outlet.startAgain(this, false)
    } else if (skipped.length === 1) {
      this.outlet.behind(this)
    }
  }
}
