/**
 * The subscriptions of one connection, in the order in which they were made. A few at a time wait for their snapshot,
 * and none is started while the connection is slow, so that the snapshots of many subscriptions do not pile up.
 * Starts beyond a rate wait, because each makes a snapshot. When the client has read everything, what it has skipped
 * is sent combined.
 */

import { type MarketFeed, type MarketUpdate, type Topic, topicKey } from '../../ports/market-feed.ts'
import {
  FEED_RETRY_MS,
  SOCKET_COMBINE_BYTES,
  SOCKET_JOINING_MAX,
  SOCKET_START_PAUSE_MS,
  SOCKET_STARTS_PER_SECOND,
  SOCKET_SUBSCRIPTIONS_MAX,
} from '../../protocol/limits.ts'
import { ConnectionRate } from '../connection-rate.ts'
import { type Outlet, Subscription } from './subscription.ts'

/** The part of a connection that subscriptions use. */
export interface SubscribedConnection {
  readonly waitingBytes: number
  send(message: MarketUpdate): void
  onDrained(call: () => void): void
}

export class Subscriptions implements Outlet {
  private readonly feed: MarketFeed
  private readonly connection: SubscribedConnection
  private readonly byKey = new Map<string, Subscription>()
  private readonly waiting = new Set<Subscription>()
  private readonly joining = new Set<Subscription>()
  private readonly late = new Set<Subscription>()
  private draining = false
  private retry: NodeJS.Timeout | undefined
  private pause: NodeJS.Timeout | undefined
  private readonly starts = new ConnectionRate(SOCKET_STARTS_PER_SECOND, performance.now(), SOCKET_SUBSCRIPTIONS_MAX)

  constructor(feed: MarketFeed, connection: SubscribedConnection) {
    this.feed = feed
    this.connection = connection
  }

  get size(): number {
    return this.byKey.size
  }

  get topics(): Topic[] {
    return [...this.byKey.values()].map(({ topic }) => topic)
  }

  /** Nothing else can use the room meanwhile. */
  add(): boolean {
    return true
  }

  /** How many there would be with these topics. */
  sizeWith(topics: readonly Topic[]): number {
    const added = new Set(topics.map(topicKey).filter((key) => !this.byKey.has(key)))
    return this.size + added.size
  }

  /** Starts each topic; one that exists is started again. */
  start(topics: readonly Topic[]): void {
    for (const topic of topics) {
      const key = topicKey(topic)
      const subscription = this.byKey.get(key) ?? new Subscription(topic, this)
      this.forget(subscription)
      this.byKey.set(key, subscription)
      this.waiting.add(subscription)
    }
    this.startWaiting()
  }

  /** Ends each topic that exists. No message of it is sent after the call. */
  stop(topics: readonly Topic[]): void {
    for (const topic of topics) {
      const key = topicKey(topic)
      const subscription = this.byKey.get(key)
      if (subscription === undefined) continue
      this.byKey.delete(key)
      this.forget(subscription)
    }
    this.startWaiting()
  }

  stopAll(): void {
    clearTimeout(this.retry)
    clearTimeout(this.pause)
    this.waiting.clear()
    for (const subscription of this.byKey.values()) this.forget(subscription)
    this.byKey.clear()
  }

  isSlow(): boolean {
    return this.connection.waitingBytes > SOCKET_COMBINE_BYTES
  }

  send(message: MarketUpdate): void {
    this.connection.send(message)
  }

  joined(subscription: Subscription): void {
    this.joining.delete(subscription)
    if (this.waiting.size > 0) this.startWaiting()
  }

  startAgain(subscription: Subscription, failed: boolean): void {
    this.joining.delete(subscription)
    this.late.delete(subscription)
    this.waiting.add(subscription)
    if (!failed) this.callWhenDrained()
    // A feed that fails at once must not be followed in a loop.
    else this.retry ??= setTimeout(() => this.startAfterFailure(), FEED_RETRY_MS).unref()
  }

  behind(subscription: Subscription): void {
    this.late.add(subscription)
    this.callWhenDrained()
  }

  private startAfterFailure(): void {
    this.retry = undefined
    this.startWaiting()
  }

  private startAfterPause(): void {
    this.pause = undefined
    this.startWaiting()
  }

  private startWaiting(): void {
    if (this.retry !== undefined) return
    for (const subscription of this.waiting) {
      if (this.joining.size >= SOCKET_JOINING_MAX) return
      if (this.isSlow()) {
        this.callWhenDrained()
        return
      }
      if (!this.starts.admit(performance.now())) {
        this.pause ??= setTimeout(() => this.startAfterPause(), SOCKET_START_PAUSE_MS).unref()
        return
      }
      this.waiting.delete(subscription)
      this.joining.add(subscription)
      subscription.start(this.feed)
    }
  }

  private callWhenDrained(): void {
    if (this.draining) return
    this.draining = true
    this.connection.onDrained(() => {
      this.draining = false
      this.catchUp()
    })
  }

  private catchUp(): void {
    for (const subscription of this.late) {
      if (this.isSlow()) {
        this.callWhenDrained()
        return
      }
      this.late.delete(subscription)
      subscription.catchUp()
    }
    this.startWaiting()
  }

  private forget(subscription: Subscription): void {
    subscription.stop()
    this.waiting.delete(subscription)
    this.joining.delete(subscription)
    this.late.delete(subscription)
  }
}
