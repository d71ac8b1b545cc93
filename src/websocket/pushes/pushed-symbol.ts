/**
 * The followed topics of one symbol between two rounds of pushes, and the folds that they share. The book comes from
 * views, which may be ahead of the events, so each topic has a chain of numbers of its own.
 *
 * A topic that cannot begin is tried again with the next round, and holds up no other. Whatever else fails in a round,
 * the symbol must begin anew: then all followers get snapshots.
 */

import { windowStart } from '../../marketdata/ticker.ts'
import { ViewedBook } from '../../marketdata/viewed-book.ts'
import { invariant } from '../../protocol/assert.ts'
import type { BookState } from '../../protocol/book-state.ts'
import type { Interval } from '../../protocol/candle-interval.ts'
import type { Instrument } from '../../protocol/instrument/instrument.ts'
import { PUSH_TRADES_MAX } from '../../protocol/limits.ts'
import type { TradeRecord } from '../../protocol/records.ts'
import { BookTopic } from '../topics/book-topic.ts'
import { CandlesTopic } from '../topics/candles-topic.ts'
import { JoinedCandles } from '../topics/joined-candles.ts'
import type { SymbolChange, SymbolState } from '../topics/symbol-topic.ts'
import type { SymbolTopicName } from '../topics/symbol-topics.ts'
import { TickerTopic } from '../topics/ticker-topic.ts'
import { TradesTopic } from '../topics/trades-topic.ts'
import type { Outbox } from './outbox.ts'
import type { PublishedMarket } from './published-market.ts'
import type { PushPorts } from './push-ports.ts'
import { PushedTopic } from './pushed-topic.ts'
import { type FollowedTopic, needsView, type RoundEvents, type SymbolRound } from './symbol-round.ts'

type SymbolPorts = Pick<PushPorts, 'nowMs' | 'trouble'>

const NOBODY: ReadonlySet<string> = new Set()

export class PushedSymbol implements SymbolState {
  readonly instrument: Instrument
  readonly nowMs: () => number
  private readonly market: PublishedMarket
  private readonly trouble: SymbolPorts['trouble']
  /** The last event that was taken, and the number of the last trade up to it; undefined: not known. */
  private last: number
  private lastTrade: number | undefined
  private readonly candles: JoinedCandles
  private viewed: ViewedBook | undefined
  private readonly trades = new Map<string, PushedTopic<TradesTopic>>()
  private readonly others = new Map<string, PushedTopic>()

  private constructor(instrument: Instrument, market: PublishedMarket, ports: SymbolPorts, last: number) {
    this.instrument = instrument
    this.market = market
    this.trouble = ports.trouble
    this.nowMs = () => ports.nowMs()
    this.last = last
    this.candles = new JoinedCandles(instrument.symbol, market.stored)
  }

  /**
   * Begins before the events of a round, so that followers that have everything before get all trades of the round.
   * Without events it begins at the mark. undefined: the events are not published in time.
   */
  static async begin(
    instrument: Instrument,
    market: PublishedMarket,
    ports: SymbolPorts,
    events: RoundEvents | undefined,
  ): Promise<PushedSymbol | undefined> {
    const mark = await market.markWith(instrument.symbol, events?.lastEvent ?? 0)
    if (mark === undefined) return undefined
    const last = events === undefined ? mark.eventNumber : events.firstEvent - 1
    const symbol = new PushedSymbol(instrument, market, ports, last)
    const first = events?.trades[0]
    if (first !== undefined) symbol.lastTrade = first.tradeNumber - 1
    else if (mark.eventNumber === (events?.lastEvent ?? last)) symbol.lastTrade = mark.tradeNumber
    return symbol
  }

  get book(): ViewedBook {
    invariant(this.viewed !== undefined, 'a topic that shows the book begins with its view')
    return this.viewed
  }

  /** The connection did not get its messages. Returns whether it had those before. */
  forget(connectionId: string): boolean {
    let known = false
    for (const pushed of this.pushed()) known = pushed.forget(connectionId) || known
    return known
  }

  /**
   * Writes the messages of a round. `partly`: something that is followed could not begin, and is tried again with the
   * next round. `lost`: more was missed than can be shown, so the symbol must begin anew; nothing was written.
   */
  async push({ events, followed, view }: SymbolRound, outbox: Outbox): Promise<'done' | 'partly' | 'lost'> {
    for (const [key, pushed] of [...this.trades, ...this.others]) pushed.keep(followed.get(key)?.followers ?? NOBODY)
    const wanted = [...followed].filter(([key]) => !this.trades.has(key) && !this.others.has(key))
    const missed = await this.missedBefore(events)
    if (missed === undefined) return 'lost'
    const to = Math.max(this.last, events?.lastEvent ?? 0)
    const isStored = wanted.length === 0 || (await this.market.markWith(this.instrument.symbol, to)) !== undefined
    const beginning = isStored ? wanted : []
    let isComplete = isStored
    for (const [key, { name, followers }] of beginning)
      isComplete = (await this.tried(key, () => this.beginTrades(key, name, followers, outbox))) && isComplete
    this.view(view)
    this.change([...missed, ...this.taken(events)], to, outbox)
    isComplete = this.hasView(followed) && isComplete
    for (const [key, { name }] of beginning)
      isComplete = (await this.tried(key, () => this.begin(key, name))) && isComplete
    this.join(followed, wanted, outbox)
    return isComplete ? 'done' : 'partly'
  }

