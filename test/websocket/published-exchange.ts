/** A publisher of topics on an exchange in memory. The test says when records are applied, answered and ticked. */

import { CandleFold } from '../../src/marketdata/candle-fold.ts'
import { viewBook } from '../../src/matcher/book-view.ts'
import { readDepth } from '../../src/matcher/read-depth.ts'
import type { Topic } from '../../src/ports/market-feed.ts'
import { JOINING_SNAPSHOT, SNAPSHOT_FOR_ALL, TOPIC_LOST, UPDATE } from '../../src/ports/market-messages.ts'
import { finish } from '../../src/ports/paced.ts'
import type { IntervalCandle } from '../../src/protocol/candle.ts'
import type { Command } from '../../src/protocol/command/commands.ts'
import { EventFeedReader } from '../../src/protocol/event/event-feed-reader.ts'
import { EventFeedWriter } from '../../src/protocol/event/event-feed-writer.ts'
import type { TradeRecord } from '../../src/protocol/records.ts'
import { tradeRecord } from '../../src/protocol/trade-record.ts'
import { TopicPublisher } from '../../src/websocket/topics/topic-publisher.ts'
import { definedState } from '../contracts/defined-state.ts'
import { listedInstruments } from '../contracts/sample-records.ts'

interface ShownOrder {
  readonly orderId: string
  readonly remainingQuantity: string
}

/** The fields of a message that tests read; which of them it has depends on its topic. */
export interface ShownMessage {
  readonly type: string
  readonly trades: readonly { readonly tradeId: string; readonly sequence: number }[]
  readonly candles: readonly { readonly start: string; readonly count: number }[]
  readonly orders: readonly ShownOrder[]
  readonly updates: readonly { readonly event: { readonly type: string }; readonly order: ShownOrder | null }[]
}

/** What one follower of a topic has received. */
export interface Received {
  readonly type: 'snapshot' | 'update' | 'lost'
  readonly from: number
  readonly to: number
  readonly message: ShownMessage
}

export class PublishedExchange {
  readonly state = definedState()
  nowMs = 1_700_000_000_000
  feedOn = false
  /** Answers of the exchange wait for {@link answer} while this is false. */
  answersAtOnce = true
  failing = false
  readonly depthsAsked: string[] = []
  /** Reads of what is stored. */
  storedReads = 0
  readonly lost: string[] = []
  readonly stored = { trades: [] as TradeRecord[], candles: [] as IntervalCandle[] }
  private readonly candles = new CandleFold()
  private position = 0
  private nextId = 1
  private readonly received = new Map<number, Received[]>()
  private timers: { readonly delayMs: number; readonly call: () => void }[] = []
  private answers: (() => void)[] = []

  readonly publisher = new TopicPublisher({
    exchange: {
      turnFeed: (on) => {
        this.feedOn = on
        if (on)
          this.later(0, () =>
            this.publisher.started({ position: '', timestampMs: 0, symbols: new Map() }, [
              ...listedInstruments().values(),
            ]),
          )
      },
      depth: (symbol, onAnswer) => {
        this.depthsAsked.push(symbol)
        this.answerWith(() => {
          const matcher = this.state.matcher.symbols.get(symbol)
          onAnswer(this.failing ? undefined : finish(readDepth(matcher, () => {}, Number.POSITIVE_INFINITY)))
        })
      },
      openOrders: (account, cursor, onAnswer) =>
        this.answerWith(() => {
          const query = { status: 'OPEN', limit: 2, ...(cursor !== undefined && { cursor }) } as const
          onAnswer(this.failing ? undefined : finish(this.state.orders.list(account, query)))
        }),
    },
    stored: {
      trades: async (symbol, limit) => {
        this.storedReads++
        if (this.failing) throw new Error('the store has failed')
        return this.stored.trades
          .filter((trade) => trade.symbol === symbol)
          .slice(-limit)
          .reverse()
      },
      candles: async (_, interval, fromMs) => {
        this.storedReads++
        const own = this.stored.candles.filter((candle) => candle.interval === interval)
        const before = own.filter(({ startMs }) => startMs < fromMs)
        return [...before.slice(-1), ...own.slice(before.length)]
      },
      latest: async () => {
        this.storedReads++
        return this.candles.latest()
      },
    },
    publish: ({ ids, kinds, froms, tos, texts }) => {
      for (const [i, id] of ids.entries()) {
        const type = kinds[i] === UPDATE ? 'update' : kinds[i] === TOPIC_LOST ? 'lost' : 'snapshot'
        if (![UPDATE, TOPIC_LOST, JOINING_SNAPSHOT, SNAPSHOT_FOR_ALL].includes(kinds[i])) throw new Error('a kind')
        const message = texts[i] === '' ? undefined : JSON.parse(texts[i])
        this.received.get(id)?.push({ type, from: froms[i], to: tos[i], message })
      }
    },
    lost: (reason) => this.lost.push(reason),
    later: (delayMs, call) => this.later(delayMs, call),
    nowMs: () => this.nowMs,
  })

