/**
 * The orders and trades of an exchange, computed from its events, and which of them are not stored yet.
 * Matching continues during a commit. Records wait in batches, of which a commit takes the oldest, so that a commit
 * stays short however many wait for a store that fails. Nothing here waits, reads a clock or accesses a disk.
 */

import type { Commit } from '../ports/commit-store.ts'
import { type Fill, type FillQuery, fillsOf, mergeFills, pageOfFills } from '../ports/fill-reader.ts'
import type { OrderQuery, Page } from '../ports/order-reader.ts'
import { BEGINNING, type Position } from '../ports/order-stream.ts'
import { ENTRIES_PER_STEP, type Paced } from '../ports/paced.ts'
import { selectTrades, type TradeQuery } from '../ports/trade-reader.ts'
import { invariant } from '../protocol/assert.ts'
import type { EventCursor, EventFold } from '../protocol/event/event-cursor.ts'
import { COMMIT_EVENTS_MAX } from '../protocol/limits.ts'
import type { OrderRecord, TradeRecord } from '../protocol/records.ts'
import { RULES_FIRST } from '../protocol/versions.ts'
import { ListPlaces } from './list-places.ts'
import type { OpenNames } from './open-orders.ts'
import { OrderFold } from './order-fold.ts'
import { listOrders } from './order-list.ts'
import type { PartialCandles } from './uncommitted-candles.ts'
import { UncommittedRecords } from './uncommitted-records.ts'

/** Records that are committed together, up to a position. */
interface Batch {
  readonly records: UncommittedRecords
  readonly to: Position
  /** The rules in force at `to`. */
  readonly rules: number
}

/** The symbol and handle of an open order. */
export interface OpenOrderPlace {
  readonly symbol: string
  readonly handle: number
}

/** Finds open orders and their names, which the matcher keeps. */
export interface OpenOrderLocator {
  locate(account: string, orderId: string): OpenOrderPlace | undefined
  namesOf(symbol: string): OpenNames
}

export class ExchangeOrders implements EventFold {
  readonly fold: OrderFold
  /** The last record whose events this fold has received. */
  position: Position
  /** The rules in force at the position. */
  private rules = RULES_FIRST
  /** The position of the last commit. */
  committed: Position
  private readonly locator: OpenOrderLocator
  /** The records since the last batch. */
  private waiting = new UncommittedRecords()
  /** Complete batches, oldest first. */
  private batches: Batch[] = []
  /** Whether a commit of the oldest batch is under way. */
  private committing = false
  private readonly places = new ListPlaces()

  constructor(locator: OpenOrderLocator, position: Position = BEGINNING) {
    this.locator = locator
    this.position = position
    this.committed = position
    this.fold = new OrderFold(this.waiting, (symbol) => locator.namesOf(symbol))
  }

  take(event: EventCursor): void {
    this.waiting.eventCount++
    this.fold.take(event)
  }

  /** The caller calls this after it has passed all events up to `position`, with the rules in force there. */
  reached(position: Position, rules: number): void {
    this.position = position
    this.rules = rules
    if (this.waiting.eventCount >= COMMIT_EVENTS_MAX) this.endBatch()
  }

  /** Events that are not committed yet. */
  get uncommitted(): number {
    let count = this.waiting.eventCount
    for (const { records } of this.batches) count += records.eventCount
    return count
  }

  /** Whether the next commit, or the present one, takes everything. */
  get isOneCommit(): boolean {
    return this.batches.length === 0 || (this.batches.length === 1 && this.waiting.eventCount === 0)
  }

  /** The record of an order that is open or not stored yet. */
  find(account: string, orderId: string): OrderRecord | undefined {
    const place = this.locator.locate(account, orderId)
    if (place !== undefined) return this.fold.of(place.symbol).record(place.handle)
    let found = this.waiting.find(account, orderId)
    for (let i = 0; found === undefined && i < this.batches.length; i++) {
      found = this.batches[i].records.find(account, orderId)
    }
    return found
  }

  /** A page of an account's orders that are open or not stored yet. Throws BadCursor. */
  list(account: string, query: OrderQuery): Paced<Page<OrderRecord>> {
    const { places, fold } = this
    return listOrders(account, query, { places, symbols: fold.symbols, closedOf: (name) => this.closedOf(name) })
  }

