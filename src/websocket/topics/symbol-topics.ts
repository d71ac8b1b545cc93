/**
 * The followed topics of one symbol, and the folds that they share. The symbol begins with its book after an event, and
 * takes the events behind it. The candles begin with the first topic that needs them.
 *
 * A topic that has read what is stored is kept after its last follower, as long as the symbol. So a client that comes
 * and goes, however often, does not make the exchange read again.
 */

import type { BookLevel } from '../../marketdata/book-level.ts'
import { DepthBook } from '../../marketdata/depth-book.ts'
import { windowStart } from '../../marketdata/ticker.ts'
import { NUMBERS_PER_LEVEL, type WholeDepth } from '../../ports/depth-reader.ts'
import { type Topic, topicKey } from '../../ports/market-feed.ts'
import { SNAPSHOT_FOR_ALL } from '../../ports/market-messages.ts'
import type { Interval } from '../../protocol/candle-interval.ts'
import type { EventCursor } from '../../protocol/event/event-cursor.ts'
import type { Instrument } from '../../protocol/instrument/instrument.ts'
import { type ShownTrade, shownTrade } from '../../protocol/trade-record.ts'
import type { Lots, Ticks } from '../../protocol/units.ts'
import { BookTopic } from './book-topic.ts'
import { CandlesTopic } from './candles-topic.ts'
import { JoinedCandles } from './joined-candles.ts'
import type { StoredMarket } from './publisher-ports.ts'
import type { SymbolState, SymbolTopic } from './symbol-topic.ts'
import { TickerTopic } from './ticker-topic.ts'
import type { TopicMessages } from './topic-messages.ts'
import { RECENT_TRADES, TradesTopic } from './trades-topic.ts'

export type SymbolTopicName = Exclude<Topic, { channel: 'orders' }>

interface Followed {
  readonly key: string
  /** undefined: nobody follows the topic now. */
  id: number | undefined
  readonly topic: SymbolTopic
  /** When it has what is stored; undefined: it needs nothing. */
  readonly begun: Promise<void> | undefined
  /** The last event that the followers know. undefined: the first snapshot is not made yet. */
  sent: number | undefined
  /** A follower waits for a snapshot. */
  joining: boolean
}

export class SymbolTopics implements SymbolState {
  readonly instrument: Instrument
  readonly book = new DepthBook()
  readonly nowMs: () => number
  private readonly candles: JoinedCandles
  private trades: ShownTrade[] = []
  private lastTrade: number
  private readonly stored: StoredMarket
  private readonly followed = new Set<Followed>()

  constructor(instrument: Instrument, depth: WholeDepth, stored: StoredMarket, nowMs: () => number) {
    this.instrument = instrument
    this.nowMs = nowMs
    this.stored = stored
    const { bids, asks, tradeNumber, ...rest } = depth
    this.book.restore({ ...rest, bids: levelsOf(bids), asks: levelsOf(asks) })
    this.lastTrade = tradeNumber
    this.candles = new JoinedCandles(instrument.symbol, stored)
  }

  /** `onReady` is called when the topic can make its first snapshot, or with the failure of the store. */
  follow(id: number, name: SymbolTopicName, onReady: (failure?: unknown) => void): void {
    const key = topicKey(name)
    const followed = this.kept(key) ?? { ...this.newTopic(name), key, id, sent: undefined, joining: true }
    followed.id = id
    followed.joining = true
    this.followed.add(followed)
    if (followed.begun === undefined) {
      onReady()
      return
    }
    followed.begun.then(
      () => onReady(),
      (failure) => {
        this.followed.delete(followed)
        onReady(failure)
      },
    )
  }

  join(id: number): void {
    for (const followed of this.followed) if (followed.id === id) followed.joining = true
  }

  unfollow(id: number): void {
    for (const followed of this.followed) {
      if (followed.id !== id) continue
      if (followed.begun === undefined || this.kept(followed.key) !== undefined) this.followed.delete(followed)
      followed.id = undefined
      followed.sent = undefined
    }
  }

  /** Whether somebody follows a topic. */
  get isFollowed(): boolean {
    for (const { id } of this.followed) if (id !== undefined) return true
    return false
  }

  take(event: EventCursor): void {
    if (event.number <= this.book.eventNumber) return
    this.book.take(event)
    if (event.kind !== 'TradeExecuted') return
    const trade = shownTrade(event)
    this.candles.take(trade)
    this.lastTrade = trade.tradeNumber
    this.trades.push(trade)
  }

  /** Ends a batch of events. */
  settle(): void {
    this.book.settle()
  }

  /** Writes the messages of what has changed since the last tick. */
  tick(messages: TopicMessages): void {
    const to = this.book.eventNumber
    const change = { trades: this.trades, candles: this.candles.changed() }
    this.trades = []
    for (const followed of this.followed) {
      const { id, topic, sent } = followed
      const changed = topic.take(change)
      if (id === undefined) continue
      if (changed && sent !== undefined) {
        messages.update(id, sent + 1, to, topic.update(sent + 1, to))
        followed.sent = to
      }
      if (!followed.joining || !topic.ready) continue
      followed.joining = false
      followed.sent ??= to
      messages.snapshot(id, followed.sent, topic.snapshot(followed.sent))
    }
  }

  /** The time has moved on: writes the messages of topics that change with it. */
  advance(messages: TopicMessages): void {
    const nowMs = this.nowMs()
    for (const { id, topic, sent } of this.followed) {
      if (topic.advance?.(nowMs) !== true || id === undefined || sent === undefined) continue
      messages.snapshot(id, sent, topic.snapshot(sent), SNAPSHOT_FOR_ALL)
    }
  }

  /** A topic that nobody follows now. */
  private kept(wanted: string): Followed | undefined {
    for (const followed of this.followed) if (followed.id === undefined && followed.key === wanted) return followed
    return undefined
  }

  private newTopic(name: SymbolTopicName): Pick<Followed, 'topic' | 'begun'> {
    const { symbol } = name
    switch (name.channel) {
      case 'book':
        return { topic: new BookTopic(this, name.depth), begun: undefined }
      case 'trades': {
        const topic = new TradesTopic(this, this.trades[0]?.tradeNumber ?? this.lastTrade + 1)
        return { topic, begun: this.stored.trades(symbol, RECENT_TRADES).then((trades) => topic.begin(trades)) }
      }
      case 'ticker': {
        const topic = new TickerTopic(this)
        return { topic, begun: this.beginCandles(topic, '1m', () => windowStart(this.nowMs())) }
      }
      case 'candles': {
        const topic = new CandlesTopic(this, name.interval)
        return { topic, begun: this.beginCandles(topic, name.interval, () => topic.fromMs) }
      }
    }
  }

  private async beginCandles(topic: TickerTopic | CandlesTopic, interval: Interval, fromMs: () => number) {
    topic.continueFrom(await this.candles.newest(interval))
    topic.begin(await this.stored.candles(this.instrument.symbol, interval, fromMs()))
  }
}

function levelsOf(numbers: Float64Array): BookLevel[] {
  const levels: BookLevel[] = []
  for (let at = 0; at < numbers.length; at += NUMBERS_PER_LEVEL) {
    levels.push({ price: numbers[at] as Ticks, quantity: numbers[at + 1] as Lots, orders: numbers[at + 2] })
  }
  return levels
}