  /** Follows a topic; everything that is published for it is in the list. */
  follow(topic: Topic): { readonly id: number; readonly received: Received[] } {
    const id = this.nextId++
    const received: Received[] = []
    this.received.set(id, received)
    this.publisher.follow(id, topic)
    return { id, received }
  }

  /** The numbers of orders of the best levels: bids, asks. */
  bestOf(symbol: string, depth: number): number[][] {
    const { bids, asks } = viewBook(symbol, this.state.matcher.symbols.get(symbol), depth)
    return [bids, asks].map((side) => side.map(({ orders }) => orders ?? 0))
  }

  /** The ids of the open orders of an account, sorted. */
  openIds(account: string): string[] {
    const { rows } = finish(this.state.orders.list(account, { status: 'OPEN', limit: 1_000 }))
    return rows.map(({ orderId }) => orderId).sort()
  }

  /** Applies a record, and gives its events to the publisher if the feed is on. */
  apply(commands: readonly Command[]): void {
    const writer = new EventFeedWriter()
    this.state.apply({ position: String(++this.position).padStart(16, '0'), timestampMs: this.nowMs, commands }, writer)
    const batch = writer.flush()
    if (batch === undefined) return
    const event = new EventFeedReader(batch)
    while (event.next()) {
      if (event.kind !== 'TradeExecuted') continue
      this.stored.trades.push(tradeRecord(event))
      if (event.symbol === 'BTCUSD') this.candles.take(event)
    }
    for (const candle of this.candles.changed()) this.store(candle)
    if (this.feedOn) this.publisher.take(batch)
  }

  /** Gives the answers that wait. */
  answer(): void {
    const { answers } = this
    this.answers = []
    for (const answer of answers) answer()
  }

  /** Runs the calls that are due within `withinMs`, and those that they cause, until none is left. */
  async run(withinMs = 50): Promise<void> {
    for (let turn = 0; turn < 8; turn++) {
      await new Promise(setImmediate)
      const due = this.timers.filter(({ delayMs }) => delayMs <= withinMs)
      this.timers = this.timers.filter((timer) => !due.includes(timer))
      for (const { call } of due) call()
    }
  }

  /** A second passes, or more. */
  async pass(ms: number): Promise<void> {
    for (let second = 0; second < ms / 1_000; second++) {
      this.nowMs += 1_000
      const due = this.timers
      this.timers = []
      for (const { call } of due) call()
      await this.run()
    }
  }

  private store(candle: IntervalCandle): void {
    const { candles } = this.stored
    const place = candles.findIndex(
      ({ interval, startMs }) => interval === candle.interval && startMs === candle.startMs,
    )
    if (place < 0) candles.push(candle)
    else candles[place] = candle
  }

  private answerWith(answer: () => void): void {
    if (this.answersAtOnce) answer()
    else this.answers.push(answer)
  }

  private later(delayMs: number, call: () => void): void {
    this.timers.push({ delayMs, call })
  }
}