  /** Trades of a symbol that are not stored yet. All older trades are stored. */
  *trades(symbol: string, query: TradeQuery): Paced<TradeRecord[]> {
    const rows: TradeRecord[] = []
    const lists = yield* this.uncommittedTrades(symbol)
    for (const trades of query.sort === 'asc' ? lists.reverse() : lists) {
      rows.push(...selectTrades(trades, { ...query, limit: query.limit - rows.length }))
      if (rows.length === query.limit) break
    }
    return rows
  }

  /** A page of the fills of an account in trades that are not stored yet. Throws BadCursor. */
  *fills(account: string, query: FillQuery): Paced<Page<Fill>> {
    let page: Page<Fill> = { rows: [] }
    let rows: Fill[] = []
    let entries = 0
    for (const { trades } of this.newestFirst()) {
      for (const trade of trades) {
        if (++entries % ENTRIES_PER_STEP === 0) yield
        if (trade.makerAccount !== account && trade.takerAccount !== account) continue
        rows.push(...fillsOf(account, trade))
        if (rows.length < 2 * query.limit) continue
        page = mergeFills([page, pageOfFills(rows, query)], query)
        rows = []
      }
    }
    return mergeFills([page, pageOfFills(rows, query)], query)
  }

  /** The candles of the trades of a symbol that are not stored yet: of each commit, the oldest first. */
  *candles(symbol: string): Paced<PartialCandles[]> {
    const parts: PartialCandles[] = []
    for (const records of this.newestFirst().reverse()) {
      const part = yield* records.candlesOf(symbol)
      if (part !== undefined) parts.push(part)
    }
    return parts
  }

  /** Trades of a symbol by their numbers; undefined: stored, or there is no such trade. */
  *findTrades(symbol: string, numbers: readonly number[]): Paced<(TradeRecord | undefined)[]> {
    const lists = yield* this.uncommittedTrades(symbol)
    return numbers.map((number) => {
      const list = lists.find(([first]) => first !== undefined && first.tradeNumber <= number)
      return list?.[number - list[0].tradeNumber]
    })
  }

  /** The uncommitted trades of a symbol, in lists without gaps; the newest list is first. */
  private *uncommittedTrades(symbol: string): Paced<(readonly TradeRecord[])[]> {
    const lists: (readonly TradeRecord[])[] = []
    for (const records of this.newestFirst()) lists.push(yield* records.tradesOf(symbol))
    return lists
  }

  /** The records of an account's closed orders that are not stored yet, in no order. */
  *closedOf(account: string): Generator<OrderRecord> {
    for (const records of this.newestFirst()) yield* records.of(account)
  }

  /**
   * The oldest batch that is not committed yet, if there is one. One commit at a time: {@link committedUpTo} or
   * {@link commitFailed} ends it.
   */
  takeCommit(): Commit | undefined {
    invariant(!this.committing, 'a commit is under way')
    if (this.position === this.committed) return undefined
    if (this.batches.length === 0) this.endBatch()
    this.committing = true
    const [{ records, to, rules }] = this.batches
    return { from: this.committed, to, rules, orders: records.orders, trades: records.trades }
  }

  committedUpTo(position: Position): void {
    this.committed = position
    this.batches.shift()
    this.committing = false
  }

  /** The next commit has the same records again. */
  commitFailed(): void {
    this.committing = false
  }

  /** For records that the store already has: marks them as committed. */
  skipCommit(): void {
    this.batches = []
    this.wait(new UncommittedRecords())
    this.committed = this.position
  }

  /** A list of its own, because a commit may begin or end between two steps of a read. */
  private newestFirst(): UncommittedRecords[] {
    return [...this.batches.map(({ records }) => records), this.waiting].reverse()
  }

  private endBatch(): void {
    this.batches.push({ records: this.waiting, to: this.position, rules: this.rules })
    this.wait(new UncommittedRecords())
  }

  private wait(records: UncommittedRecords): void {
    this.waiting = records
    this.fold.sink = records
  }
}
