/**
 * The messages of the market thread, which makes the live market data: from the core it gets the events, and to the
 * edge it gives one text for each topic that changed. Many texts share a message of plain arrays.
 */

import type { MessagePort } from 'node:worker_threads'
import type { DepthPart } from '../../../../ports/depth-reader.ts'
import type { FeedStart } from '../../../../ports/event-feed.ts'
import type { Topic } from '../../../../ports/market-feed.ts'
import type { TopicBatch } from '../../../../ports/market-messages.ts'
import type { OrderQuery, Page } from '../../../../ports/order-reader.ts'
import type { Candle, IntervalCandle } from '../../../../protocol/candle.ts'
import type { Interval } from '../../../../protocol/candle-interval.ts'
import type { ListedInstrument } from '../../../../protocol/instrument/instrument-directory.ts'
import type { OrderRecord, TradeRecord } from '../../../../protocol/records.ts'
import type { Answered, Asked, TurnFeed } from '../core-messages.ts'

/** What the market thread gets when it starts. */
export interface MarketOptions {
  /** To the core, directly: events need not pass the edge. */
  readonly core: MessagePort
  readonly consumed: ConsumedBytes
}

/**
 * The bytes of batches that the market thread has consumed, modulo 2^32, in memory that both threads see. So the core
 * knows how far the thread is behind, without a message for each batch.
 */
export type ConsumedBytes = Int32Array<SharedArrayBuffer>

/** Sent to the core by the edge: the core's end of the port of a new market thread. */
export interface MarketPort {
  readonly kind: 'marketPort'
  readonly port: MessagePort
  readonly consumed: ConsumedBytes
}

/** The questions of the market thread to the core. */
export interface MarketQuestions {
  depth: { ask: { symbol: string }; answer: DepthPart }
  orders: { ask: { account: string; query: OrderQuery }; answer: Page<OrderRecord> }
}

/** Its questions to the edge, which knows who has the stored records. */
export interface HistoryQuestions {
  /** The newest trades, newest first. */
  trades: { ask: { symbol: string; limit: number }; answer: TradeRecord[] }
  /** The candles with trades from a time on, oldest first, and the last one before them. */
  candles: { ask: { symbol: string; interval: Interval; fromMs: number }; answer: Candle[] }
  /** The newest candle of each interval. All end with the same trade. */
  latest: { ask: { symbol: string }; answer: IntervalCandle[] }
}

export type MarketToCore = Asked | TurnFeed

export type CoreToMarket =
  | { readonly kind: 'events'; readonly batch: Uint8Array<ArrayBuffer> }
  /** The batches behind this message follow the start. */
  | { readonly kind: 'feedStarted'; readonly start: FeedStart; readonly instruments: readonly ListedInstrument[] }
  /** A part of the book that question `id` asked for. The last part is the answer. */
  | { readonly kind: 'depthPart'; readonly id: number; readonly symbol: string; readonly part: DepthPart }
  /** The thread is too far behind: no more batches follow. */
  | { readonly kind: 'feedDropped' }
  | Answered

export type EdgeToMarket =
  /** A topic with its first follower, and the number of the topic in all further messages. */
  | { readonly kind: 'follow'; readonly id: number; readonly topic: Topic }
  /** A further follower waits for a snapshot. */
  | { readonly kind: 'join'; readonly id: number }
  | { readonly kind: 'unfollow'; readonly id: number }
  | Answered

export type MarketToEdge =
  | Published
  /** Nothing is followed any more: events were lost. */
  | { readonly kind: 'lost'; readonly reason: string }
  | Asked

export interface Published extends TopicBatch {
  readonly kind: 'published'
  /** Milliseconds that the thread took for them. */
  readonly tickMs: number
}
