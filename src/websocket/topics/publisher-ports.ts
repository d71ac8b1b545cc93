/** What the publisher of topics needs. Answers of the exchange arrive in sequence with its events. */

import type { WholeDepth } from '../../ports/depth-reader.ts'
import type { Page } from '../../ports/order-reader.ts'
import type { Candle, IntervalCandle } from '../../protocol/candle.ts'
import type { Interval } from '../../protocol/candle-interval.ts'
import type { OrderRecord, TradeRecord } from '../../protocol/records.ts'
import type { TopicMessages } from './topic-messages.ts'

export interface PublisherPorts {
  readonly exchange: JoinedExchange
  readonly stored: StoredMarket
  /** Passes the messages of a tick on, and how long they took. */
  publish(messages: TopicMessages, tickMs: number): void
  /** Events were lost: no topic is followed any more. */
  lost(reason: string): void
  /** Calls `call` once, later. */
  later(delayMs: number, call: () => void): void
  nowMs(): number
}

/** `onAnswer` gets undefined if the exchange could not answer. */
export interface JoinedExchange {
  turnFeed(on: boolean): void
  depth(symbol: string, onAnswer: (depth: WholeDepth | undefined) => void): void
  /** A page of the open orders of an account. */
  openOrders(account: string, cursor: string | undefined, onAnswer: (page: Page<OrderRecord> | undefined) => void): void
}

/** What is stored, including what the exchange has not committed yet. */
export interface StoredMarket {
  /** The newest trades, newest first. */
  trades(symbol: string, limit: number): Promise<readonly TradeRecord[]>
  /** The candles with trades that start at a time or later, oldest first, and before them the last one, if any. */
  candles(symbol: string, interval: Interval, fromMs: number): Promise<readonly Candle[]>
  /** The newest candle of each interval. All end with the same trade. None before the first trade. */
  latest(symbol: string): Promise<readonly IntervalCandle[]>
}
