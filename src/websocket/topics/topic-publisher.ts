/**
 * Makes the messages of all followed topics from the events of the exchange. It asks for events only while something is
 * followed, begins a symbol or an account with its first topic, and keeps it for some seconds after the last one, so
 * that a client that comes and goes does not make the exchange read a whole book each time. The messages of all topics
 * that have changed leave together, once in a tick.
 */

import type { FeedStart } from '../../ports/event-feed.ts'
import type { Topic } from '../../ports/market-feed.ts'
import { EventFeedReader } from '../../protocol/event/event-feed-reader.ts'
import { InstrumentDirectory, type ListedInstrument } from '../../protocol/instrument/instrument-directory.ts'
import { TICK_MS } from '../../protocol/limits.ts'
import { FollowedAccounts } from './followed-accounts.ts'
import { FollowedSymbols } from './followed-symbols.ts'
import type { PublisherPorts } from './publisher-ports.ts'
import { TopicMessages } from './topic-messages.ts'

/** Milliseconds between two looks at the time: rolls of tickers, symbols that nobody follows. */
const SECOND_MS = 1_000
/** After a failure the same topic is not tried again at once. */
const RETRY_MS = 1_000

export class TopicPublisher {
  private readonly ports: PublisherPorts
  private readonly symbols: FollowedSymbols
  private readonly accounts: FollowedAccounts
  private instruments = new InstrumentDirectory()
  private feed: 'off' | 'starting' | 'on' | 'pausing' = 'off'
  private topics = new Map<number, Topic>()
  private failed: number[] = []
  private ticking = false
  private tickedMs = Number.NEGATIVE_INFINITY
  private watching = false

  constructor(ports: PublisherPorts) {
    this.ports = ports
    const onReady = () => this.tickSoon()
    const onFailed = (id: number) => this.fail(id)
    this.symbols = new FollowedSymbols(ports, onReady, onFailed)
    this.accounts = new FollowedAccounts(ports.exchange, onReady, onFailed)
  }

  follow(id: number, topic: Topic): void {
    this.topics.set(id, topic)
    if (this.feed === 'on') this.begin(id, topic)
    else this.startFeed()
    this.watch()
  }

  /** A further follower of a topic waits for a snapshot. */
  join(id: number): void {
    const topic = this.topics.get(id)
    if (topic === undefined || this.feed !== 'on') return
    if (topic.channel === 'orders') this.accounts.join(id)
    else this.symbols.join(id, topic)
    this.tickSoon()
  }

  unfollow(id: number): void {
    const topic = this.topics.get(id)
    this.topics.delete(id)
    if (topic === undefined || this.feed !== 'on') return
    if (topic.channel === 'orders') this.accounts.unfollow(id)
    else this.symbols.unfollow(id, topic)
  }

  /** The events behind this call follow the start. */
  started(_: FeedStart, instruments: readonly ListedInstrument[]): void {
    this.instruments = new InstrumentDirectory(instruments.map((one) => [one.symbol, one]))
    this.feed = 'on'
    for (const [id, topic] of this.topics) this.begin(id, topic)
  }

  /** Takes a batch of events. */
  take(batch: Uint8Array): void {
    const { symbols, accounts } = this
    accounts.gather(batch)
    let changed = false
    const event = new EventFeedReader(batch)
    while (event.next()) {
      if (event.concernsSymbol) this.instruments.take(event)
      changed = symbols.take(event) || changed
      changed = accounts.take(event) || changed
    }
    symbols.settle()
    if (changed) this.tickSoon()
  }

  /** Events were lost. Whoever follows a topic has to follow it again. */
  dropped(): void {
    this.topics.clear()
    this.symbols.clear()
    this.accounts.clear()
    this.feed = 'pausing'
    this.ports.lost('the thread of market data was too far behind the exchange')
    this.ports.later(RETRY_MS, () => {
      this.feed = 'off'
      if (this.topics.size > 0) this.startFeed()
    })
  }

  private startFeed(): void {
    if (this.feed !== 'off') return
    this.feed = 'starting'
    this.ports.exchange.turnFeed(true)
  }

  private begin(id: number, topic: Topic): void {
    if (topic.channel === 'orders') this.accounts.follow(id, topic.account)
    else this.symbols.follow(id, topic, this.instruments)
  }

  private fail(id: number): void {
    if (!this.topics.has(id)) return
    this.ports.later(RETRY_MS, () => {
      this.unfollow(id)
      this.failed.push(id)
      this.tickSoon()
    })
  }

  private tickSoon(): void {
    if (this.ticking) return
    this.ticking = true
    this.ports.later(Math.max(0, this.tickedMs + TICK_MS - performance.now()), () => this.tick())
  }

  private tick(): void {
    this.ticking = false
    this.tickedMs = performance.now()
    const messages = new TopicMessages()
    this.symbols.tick(messages)
    this.accounts.tick(messages, this.instruments)
    this.publish(messages)
  }

  private publish(messages: TopicMessages): void {
    for (const id of this.failed) messages.lost(id)
    this.failed = []
    if (messages.count > 0) this.ports.publish(messages, performance.now() - this.tickedMs)
  }

  private watch(): void {
    if (this.watching) return
    this.watching = true
    this.ports.later(SECOND_MS, () => {
      this.watching = false
      this.look()
    })
  }

  private look(): void {
    if (this.feed === 'on') {
      const messages = new TopicMessages()
      this.symbols.advance(messages)
      this.publish(messages)
      this.symbols.forgetUnfollowed()
      if (this.symbols.count === 0 && this.topics.size === 0) {
        this.feed = 'off'
        this.ports.exchange.turnFeed(false)
      }
    }
    if (this.feed !== 'off') this.watch()
  }
}
