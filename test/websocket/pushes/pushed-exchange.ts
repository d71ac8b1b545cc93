/**
 * An exchange whose events are pushed as on AWS: a real matcher, what it publishes in memory, and a stream of events.
 * What is published is ahead of the stream; the mark follows a moment later.
 */

import { eventRecords, joinRecord, readEventRecord, wakeRecord } from '../../../src/adapters/aws/event-records.ts'
import { CandleFold } from '../../../src/marketdata/candle-fold.ts'
import { type OrderUpdate, OrderUpdates } from '../../../src/marketdata/order-updates.ts'
import { viewBook } from '../../../src/matcher/book-view.ts'
import type { EventRecord } from '../../../src/ports/event-record.ts'
import type { LatePush } from '../../../src/ports/late-pushes.ts'
import { type Topic, topicKey } from '../../../src/ports/market-feed.ts'
import type { OrderQuery, Page } from '../../../src/ports/order-reader.ts'
import type { Mark } from '../../../src/ports/publisher.ts'
import { selectTrades } from '../../../src/ports/trade-reader.ts'
import type { BookState } from '../../../src/protocol/book-state.ts'
import type { IntervalCandle } from '../../../src/protocol/candle.ts'
import { INTERVALS, type Interval } from '../../../src/protocol/candle-interval.ts'
import type { Command } from '../../../src/protocol/command/commands.ts'
import { batchParts } from '../../../src/protocol/event/batch-parts.ts'
import { EventFeedReader } from '../../../src/protocol/event/event-feed-reader.ts'
import { EventFeedWriter } from '../../../src/protocol/event/event-feed-writer.ts'
import { VIEW_LEVELS } from '../../../src/protocol/limits.ts'
import { isOpen, type OrderRecord, type TradeRecord } from '../../../src/protocol/records.ts'
import { tradeRecord } from '../../../src/protocol/trade-record.ts'
import type { PushPorts } from '../../../src/websocket/pushes/push-ports.ts'
import { definedState } from '../../contracts/defined-state.ts'

export const ACCOUNTS = ['ann', 'bob', 'cyd'] as const
export const SYMBOLS = ['BTCUSD', 'ETHUSD'] as const

export class PushedExchange {
  readonly state = definedState([...SYMBOLS])
  /** Delivered from its beginning. */
  readonly stream: EventRecord[] = []
  readonly trades: TradeRecord[] = []
  /** Every event of an account's orders, as one machine would show it. */
  readonly entries = new Map<string, OrderUpdate[]>(ACCOUNTS.map((account) => [account, []]))
  nowMs = 1_700_000_000_000
  private readonly own = ACCOUNTS.map((account) => new OrderUpdates(account))
  private readonly rows = new Map<string, OrderRecord>()
  private readonly marks = new Map<string, Mark>()
  /** Marks that have not moved yet, although the events are in the stream. */
  private readonly coming = new Map<string, Mark>()
  private position = 0

  /** Matches commands of one symbol and publishes their events. `partBytes`: of a record of the stream. */
  apply(symbol: string, commands: readonly Command[], { partBytes = 900_000, repeats = false } = {}): void {
    this.publish(symbol)
    const writer = new EventFeedWriter()
    this.state.apply({ position: String(++this.position).padStart(16, '0'), timestampMs: this.nowMs, commands }, writer)
    const batch = writer.flush()
    if (batch === undefined) return
    const event = new EventFeedReader(batch)
    while (event.next()) {
      if (event.kind === 'TradeExecuted') this.trades.push(tradeRecord(event))
      for (const own of this.own) {
        for (const update of own.take(event)) {
          this.entries.get(own.account)?.push(update)
          if (update.order !== undefined) this.rows.set(`${own.account}/${update.orderId}`, update.order)
        }
      }
    }
    for (let copies = repeats ? 2 : 1; copies > 0; copies--) {
      for (const part of eventRecords(batch).flatMap((record) => batchParts(record, partBytes))) {
        this.stream.push(readEventRecord(symbol, part))
      }
    }
    const { eventNumber = 0, tradeNumber = 0 } = this.state.matcher.symbols.get(symbol) ?? {}
    this.coming.set(symbol, { position: '', eventNumber, tradeNumber })
  }

  /** The mark of a symbol moves. */
  publish(symbol: string): void {
    const mark = this.coming.get(symbol)
    if (mark !== undefined) this.marks.set(symbol, mark)
  }

  join(connectionId: string, topic: Exclude<Topic, { channel: 'orders' }>): void {
    this.stream.push(
      readEventRecord(topic.symbol, joinRecord({ symbol: topic.symbol, connectionId, topic: topicKey(topic) })),
    )
  }

  wake(late: LatePush): void {
    this.stream.push(readEventRecord(late.symbol, wakeRecord(late)))
  }

  view(symbol: string): BookState {
    return viewBook(symbol, this.state.matcher.symbols.get(symbol), VIEW_LEVELS)
  }

  tradesOf(symbol: string): TradeRecord[] {
    return this.trades.filter((trade) => trade.symbol === symbol)
  }

  openOrders(account: string): OrderRecord[] {
    return [...this.rows.values()].filter((row) => row.account === account && isOpen(row.status))
  }

  /** What is published, as the store shows it. Time passes while something is awaited. */
  readonly ports: Pick<PushPorts, 'marks' | 'trades' | 'market' | 'orders' | 'nowMs' | 'pause'> = {
    nowMs: () => this.nowMs,
    pause: async (delayMs) => {
      this.nowMs += delayMs
      for (const symbol of SYMBOLS) this.publish(symbol)
    },
    marks: { mark: async (symbol) => this.marks.get(symbol) },
    trades: { list: async (symbol, query) => selectTrades(this.published(symbol), query) },
    market: {
      candles: async (symbol, interval, { fromMs, toMs }) => {
        const all = this.candles(symbol, interval).filter(({ startMs }) => startMs < toMs)
        const before = all.filter(({ startMs }) => startMs < fromMs)
        return all.slice(Math.max(0, before.length - 1))
      },
      latest: async (symbol) => INTERVALS.flatMap((interval) => this.candles(symbol, interval).slice(-1)),
    },
    orders: {
      latest: async (account, orderIds) =>
        new Map(
          orderIds.flatMap((id) => {
            const row = this.rows.get(`${account}/${id}`)
            return row === undefined ? [] : [[id, row] as const]
          }),
        ),
      list: async (account, { limit }: OrderQuery): Promise<Page<OrderRecord>> => {
        const open = this.openOrders(account).sort((a, b) => b.receivedAtMs - a.receivedAtMs)
        // The newest order has not been matched.
        if (open.length > 0) open.unshift({ ...open[0], orderId: `${account}-pending`, status: 'PENDING' })
        return { rows: open.slice(0, limit), ...(open.length > limit && { next: 'more' }) }
      },
    },
  }

  private candles(symbol: string, interval: Interval): IntervalCandle[] {
    const fold = new CandleFold()
    for (const trade of this.published(symbol)) fold.take(trade)
    return fold.changed().filter((candle) => candle.interval === interval)
  }

  private published(symbol: string): TradeRecord[] {
    const last = this.marks.get(symbol)?.tradeNumber ?? 0
    return this.tradesOf(symbol).filter(({ tradeNumber }) => tradeNumber <= last)
  }
}
