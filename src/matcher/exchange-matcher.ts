/**
 * All symbols of one matcher, and what it has done since the last commit. Records go in one by one
 * in the order of their positions; a record at or before the applied position is skipped. What waits
 * grows until the owner commits it, and matching goes on while a commit is under way: what was taken
 * for it is kept aside, and comes back if it fails. Nothing here waits, reads a clock or
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

/** What a commit will hold: of the events only the trades, so that the others can be forgotten at once. */
interface Uncommitted {
  eventCount: number
  readonly trades: TradeRecord[]
  readonly orders: Map<string, OrderRecord>
}

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
  private waiting: Uncommitted = nothing()
  /** What the commit under way holds. */
  private taken: Uncommitted = nothing()

  constructor(position: Position = BEGINNING) {
    this.position = position
    this.committed = position
  }

  /** Events that wait for a commit, or for its end. */
  get uncommitted(): number {
    return this.waiting.eventCount + this.taken.eventCount
  }

  /**
   * Applies a record; `onCommand` is told each command with the events it caused, in order.
   * Answers whether it was new.
   */
  apply(record: StreamRecord, onCommand?: (index: number, events: readonly Event[]) => void): boolean {
    if (record.position <= this.position) return false
    const outbox: Outbox = { events: [], orders: this.waiting.orders }
    for (let i = 0; i < record.commands.length; i++) {
      const before = outbox.events.length
      this.applyCommand(record.commands[i], record.timestampMs, outbox)
      if (onCommand !== undefined) onCommand(i, outbox.events.slice(before))
    }
    this.waiting.eventCount += outbox.events.length
    for (const event of outbox.events) {
      if (event.kind === 'TradeExecuted') this.waiting.trades.push(tradeRecord(event))
    }
    this.position = record.position
    this.timestampMs = record.timestampMs
    return true
  }

  /** The record of an order that the store does not hold as it stands now. */
  findUncommitted(account: string, orderId: string): OrderRecord | undefined {
    const key = orderKey(account, orderId)
    return this.waiting.orders.get(key) ?? this.taken.orders.get(key)
  }

  /**
   * What has not been committed, if anything. One commit at a time: {@link committedUpTo} or
   * {@link commitFailed} ends it.
   */
  takeCommit(): Commit | undefined {
    invariant(this.taken.eventCount === 0, 'a commit is under way')
    if (this.position === this.committed) return undefined
    this.taken = this.waiting
    this.waiting = nothing()
    return {
      from: this.committed,
      to: this.position,
      orders: [...this.taken.orders.values()],
      trades: this.taken.trades,
    }
  }

  committedUpTo(position: Position): void {
    this.committed = position
    this.taken = nothing()
  }

  /** What was taken goes with the next commit. An order in both has one record. */
  commitFailed(): void {
    const { taken, waiting } = this
    this.waiting = {
      eventCount: taken.eventCount + waiting.eventCount,
      trades: taken.trades.concat(waiting.trades),
      orders: new Map([...taken.orders, ...waiting.orders]),
    }
    this.taken = nothing()
  }

  /** The store holds all of this already. */
  skipCommit(): void {
    this.waiting = nothing()
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

  private applyCommand(command: Command, timestampMs: number, outbox: Outbox): void {
    let symbol = this.symbols.get(command.symbol)
    if (symbol === undefined) {
      symbol = new SymbolMatcher(command.symbol)
      this.symbols.set(command.symbol, symbol)
    }
    const events = symbol.eventNumber
    const trades = symbol.tradeNumber
    symbol.apply(command, timestampMs, outbox)
    this.commandCount++
    this.eventCount += symbol.eventNumber - events
    this.tradeCount += symbol.tradeNumber - trades
  }
}

const nothing = (): Uncommitted => ({ eventCount: 0, trades: [], orders: new Map() })

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