  /** Returns whether a topic could begin. */
  private async tried(key: string, begin: () => Promise<boolean>): Promise<boolean> {
    try {
      return await begin()
    } catch (cause) {
      this.trouble(`${key} could not begin; its followers get a snapshot later`, cause)
      return false
    }
  }

  private *pushed(): Iterable<PushedTopic> {
    yield* this.trades.values()
    yield* this.others.values()
  }

  /** The trades of lost events. undefined: they are too many, or the last trade before them is not known. */
  private async missedBefore(events: RoundEvents | undefined): Promise<TradeRecord[] | undefined> {
    if (events === undefined || events.firstEvent <= this.last + 1) return []
    if (this.lastTrade === undefined) return undefined
    const { symbol } = this.instrument
    if ((await this.market.markWith(symbol, events.lastEvent)) === undefined) return undefined
    return this.market.tradesBetween(symbol, this.lastTrade, events.firstEvent)
  }

  private taken(events: RoundEvents | undefined): readonly TradeRecord[] {
    return events === undefined ? [] : events.trades.filter(({ eventNumber }) => eventNumber > this.last)
  }

  private view(view: BookState | undefined): void {
    if (view === undefined) return
    if (this.viewed === undefined) this.viewed = new ViewedBook(view)
    else this.viewed.replace(view)
  }

  private hasView(followed: SymbolRound['followed']): boolean {
    for (const { name } of followed.values()) {
      if (needsView(name)) return this.viewed !== undefined && this.viewed.eventNumber >= this.last
    }
    return true
  }

  /** Takes the trades of the events up to `to`, and tells the known followers. */
  private change(trades: readonly TradeRecord[], to: number, outbox: Outbox): void {
    for (const trade of trades) this.candles.take(trade)
    this.last = to
    this.lastTrade = trades.at(-1)?.tradeNumber ?? this.lastTrade
    const change: SymbolChange = { trades, candles: this.candles.changed() }
    for (const pushed of this.trades.values()) updateTrades(pushed, trades, to, outbox)
    for (const pushed of this.others.values()) this.update(pushed, change, outbox)
  }

  private update(pushed: PushedTopic, change: SymbolChange, outbox: Outbox): void {
    const { topic } = pushed
    const rolled = topic.advance?.(this.nowMs()) === true
    // The view of the book may be ahead of the events.
    if (topic.take(change)) pushed.update(topic instanceof BookTopic ? this.book.eventNumber : this.last, outbox)
    else if (rolled) pushed.snapshotForAll(outbox)
  }

  private async beginTrades(
    key: string,
    name: SymbolTopicName,
    followers: ReadonlySet<string>,
    outbox: Outbox,
  ): Promise<boolean> {
    if (name.channel !== 'trades') return true
    const topic = new TradesTopic(this, Number.POSITIVE_INFINITY)
    const before = this.lastTrade === undefined ? undefined : this.lastTrade + 1
    topic.begin(await this.market.tradesUpTo(name.symbol, this.last, before))
    const pushed = new PushedTopic(topic, this.last)
    this.trades.set(key, pushed)
    pushed.join(followers, NOBODY, outbox)
    return true
  }

  /** Begins a topic after the events of the round. Returns false if its book is not known. */
  private async begin(key: string, name: SymbolTopicName): Promise<boolean> {
    const { channel } = name
    if (channel === 'trades') return true
    if (needsView(name) && this.viewed === undefined) return false
    switch (channel) {
      case 'book':
        this.others.set(key, new PushedTopic(new BookTopic(this, name.depth), this.book.eventNumber))
        break
      case 'ticker': {
        const topic = new TickerTopic(this)
        await this.beginCandles(topic, '1m', windowStart(this.nowMs()))
        this.others.set(key, new PushedTopic(topic, this.last))
        break
      }
      case 'candles': {
        const topic = new CandlesTopic(this, name.interval)
        await this.beginCandles(topic, name.interval, topic.fromMs)
        this.others.set(key, new PushedTopic(topic, this.last))
        break
      }
      default:
        // A channel without a case would never begin.
        channel satisfies never
    }
    return true
  }

  private async beginCandles(topic: TickerTopic | CandlesTopic, interval: Interval, fromMs: number): Promise<void> {
    topic.continueFrom(await this.candles.newest(interval))
    topic.begin(await this.market.stored.candles(this.instrument.symbol, interval, fromMs))
  }

  /** Whoever has just got the first snapshot of the trades needs no other. */
  private join(followed: SymbolRound['followed'], wanted: readonly [string, FollowedTopic][], outbox: Outbox): void {
    const begun = new Set(wanted.map(([key]) => key))
    for (const [key, { followers, joining }] of followed) {
      const again = begun.has(key) ? NOBODY : joining
      this.trades.get(key)?.join(followers, again, outbox)
      this.others.get(key)?.join(followers, again, outbox)
    }
  }
}

/** No trade is left out, so many trades are several messages. */
function updateTrades(
  pushed: PushedTopic<TradesTopic>,
  trades: readonly TradeRecord[],
  to: number,
  outbox: Outbox,
): void {
  for (let i = 0; i < trades.length; i += PUSH_TRADES_MAX) {
    const some = trades.slice(i, i + PUSH_TRADES_MAX)
    const isLast = i + PUSH_TRADES_MAX >= trades.length
    pushed.topic.take({ trades: some, candles: [] })
    pushed.update(isLast ? to : some[some.length - 1].eventNumber, outbox)
  }
}
