/**
 * All symbols of one matcher, and what it has done since the last commit. Records go in one by one
 * in the order of their positions; a record at or before the applied position is skipped. The outbox
 * grows until the owner commits it, and matching goes on while a commit is under way: what was taken
 * for it is kept beside the outbox, and comes back if it fails. Nothing here waits, reads a clock or
 * touches a disk.
 */

import { createHash } from 'node:crypto'
import { hashBook } from '../engine/state-hash.ts'
import type { Commit } from '../ports/commit-store.ts'
import { BEGINNING, type Position, type StreamRecord } from '../ports/order-stream.ts'
import { invariant } from '../protocol/assert.ts'
import type { Command } from '../protocol/commands.ts'
import type { Event } from '../protocol/events.ts'
import type { OrderRecord, TradeRecord } from '../protocol/records.ts'
import { orderKey } from './live-order.ts'
import { type Outbox, SymbolMatcher } from './symbol-matcher.ts'

export class ExchangeMatcher {
  readonly symbols = new Map<string, SymbolMatcher>()
  /** The last record applied. */
  position: Position
  /** The position of the last commit. */
  committed: Position
  /** Arrival of the last record applied. */
  timestampMs = 0
  commandCount = 0
  eventCount = 0
  tradeCount = 0
  private outbox: Outbox = emptyOutbox()
  /** What the commit under way holds. */
  private taken: Outbox = emptyOutbox()

  constructor(position: Position = BEGINNING) {
    this.position = position
    this.committed = position
  }

  /** Events that wait for a commit, or for its end. */
  get uncommitted(): number {
    return this.outbox.events.length + this.taken.events.length
  }

  /**
   * Applies a record; `onCommand` is told each command with the events it caused, in order.
   * Answers whether it was new.
   */
  apply(record: StreamRecord, onCommand?: (index: number, events: readonly Event[]) => void): boolean {
    if (record.position <= this.position) return false
    for (let i = 0; i < record.commands.length; i++) {
      const before = this.outbox.events.length
      this.applyCommand(record.commands[i], record.timestampMs)
      if (onCommand !== undefined) onCommand(i, this.outbox.events.slice(before))
    }
    this.position = record.position
    this.timestampMs = record.timestampMs
    return true
  }

  /** The record of an order that the store does not hold as it stands now. */
  findUncommitted(account: string, orderId: string): OrderRecord | undefined {
    const key = orderKey(account, orderId)
    return this.outbox.orders.get(key) ?? this.taken.orders.get(key)
  }

  /**
   * What has not been committed, if anything. One commit at a time: {@link committedUpTo} or
   * {@link commitFailed} ends it.
   */
  takeCommit(): Commit | undefined {
    invariant(this.taken.events.length === 0, 'a commit is under way')
    if (this.position === this.committed) return undefined
    this.taken = this.outbox
    this.outbox = emptyOutbox()
    return {
      from: this.committed,
      to: this.position,
      orders: [...this.taken.orders.values()],
      trades: this.taken.events.flatMap((event) => (event.kind === 'TradeExecuted' ? [tradeRecord(event)] : [])),
    }
  }

  committedUpTo(position: Position): void {
    this.committed = position
    this.taken = emptyOutbox()
  }

  /** What was taken goes with the next commit. Both outboxes share the record of an order. */
  commitFailed(): void {
    const { events, orders } = this.outbox
    this.outbox = { events: this.taken.events.concat(events), orders: new Map([...this.taken.orders, ...orders]) }
    this.taken = emptyOutbox()
  }

  /** The store holds all of this already. */
  skipCommit(): void {
    this.outbox = emptyOutbox()
    this.committed = this.position
  }

  /** When the next order expires, and the symbols whose time has come by `nowMs`. */
  nextExpiryMs(): number {
    let next = Number.POSITIVE_INFINITY
    for (const symbol of this.symbols.values()) next = Math.min(next, symbol.book.expiries.nextMs)
    return next
  }

  symbolsExpiring(nowMs: number): string[] {
    return [...this.symbols.values()].filter((one) => one.book.expiries.nextMs <= nowMs).map((one) => one.symbol)
  }

  /**
   * A digest of everything that matching depends on and shows: books, counters, live orders.
   * Equal for equal histories, whether replayed or restored. Cost O(live orders × log n).
   */
  stateHash(): string {
    const hash = createHash('sha256')
    for (const name of [...this.symbols.keys()].sort()) {
      const symbol = this.symbols.get(name) as SymbolMatcher
      hash.update(
        `${name} ${symbol.commandNumber} ${symbol.eventNumber} ${symbol.tradeNumber} ${hashBook(symbol.book)}\n`,
      )
      const live = [...symbol.liveOrders()].map((order) => order.record)
      for (const record of live.sort((a, b) => a.firstEvent - b.firstEvent)) hash.update(`${canonical(record)}\n`)
    }
    return hash.digest('hex')
  }

  private applyCommand(command: Command, timestampMs: number): void {
    let symbol = this.symbols.get(command.symbol)
    if (symbol === undefined) {
      symbol = new SymbolMatcher(command.symbol)
      this.symbols.set(command.symbol, symbol)
    }
    const events = symbol.eventNumber
    const trades = symbol.tradeNumber
    symbol.apply(command, timestampMs, this.outbox)
    this.commandCount++
    this.eventCount += symbol.eventNumber - events
    this.tradeCount += symbol.tradeNumber - trades
  }
}

function emptyOutbox(): Outbox {
  return { events: [], orders: new Map() }
}

/** A record as text whose fields stand in one order, however it was made. */
export function canonical(record: OrderRecord | TradeRecord): string {
  return JSON.stringify(record, Object.keys(record).sort())
}

export function tradeRecord(event: Event & { kind: 'TradeExecuted' }): TradeRecord {
  return {
    symbol: event.symbol,
    tradeNumber: event.tradeNumber,
    eventNumber: event.number,
    price: event.price,
    quantity: event.quantity,
    takerSide: event.takerSide,
    makerAccount: event.makerAccount,
    makerOrderId: event.makerOrderId,
    takerAccount: event.takerAccount,
    takerOrderId: event.takerOrderId,
    timestampMs: event.timestampMs,
  }
}
