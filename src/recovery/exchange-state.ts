/**
 * The whole state of an exchange at a position of its order stream: the matcher with its books, and the orders
 * and trades that its events describe. Both change together, record by record. The same records give the same
 * state, whether they are applied at their arrival, at recovery, or to a restored snapshot.
 */

import { createHash } from 'node:crypto'
import { hashBook } from '../engine/state-hash.ts'
import { ExchangeMatcher, type OnApplied } from '../matcher/exchange-matcher.ts'
import type { SymbolMatcher } from '../matcher/symbol-matcher.ts'
import { ExchangeOrders } from '../orders/exchange-orders.ts'
import type { Commit } from '../ports/commit-store.ts'
import type { StreamRecord } from '../ports/order-stream.ts'
import type { EventCursor, EventFold } from '../protocol/event/event-cursor.ts'
import type { OrderRecord, TradeRecord } from '../protocol/records.ts'

export class ExchangeState implements EventFold {
  readonly matcher: ExchangeMatcher
  readonly orders: ExchangeOrders
  private watcher: EventFold | undefined

  constructor(matcher = new ExchangeMatcher()) {
    this.matcher = matcher
    this.orders = new ExchangeOrders(matcher, matcher.position)
  }

  /**
   * Applies a record. `watcher` receives each event after the orders did. Returns whether the record was new.
   */
  apply(record: StreamRecord, watcher?: EventFold, onApplied?: OnApplied): boolean {
    this.watcher = watcher
    const isNew = this.matcher.apply(record, this, onApplied)
    if (isNew) this.orders.reached(record.position, this.matcher.rules)
    return isNew
  }

  take(event: EventCursor): void {
    this.orders.take(event)
    if (this.watcher !== undefined) this.watcher.take(event)
  }

  /** The records that are not committed yet, if any. See ExchangeOrders.takeCommit. */
  takeCommit(): Commit | undefined {
    return this.orders.takeCommit()
  }

  /**
   * The state hash: a digest of everything that matching depends on. That is the venue, books, counters,
   * instruments and open orders. Equal histories have equal hashes, also after a restore. Cost
   * O(open orders × log n).
   */
  stateHash(): string {
    const { matcher, orders } = this
    const hash = createHash('sha256')
    hash.update(`venue ${matcher.rules}\n`)
    for (const name of [...matcher.symbols.keys()].sort()) {
      const symbol = matcher.symbols.get(name) as SymbolMatcher
      const { commandNumber, eventNumber, tradeNumber, instrument, instrumentClosed } = symbol
      hash.update(`${name} ${commandNumber} ${eventNumber} ${tradeNumber} ${hashBook(symbol.book)}\n`)
      hash.update(`${JSON.stringify(instrument)} ${instrumentClosed}\n`)
      const open = [...symbol.names.handles()].map((handle) => orders.fold.of(name).record(handle))
      for (const record of open.sort((a, b) => a.firstEvent - b.firstEvent)) hash.update(`${canonical(record)}\n`)
    }
    return hash.digest('hex')
  }
}

/** A record as text with its fields in a fixed order. */
export function canonical(record: OrderRecord | TradeRecord): string {
  return JSON.stringify(record, Object.keys(record).sort())
}
