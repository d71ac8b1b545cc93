/**
 * What the two threads of the embedded exchange say to each other: the edge, which serves HTTP, and
 * the core, which writes the log and matches. Commands cross as the lines that the log will hold;
 * many submits share one message.
 */

import type { OrderQuery, Page } from '../../ports/order-reader.ts'
import type { Receipt } from '../../ports/order-entry.ts'
import type { BookState } from '../../protocol/book-state.ts'
import type { FailureCode } from '../../protocol/failure.ts'
import type { InstrumentText } from '../../protocol/instrument.ts'
import type { OrderRecord, TradeRecord } from '../../protocol/records.ts'

export interface Submit {
  readonly id: number
  /** Encoded commands, one a line. */
  readonly lines: string
  /** How many. */
  readonly count: number
  readonly wait: boolean
}

/** A question, by the name of its answer. */
export interface Questions {
  order: { ask: { account: string; orderId: string }; answer: OrderRecord | undefined }
  fills: { ask: { order: OrderRecord }; answer: TradeRecord[] }
  orders: { ask: { account: string; query: OrderQuery }; answer: Page<OrderRecord> | 'bad_cursor' }
  trades: { ask: { symbol: string; limit: number; before: number | undefined }; answer: TradeRecord[] }
  book: { ask: { symbol: string; levels: number }; answer: BookState }
  totals: { ask: { symbol: string }; answer: TradeTotals }
  stats: { ask: Record<string, never>; answer: CoreStats }
  stop: { ask: Record<string, never>; answer: string }
}
export type Question = keyof Questions

export interface TradeTotals {
  readonly trades: number
  /** Sum of the quantities. */
  readonly lots: bigint
}

export interface CoreStats {
  readonly position: string
  readonly commands: number
  readonly events: number
  readonly trades: number
  readonly liveOrders: number
  readonly uncommittedEvents: number
  readonly syncs: number
}

export type ToCore =
  | { readonly kind: 'submits'; readonly submits: readonly Submit[] }
  | { readonly kind: 'ask'; readonly id: number; readonly question: Question; readonly ask: unknown }

/** The answer to a submit. Plain acceptances are told by their number only. */
export interface SubmitAnswer {
  readonly id: number
  readonly receivedAtMs: number
  /** Receipts that are more than an acceptance, by index. */
  readonly notable: readonly (readonly [number, Receipt])[]
  readonly failure?: { readonly code: FailureCode; readonly message: string; readonly retryable: boolean }
}

export type FromCore =
  | { readonly kind: 'ready'; readonly summary: CoreSummary }
  | { readonly kind: 'refused'; readonly name: string; readonly message: string }
  | { readonly kind: 'submitted'; readonly answers: readonly SubmitAnswer[] }
  | { readonly kind: 'answer'; readonly id: number; readonly answer: unknown }
  | { readonly kind: 'answerFailed'; readonly id: number; readonly message: string }
  | { readonly kind: 'log'; readonly level: 'info' | 'warn' | 'error'; readonly message: string; readonly fields: object }
  | { readonly kind: 'failed'; readonly message: string }

/** What the core found when it opened the data directory. */
export interface CoreSummary {
  readonly dataPath: string
  readonly instruments: readonly InstrumentText[]
  readonly commands: number
  readonly liveOrders: number
  readonly replayedCommands: number
  readonly tornBytes: number
  readonly elapsedMs: number
}
