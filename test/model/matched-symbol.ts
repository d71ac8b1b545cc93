/** One symbol's real matcher with its orders and its events, for tests that apply command by command. */

import { OrderBook } from '../../src/engine/order-book.ts'
import { SymbolMatcher } from '../../src/matcher/symbol-matcher.ts'
import { ChangedRecords } from '../../src/orders/changed-records.ts'
import { OrderFold } from '../../src/orders/order-fold.ts'
import { Outcomes } from '../../src/orders/outcomes.ts'
import type { Outcome } from '../../src/ports/order-entry.ts'
import type { Command } from '../../src/protocol/command/commands.ts'
import type { EventCursor, EventFold } from '../../src/protocol/event/event-cursor.ts'
import { eventOf } from '../../src/protocol/event/event-of.ts'
import type { Event } from '../../src/protocol/event/events.ts'
import type { OrderRecord, TradeRecord } from '../../src/protocol/records.ts'
import { tradeRecord } from '../../src/protocol/trade-record.ts'

export class MatchedSymbol implements EventFold {
  readonly matcher: SymbolMatcher
  readonly orders: OrderFold
  /** The orders that have changed since the last reading of `changed`. */
  private changes = new ChangedRecords()
  private events: Event[] = []
  /** All trades so far. */
  readonly trades: TradeRecord[] = []
  readonly outcomes = new Outcomes()

  constructor(symbol: string, book = new OrderBook()) {
    this.matcher = new SymbolMatcher(symbol, book)
    this.orders = new OrderFold(this.changes, () => this.matcher.names)
  }

  take(event: EventCursor): void {
    this.orders.take(event)
    this.outcomes.take(event)
    if (event.kind === 'TradeExecuted') this.trades.push(tradeRecord(event))
    this.events.push(eventOf(event))
  }

  /** Applies a command; returns its events. */
  apply(command: Command, timestampMs: number): Event[] {
    this.events = []
    this.matcher.apply(command, timestampMs, this)
    return this.events
  }

  /** Applies a command; returns its outcome, with the order that `find` returns. */
  applyAndWait(
    command: Command,
    timestampMs: number,
    find: (account: string, orderId: string) => OrderRecord | undefined,
  ): Outcome {
    this.outcomes.expect(command)
    this.apply(command, timestampMs)
    this.outcomes.complete(command, find)
    return this.outcomes.collect(command) as Outcome
  }

  /** The record of an open order. */
  find(account: string, orderId: string): OrderRecord | undefined {
    const handle = this.matcher.handleOf(account, orderId)
    return handle === 0 ? undefined : this.orders.of(this.matcher.symbol).record(handle)
  }

  /** The present records of the orders that have changed since the last call. */
  takeChanged(): OrderRecord[] {
    const orders = this.changes.orders()
    this.changes = new ChangedRecords()
    this.orders.sink = this.changes
    return orders
  }
}
