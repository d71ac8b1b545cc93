/**
 * The orders and trades of an exchange, computed from its events, and which of them are not stored yet.
 * Matching continues during a commit. The records of the commit are kept apart, and go into the next commit if
 * this one fails. Nothing here waits, reads a clock or accesses a disk.
 */

import type { Commit } from '../ports/commit-store.ts'
import type { OrderQuery, Page } from '../ports/order-reader.ts'
import { BEGINNING, type Position } from '../ports/order-stream.ts'
import type { Paced } from '../ports/paced.ts'
import { invariant } from '../protocol/assert.ts'
import type { EventCursor, EventFold } from '../protocol/event/event-cursor.ts'
import type { OrderRecord, TradeRecord } from '../protocol/records.ts'
import { ListPlaces } from './list-places.ts'
import type { OpenNames } from './open-orders.ts'
import { OrderFold } from './order-fold.ts'
import { listOrders } from './order-list.ts'
import { UncommittedRecords } from './uncommitted-records.ts'

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
  /** The position of the last commit. */
  committed: Position
  private readonly locator: OpenOrderLocator
  private waiting = new UncommittedRecords()
  /** The records of the present commit. */
  private taken = new UncommittedRecords()
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

  /** The caller calls this after it has passed all events up to `position`. */
  reached(position: Position): void {
    this.position = position
  }

  /** Events that are not committed yet. */
  get uncommitted(): number {
    return this.waiting.eventCount + this.taken.eventCount
  }

  /** The record of an order that is open or not stored yet. */
  find(account: string, orderId: string): OrderRecord | undefined {
    const place = this.locator.locate(account, orderId)
    if (place !== undefined) return this.fold.of(place.symbol).record(place.handle)
    return this.waiting.find(account, orderId) ?? this.taken.find(account, orderId)
  }

  /** A page of an account's orders that are open or not stored yet, newest first. Throws BadCursor. */
  list(account: string, query: OrderQuery): Paced<Page<OrderRecord>> {
    const { places, fold } = this
    return listOrders(account, query, { places, symbols: fold.symbols, closedOf: (name) => this.closedOf(name) })
  }

  /** Trades of a symbol below a number that are not stored yet, newest first. All older trades are stored. */
  *trades(symbol: string, limit: number, before = Number.POSITIVE_INFINITY): Paced<TradeRecord[]> {
    const rows: TradeRecord[] = []
    for (const trades of yield* this.uncommittedTrades(symbol)) {
      const end = Math.min(trades.length, before - (trades[0]?.tradeNumber ?? 0))
      for (let i = end - 1; i >= 0 && rows.length < limit; i--) rows.push(trades[i])
    }
    return rows
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
    for (const records of [this.waiting, this.taken]) lists.push(yield* records.tradesOf(symbol))
    return lists
  }

  /** The records of an account's closed orders that are not stored yet, in no order. */
  *closedOf(account: string): Generator<OrderRecord> {
    yield* this.taken.of(account)
    yield* this.waiting.of(account)
  }

  /**
   * The records that are not committed yet, if any. `rules` are those in force. One commit at a time:
   * {@link committedUpTo} or {@link commitFailed} ends it.
   */
  takeCommit(rules: number): Commit | undefined {
    invariant(this.taken.eventCount === 0, 'a commit is under way')
    if (this.position === this.committed) return undefined
    this.taken = this.waiting
    this.wait(new UncommittedRecords())
    return { from: this.committed, to: this.position, rules, orders: this.taken.orders, trades: this.taken.trades }
  }

  committedUpTo(position: Position): void {
    this.committed = position
    this.taken = new UncommittedRecords()
  }

  /** Puts the records of the failed commit into the next one. */
  commitFailed(): void {
    const { taken, waiting } = this
    const eventCount = taken.eventCount + waiting.eventCount
    this.wait(
      new UncommittedRecords(eventCount, taken.trades.concat(waiting.trades), taken.orders.concat(waiting.orders)),
    )
    this.taken = new UncommittedRecords()
  }

  /** For records that the store already has: marks them as committed. */
  skipCommit(): void {
    this.wait(new UncommittedRecords())
    this.committed = this.position
  }

  private wait(records: UncommittedRecords): void {
    this.waiting = records
    this.fold.sink = records
  }
}
