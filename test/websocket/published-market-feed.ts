/** The market feed of an in-memory exchange: the publisher of production, without threads. A tick is a turn of the loop. */

import { CandleFold } from '../../src/marketdata/candle-fold.ts'
import {
  type MarketFeed,
  type MarketUpdate,
  type Topic,
  type TopicReader,
  topicKey,
} from '../../src/ports/market-feed.ts'
import { JOINING_SNAPSHOT, UPDATE } from '../../src/ports/market-messages.ts'
import { TICK_MS } from '../../src/protocol/limits.ts'
import type { TradeRecord } from '../../src/protocol/records.ts'
import { TopicPublisher } from '../../src/websocket/topics/topic-publisher.ts'
import type { InMemoryExchange } from '../entry/in-memory-exchange.ts'

interface Followed {
  readonly id: number
  readonly key: string
  /** By reader: whether it has its snapshot. */
  readonly readers: Map<TopicReader, boolean>
}

export class PublishedMarketFeed implements MarketFeed {
  private readonly exchange: InMemoryExchange
  private readonly publisher: TopicPublisher
  private readonly byKey = new Map<string, Followed>()
  private nextId = 1

  constructor(exchange: InMemoryExchange) {
    this.exchange = exchange
    const { orderReader, eventFeed } = exchange.ports()
    this.publisher = new TopicPublisher({
      exchange: {
        turnFeed(this: void, on) {
          if (on) void eventFeed.read({ start, take })
        },
        depth: (symbol, onAnswer) => onAnswer(exchange.depth(symbol)),
        openOrders: (account, cursor, onAnswer) => {
          const query = { status: 'OPEN', limit: 1_000, ...(cursor !== undefined && { cursor }) } as const
          void orderReader.list(account, query).then(onAnswer)
        },
      },
      stored: {
        trades: async (symbol, limit) => this.trades(symbol).slice(-limit).reverse(),
        candles: async (symbol, interval, fromMs) => {
          const all = this.fold(symbol)
            .changed()
            .filter((candle) => candle.interval === interval)
          const from = all.findIndex(({ startMs }) => startMs >= fromMs)
          return all.slice(Math.max(0, (from < 0 ? all.length : from) - 1))
        },
        latest: async (symbol) => this.fold(symbol).latest(),
      },
      publish: ({ ids, kinds, froms, tos, texts }) => {
        ids.forEach((id, i) => {
          const type = kinds[i] === UPDATE ? 'update' : 'snapshot'
          this.pass(id, { type, from: froms[i], to: tos[i], text: texts[i] }, kinds[i] === JOINING_SNAPSHOT)
        })
      },
      lost: (reason) => {
        throw new Error(reason)
      },
      later: (delayMs, call) => void (delayMs <= TICK_MS ? setImmediate(call) : setTimeout(call, delayMs).unref()),
      nowMs: () => exchange.nowMs,
    })
    const { publisher } = this
    const start = (from: Parameters<typeof publisher.started>[0]) =>
      publisher.started(from, [...exchange.instruments.values()])
    const take = (batch: Uint8Array) => publisher.take(batch)
  }

  follow(topic: Topic, reader: TopicReader): () => void {
    const key = topicKey(topic)
    const known = this.byKey.get(key)
    const followed = known ?? { id: this.nextId++, key, readers: new Map<TopicReader, boolean>() }
    followed.readers.set(reader, false)
    this.byKey.set(key, followed)
    if (known === undefined) this.publisher.follow(followed.id, topic)
    else this.publisher.join(followed.id)
    return () => {
      if (!followed.readers.delete(reader) || followed.readers.size > 0) return
      this.byKey.delete(key)
      this.publisher.unfollow(followed.id)
    }
  }

  private pass(id: number, update: MarketUpdate, onlyJoining: boolean): void {
    const followed = [...this.byKey.values()].find((each) => each.id === id)
    for (const [reader, joined] of [...(followed?.readers ?? [])]) {
      if (update.type === 'update' ? !joined : joined && onlyJoining) continue
      if (!followed?.readers.has(reader)) continue
      followed.readers.set(reader, true)
      reader.take(update)
    }
  }

  private trades(symbol: string): TradeRecord[] {
    return this.exchange.trades.filter((trade) => trade.symbol === symbol)
  }

  /** The candles of all trades. */
  private fold(symbol: string): CandleFold {
    const fold = new CandleFold()
    for (const trade of this.trades(symbol)) fold.take(trade)
    return fold
  }
}
