/**
 * A market feed over the events of an in-memory exchange, with the folds and encoders of production, without threads
 * and ticks: each batch of events is a tick.
 */

import { BookView } from '../../src/marketdata/book-view.ts'
import { fillFlat } from '../../src/marketdata/flat-candles.ts'
import { type OrderUpdate, OrderUpdates } from '../../src/marketdata/order-updates.ts'
import {
  type MarketFeed,
  type MarketUpdate,
  type Topic,
  type TopicReader,
  topicKey,
} from '../../src/ports/market-feed.ts'
import type { Candle } from '../../src/protocol/candle.ts'
import { INTERVAL_MS, type Interval } from '../../src/protocol/candle-interval.ts'
import type { EventCursor } from '../../src/protocol/event/event-cursor.ts'
import { EventFeedReader } from '../../src/protocol/event/event-feed-reader.ts'
import type { ListedInstrument } from '../../src/protocol/instrument/instrument-directory.ts'
import { bookSnapshot, bookUpdate } from '../../src/websocket/messages/book-messages.ts'
import { candlesSnapshot, candlesUpdate } from '../../src/websocket/messages/candle-messages.ts'
import { ordersSnapshot, ordersUpdate } from '../../src/websocket/messages/order-messages.ts'
import { tickerSnapshot, tickerUpdate } from '../../src/websocket/messages/ticker-messages.ts'
import { tradesSnapshot, tradesUpdate } from '../../src/websocket/messages/trade-messages.ts'
import type { InMemoryExchange } from '../entry/in-memory-exchange.ts'
import { SymbolMarket } from '../marketdata/symbol-market.ts'

interface Followed {
  readonly topic: Topic
  readonly readers: Set<TopicReader>
  readonly joining: Set<TopicReader>
  readonly view: BookView | undefined
  to: number
}

type Change = ReturnType<SymbolMarket['takeChange']>

export class FoldedMarketFeed implements MarketFeed {
  private readonly exchange: InMemoryExchange
  private readonly markets = new Map<string, SymbolMarket>()
  private readonly accounts = new Map<string, OrderUpdates>()
  private readonly followed = new Map<string, Followed>()
  /** Candles with trades, by start, for each symbol and interval. */
  private readonly candles = new Map<string, Map<number, Candle>>()

  /** Follows the exchange from its beginning: it must have no orders yet. */
  constructor(exchange: InMemoryExchange) {
    this.exchange = exchange
    for (const symbol of exchange.instruments.keys()) this.markets.set(symbol, new SymbolMarket(symbol))
    void exchange.ports().eventFeed.read({
      start: ({ symbols }) => {
        for (const [symbol, { eventNumber }] of symbols) this.market(symbol).book.eventNumber = eventNumber
      },
      take: (batch) => this.take(batch),
    })
  }

  follow(topic: Topic, reader: TopicReader): () => void {
    const key = topicKey(topic)
    const followed = this.followed.get(key) ?? this.begin(topic)
    this.followed.set(key, followed)
    followed.joining.add(reader)
    queueMicrotask(() => {
      if (!followed.joining.delete(reader)) return
      followed.readers.add(reader)
      reader.take({ type: 'snapshot', from: followed.to, to: followed.to, text: this.snapshot(followed) })
    })
    return () => {
      followed.joining.delete(reader)
      followed.readers.delete(reader)
    }
  }

  private begin(topic: Topic): Followed {
    const view = topic.channel === 'book' ? new BookView(topic.depth) : undefined
    if (topic.channel === 'orders') {
      this.updatesOf(topic.account)
      return { topic, readers: new Set(), joining: new Set(), view, to: 0 }
    }
    const { book } = this.market(topic.symbol)
    view?.update(book)
    return { topic, readers: new Set(), joining: new Set(), view, to: book.eventNumber }
  }

  private take(batch: Uint8Array): void {
    const event = new EventFeedReader(batch)
    const own = new Map<string, OrderUpdate[]>()
    const changed = new Set<SymbolMarket>()
    while (event.next()) {
      const market = this.market(event.symbol)
      market.take(event)
      changed.add(market)
      for (const [account, updates] of this.accounts) this.takeOwn(account, updates, event, own)
    }
    for (const market of changed) {
      market.settle()
      const change = market.takeChange()
      for (const candle of change.candles) this.candlesOf(market.symbol, candle.interval).set(candle.startMs, candle)
      for (const followed of this.followed.values()) this.publish(followed, market, change)
    }
    for (const [account, updates] of own) {
      const followed = this.followed.get(topicKey({ channel: 'orders', account }))
      if (followed !== undefined) this.send(followed, followed.to + 1, ordersUpdate(this.exchange.instruments, updates))
    }
  }

