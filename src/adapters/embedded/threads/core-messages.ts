/**
 * The messages between two threads of the embedded exchange: the edge, which serves HTTP, and the core, which writes
 * the order log and matches. Commands are sent as the lines of the log. Many submits share one message.
 */

import type { Kept } from '../../../ports/commit-store.ts'
import type { FeedStart } from '../../../ports/event-feed.ts'
import type { Fill, FillQuery } from '../../../ports/fill-reader.ts'
import type { LakeStats } from '../../../ports/lake-stats.ts'
import type { Receipt } from '../../../ports/order-entry.ts'
import type { OrderQuery, Page } from '../../../ports/order-reader.ts'
import type { TracedStage } from '../../../ports/tracing.ts'
import type { TradeQuery } from '../../../ports/trade-reader.ts'
import type { Trouble } from '../../../ports/trouble.ts'
import type { BookState } from '../../../protocol/book-state.ts'
import type { IntervalCandle } from '../../../protocol/candle.ts'
import type { FailureCode } from '../../../protocol/failure.ts'
import type { ListedInstrument } from '../../../protocol/instrument/instrument-directory.ts'
import type { OrderRecord, TradeRecord } from '../../../protocol/records.ts'
import type { MeterCounts } from '../metrics/core-meter.ts'
import type { ThreadMeasurements } from '../metrics/thread-meter.ts'
import type { IdLayer } from '../records/known-ids.ts'
import type { LakePort } from './lake/lake-messages.ts'
import type { LakeHealth } from './lake/lake-server.ts'
import type { MarketPort } from './market/market-messages.ts'

/**
 * Commands of many submits in one message: plain arrays of numbers and one text, because sending an object for
 * each would cost more than matching an order.
 */
export interface Submits {
  readonly kind: 'submits'
  readonly ids: readonly number[]
  /** The number of commands of each submit. */
  readonly counts: readonly number[]
  /** By submit: 1 if it waits for outcomes. */
  readonly waits: readonly number[]
  /** The encoded commands of all submits, one per line. */
  readonly lines: string
  /** Submits that are traced: the index of each, and the span of its request. */
  readonly traces?: readonly (readonly [number, string])[]
}

/**
 * The questions to the core, by the name of their answer. They concern what is in memory: open orders, and records
 * that are not stored yet. The reader thread answers for the stored records (stored-questions.ts).
 */
export interface Questions {
  order: { ask: { account: string; orderId: string }; answer: OrderRecord | undefined }
  orders: { ask: { account: string; query: OrderQuery }; answer: Page<OrderRecord> }
  /** Trades by number; undefined: not in memory. */
  fills: { ask: { symbol: string; numbers: readonly number[] }; answer: (TradeRecord | undefined)[] }
  trades: { ask: { symbol: string; query: TradeQuery }; answer: TradeRecord[] }
  accountFills: { ask: { account: string; query: FillQuery }; answer: Page<Fill> }
  /** Candles of the trades that are not stored yet: of each commit, the oldest first. */
  candles: { ask: { symbol: string }; answer: CandlePart[] }
  book: { ask: { symbol: string; levels: number }; answer: BookState }
  /** Resolves when everything that is matched is stored. */
  commit: { ask: Record<string, never>; answer: undefined }
  stats: { ask: Record<string, never>; answer: CoreStats }
  /** Stops the core within the time. */
  stop: { ask: { withinMs: number }; answer: CoreStopped }
}
/** Candles of some successive trades of a symbol. */
export interface CandlePart {
  readonly firstTrade: number
  readonly lastTrade: number
  /** Of every interval. */
  readonly candles: readonly IntervalCandle[]
}

export type Question = keyof Questions

export interface Asked {
  readonly kind: 'ask'
  readonly id: number
  readonly question: string
  readonly ask: unknown
}

export type Answered =
  | { readonly kind: 'answer'; readonly id: number; readonly answer: unknown }
  | { readonly kind: 'answerFailed'; readonly id: number; readonly message: string }

