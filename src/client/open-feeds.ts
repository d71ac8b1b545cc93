/** The feeds of a client: finds the feed of a message, and subscribes again when a feed needs a snapshot. */

import type { Interval } from '../protocol/candle-interval.ts'
import { ConnectionLost, ExchangeProblem } from './errors.ts'
import type { FeedSource, Taken } from './feeds/feed.ts'
import type { Requests, Result } from './requests.ts'

export type Topic =
  | { readonly channel: 'book'; readonly symbol: string; readonly depth: number }
  | { readonly channel: 'trades' | 'ticker'; readonly symbol: string }
  | { readonly channel: 'candles'; readonly symbol: string; readonly interval: Interval }
  | { readonly channel: 'orders' }

/** A feed of any channel. */
export interface OpenFeed {
  /** Whether a new snapshot would have more than what is known, though nothing is wrong. */
  readonly isShort?: boolean
  take(message: Readonly<Record<string, unknown>>): Taken
  lose(): void
  fail(cause: Error | undefined): void
}

interface Followed {
  readonly topic: Topic
  readonly feed: OpenFeed
  /** A snapshot was asked for. Until it arrives every update is a gap. */
  asked: boolean
  /** A snapshot was asked for because the feed is short. Updates are taken as before. */
  refills: boolean
  /** Repairs since the feed was last right for a while. */
  repairs: number
  /** The next attempt to subscribe. */
  timer: ReturnType<typeof setTimeout> | undefined
}

/** A feed that has to be repaired again and again waits between two attempts. */
const REPAIRS_AT_ONCE = 3
const REPAIR_MS = 1_000
/** After a rejection that may pass, such as a rate limit. */
const RETRY_MS = 1_000

export class OpenFeeds {
  gaps = 0
  checksums = 0
  private readonly requests: Requests
  private readonly snapshotMs: number
  private readonly byKey = new Map<string, Followed>()
  private isConnected = false
  /** The last request of each subscription that is not answered. */
  private changes = new Map<string, Promise<unknown>>()

  /** If no snapshot arrives within `snapshotMs` after the answer, it was lost: the feed subscribes again. */
  constructor(requests: Requests, snapshotMs: number) {
    this.requests = requests
    this.snapshotMs = snapshotMs
  }

  /** The feed of a topic, which is subscribed if it is new. */
  follow<F extends OpenFeed>(topic: Topic, make: (source: FeedSource) => F): F {
    const key = keyOf(topic)
    const known = this.byKey.get(key)
    if (known !== undefined) return known.feed as F
    const feed = make({ closed: () => this.closed(key, topic) })
    const followed: Followed = { topic, feed, asked: false, refills: false, repairs: 0, timer: undefined }
    this.byKey.set(key, followed)
    if (this.isConnected) this.subscribe(followed)
    return feed
  }

  received(message: Readonly<Record<string, unknown>>): void {
    const followed = this.byKey.get(keyOf(message as unknown as Topic))
    if (followed === undefined) return
    if (message.type === 'snapshot') {
      followed.asked = false
      followed.refills = false
      clearTimeout(followed.timer)
    } else if (followed.asked) return
    const taken = followed.feed.take(message)
    if (taken === 'applied' && message.type === 'update') {
      followed.repairs = 0
      if (followed.feed.isShort === true) this.refill(followed)
    }
    if (taken !== 'gap' && taken !== 'checksum') return
    if (taken === 'gap') this.gaps++
    else this.checksums++
    this.repair(followed)
  }

  /** A new connection has no subscriptions. */
  subscribeAll(): void {
    this.isConnected = true
    for (const followed of this.byKey.values()) this.subscribe(followed)
  }

  lost(): void {
    this.isConnected = false
    this.changes = new Map()
    for (const { feed, timer } of this.byKey.values()) {
      clearTimeout(timer)
      feed.lose()
    }
  }

  fail(cause: Error | undefined): void {
    this.isConnected = false
    for (const { feed, timer } of this.byKey.values()) {
      clearTimeout(timer)
      feed.fail(cause)
    }
    this.byKey.clear()
  }

  private repair(followed: Followed): void {
    followed.asked = true
    followed.feed.lose()
    if (followed.repairs++ < REPAIRS_AT_ONCE) this.subscribe(followed)
    else this.later(REPAIR_MS, followed)
  }

  private refill(followed: Followed): void {
    if (followed.refills) return
    followed.refills = true
    this.change('subscribe', followed.topic).catch(() => {
      followed.refills = false
    })
  }

  private subscribe(followed: Followed): void {
    followed.asked = true
    const again = () => followed.asked && this.later(this.snapshotMs, followed)
    this.change('subscribe', followed.topic).then(again, (cause) => {
      if (cause instanceof ConnectionLost) return
      if (cause instanceof ExchangeProblem && (cause.status === 429 || cause.status >= 500)) {
        this.later(cause.retryAfterMs ?? RETRY_MS, followed)
        return
      }
      this.byKey.delete(keyOf(followed.topic))
      followed.feed.fail(cause)
    })
  }

  private later(delayMs: number, followed: Followed): void {
    clearTimeout(followed.timer)
    followed.timer = setTimeout(() => {
      if (this.isConnected && this.byKey.get(keyOf(followed.topic)) === followed) this.subscribe(followed)
    }, delayMs)
  }

  private closed(key: string, topic: Topic): void {
    clearTimeout(this.byKey.get(key)?.timer)
    this.byKey.delete(key)
    // If the connection is lost before the answer, so is the subscription.
    if (this.isConnected) this.change('unsubscribe', topic).catch(() => {})
  }

  /** On AWS the requests of a connection are handled side by side, so those of one subscription wait for each other. */
  private change(op: string, topic: Topic): Promise<Result> {
    const { changes } = this
    const key = keyOf(topic)
    const call = () => this.requests.callNow(op, fieldsOf(topic))
    const before = changes.get(key)
    const answer = before === undefined ? call() : before.then(() => this.sameConnection(changes, call))
    const settled = answer.then(
      () => {},
      () => {},
    )
    changes.set(key, settled)
    void settled.then(() => changes.get(key) === settled && changes.delete(key))
    return answer
  }

  private sameConnection(changes: unknown, call: () => Promise<Result>): Promise<Result> {
    return changes === this.changes ? call() : Promise.reject(new ConnectionLost('the connection has ended'))
  }
}

/** The same for a topic and for its messages. */
function keyOf(topic: Topic): string {
  switch (topic.channel) {
    case 'book':
      return `book ${topic.symbol} ${topic.depth}`
    case 'candles':
      return `candles ${topic.symbol} ${topic.interval}`
    case 'orders':
      return 'orders'
    default:
      return `${topic.channel} ${topic.symbol}`
  }
}

function fieldsOf(topic: Topic): object {
  if (topic.channel === 'orders') return topic
  const { symbol, ...rest } = topic
  return { ...rest, symbols: [symbol] }
}