  private takeOwn(account: string, orders: OrderUpdates, event: EventCursor, own: Map<string, OrderUpdate[]>): void {
    const updates = orders.take(event)
    if (updates.length > 0) own.set(account, [...(own.get(account) ?? []), ...updates])
  }

  private publish(followed: Followed, market: SymbolMarket, { trades, candles }: Change): void {
    const { topic, view } = followed
    if (topic.channel === 'orders' || topic.symbol !== market.symbol) return
    const instrument = this.instrument(market.symbol)
    const from = followed.to + 1
    const to = market.book.eventNumber
    switch (topic.channel) {
      case 'book': {
        const changes = (view as BookView).update(market.book)
        this.send(followed, to, bookUpdate(instrument, this.bookAfter(followed, market), changes, from, to))
        break
      }
      case 'trades':
        if (trades.length > 0) this.send(followed, to, tradesUpdate(instrument, trades, from, to))
        break
      case 'ticker':
        this.send(followed, to, tickerUpdate(instrument, this.tickerAfter(market), from, to))
        break
      case 'candles': {
        const { interval } = topic
        const own = candles.filter((candle) => candle.interval === interval)
        const at = { interval, candles: own, nowMs: this.exchange.nowMs }
        if (own.length > 0) this.send(followed, to, candlesUpdate(instrument, at, from, to))
      }
    }
  }

  private send(followed: Followed, to: number, text: string): void {
    const update: MarketUpdate = { type: 'update', from: followed.to + 1, to, text }
    followed.to = to
    for (const reader of [...followed.readers]) if (followed.readers.has(reader)) reader.take(update)
  }

  private snapshot(followed: Followed): string {
    const { topic, to } = followed
    if (topic.channel === 'orders') {
      const orders = this.updatesOf(topic.account).records.reverse()
      return ordersSnapshot(this.exchange.instruments, orders, true)
    }
    const market = this.market(topic.symbol)
    const instrument = this.instrument(topic.symbol)
    switch (topic.channel) {
      case 'book':
        return bookSnapshot(instrument, this.bookAfter(followed, market), to)
      case 'trades':
        return tradesSnapshot(instrument, market.recentTrades, to)
      case 'ticker':
        return tickerSnapshot(instrument, this.tickerAfter(market), to)
      case 'candles': {
        const { interval } = topic
        const { nowMs } = this.exchange
        const step = INTERVAL_MS[interval]
        const traded = [...this.candlesOf(topic.symbol, interval).values()]
        const candles = fillFlat(traded, nowMs - 100 * step, nowMs + 1, interval)
        return candlesSnapshot(instrument, { interval, candles, nowMs }, to)
      }
    }
  }

  private bookAfter({ view }: Followed, { book }: SymbolMarket) {
    const { depth, sides } = view as BookView
    return { depth, timestampMs: book.timestampMs, phase: book.phase, best: sides }
  }

  private tickerAfter({ book, ticker }: SymbolMarket) {
    const { bids, asks } = book.top(1)
    return { timestampMs: book.timestampMs, ticker: ticker.values(), bid: bids[0], ask: asks[0] }
  }

  private market(symbol: string): SymbolMarket {
    const market = this.markets.get(symbol) ?? new SymbolMarket(symbol)
    this.markets.set(symbol, market)
    return market
  }

  private instrument(symbol: string): ListedInstrument {
    return this.exchange.instruments.get(symbol) as ListedInstrument
  }

  private candlesOf(symbol: string, interval: Interval): Map<number, Candle> {
    const key = `${symbol} ${interval}`
    const candles = this.candles.get(key) ?? new Map<number, Candle>()
    this.candles.set(key, candles)
    return candles
  }

  private updatesOf(account: string): OrderUpdates {
    const updates = this.accounts.get(account) ?? new OrderUpdates(account)
    this.accounts.set(account, updates)
    return updates
  }
}