export interface CoreStats extends LakeHealth {
  readonly position: string
  readonly commands: number
  readonly events: number
  readonly trades: number
  readonly openOrders: number
  readonly uncommittedEvents: number
  readonly rules: number
  readonly syncs: number
  /** Bytes of a torn frame that the start of this process has cut off and kept. */
  readonly tornBytes: number
  /** Seconds that the clock of the machine is ahead of the exchange, after a step that it does not follow. */
  readonly clockAheadSeconds: number
  /** Seconds that the order log is ahead of the clock of the machine, so that time stands still. */
  readonly logAheadSeconds: number
  /** The used share of the memory that open orders may take; 1: full. See memory-watch.ts. */
  readonly memoryUse: number
  readonly troubles: readonly Trouble[]
  readonly measured: CoreMeasurements
}

/** For the metrics only. Counts begin at zero with the process. */
export interface CoreMeasurements extends MeterCounts {
  readonly thread: ThreadMeasurements
  /** What was appended to the log and is not on the disk. */
  readonly logWaiting: { readonly commands: number; readonly bytes: number }
  /** Bytes of events that the market thread has not read. */
  readonly marketLagBytes: number
  /** undefined: the lake's thread has not reported. */
  readonly lake: LakeStats | undefined
}

/** What the core left behind when it stopped. Everything is in the log. */
export interface CoreStopped extends Kept {
  /** Absent if there was no time to compute it. */
  readonly stateHash?: string
}

/** Turns the feed of events on, which is answered with a {@link FeedStarted}, or off. */
export interface TurnFeed {
  readonly kind: 'turnFeed'
  readonly on: boolean
}

/** The batches of the feed behind this message follow the start. */
export interface FeedStarted {
  readonly kind: 'feedStarted'
  readonly start: FeedStart
}

/**
 * The thread closes what it has open and ends. Before `ready` this interrupts the start. A thread that is terminated
 * from outside may be inside native code, and can take the process with it.
 */
export interface Leave {
  readonly kind: 'leave'
}

export const LEAVE: Leave = { kind: 'leave' }

/** What the exchange of the core receives. */
export type ToServer = Submits | Asked | TurnFeed

export type ToCore = ToServer | MarketPort | LakePort | Leave

/** An operational failure as data. */
export interface Failure {
  readonly code: FailureCode
  readonly message: string
  readonly retryable: boolean
}

/** The answer to a {@link Submits}. A command without a receipt in the list was accepted at the arrival time. */
export interface Submitted {
  readonly kind: 'submitted'
  /** The submits that the exchange has received, in the order of their lines. */
  readonly ids: readonly number[]
  readonly receivedAtMs: number
  /** Receipts that are more than an acceptance: index of the submit, index of its command, receipt. */
  readonly notable: readonly (readonly [number, number, Receipt])[]
  /** Present if none of the commands of `ids` became durable. */
  readonly failure?: Failure
  /** Submits with a line that does not decode. None of their commands entered the stream. */
  readonly undecodable?: readonly (readonly [id: number, failure: Failure])[] | undefined
}

export type FromCore =
  /** `records` is the path of the file of records. */
  | { readonly kind: 'ready'; readonly summary: CoreSummary; readonly records: string }
  /** The start was refused; without a reason: interrupted. The thread ends. */
  | { readonly kind: 'refused'; readonly message: string | undefined }
  | Submitted
  /** A batch of the feed. Events that concern symbols are always sent, other events only while the feed is on. */
  | { readonly kind: 'symbolEvents' | 'events'; readonly batch: Uint8Array<ArrayBuffer> }
  | FeedStarted
  | Answered
  /** A new layer of the filter of stored ids, for the reader. */
  | { readonly kind: 'idLayer'; readonly layer: IdLayer }
  | {
      readonly kind: 'log'
      readonly level: 'info' | 'warn' | 'error'
      readonly message: string
      readonly fields: object
    }
  /** Stages of traced submits. */
  | { readonly kind: 'traced'; readonly stages: readonly TracedStage[] }
  | { readonly kind: 'failed'; readonly message: string }

/** What the core found in the data directory at start. */
export interface CoreSummary {
  readonly dataPath: string
  /** Whether it had no commands. */
  readonly isNew: boolean
  readonly instruments: readonly ListedInstrument[]
  readonly rules: number
  readonly commands: number
  readonly openOrders: number
  /** The time of the last command in the log. */
  readonly logTimeMs: number
  readonly replayedCommands: number
  readonly tornBytes: number
  readonly elapsedMs: number
}
