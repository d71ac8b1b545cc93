/**
 * All symbols of one matcher, and what it has done since the last commit. Records go in one by one
 * in the order of their positions; a record at or before the applied position is skipped. What waits
 * grows until the owner commits it, and matching goes on while a commit is under way: what was taken
 * for it is kept aside, and comes back if it fails. Nothing here waits, reads a clock or
 * touches a disk.
 */

import { createHash } from 'node:crypto'
import { OrderBook } from '../engine/order-book.ts'
import { hashBook } from '../engine/state-hash.ts'
import type { Commit } from '../ports/commit-store.ts'
import { BEGINNING, type Position, type StreamRecord } from '../ports/order-stream.ts'
import { invariant } from '../protocol/assert.ts'
import { type Command, isSymbolCommand } from '../protocol/commands.ts'
import type { Event } from '../protocol/events.ts'
import type { OrderRecord, TradeRecord } from '../protocol/records.ts'
import { RULES_OLDEST } from '../protocol/versions.ts'
import { handleOf, OrderIndex } from './order-index.ts'
import { OrderNames } from './order-names.ts'
import type { Outbox } from './outbox.ts'
import { SymbolMatcher } from './symbol-matcher.ts'

/** What a commit will hold: trades, and the orders that have ended. Those that live are in the matcher. */
class Uncommitted implements Outbox {
  events: Event[] | undefined
  eventCount: number
  readonly trades: TradeRecord[]
  readonly orders: OrderRecord[]
  private readonly endedByName = new OrderNames<OrderRecord>()

  constructor(eventCount = 0, trades: TradeRecord[] = [], ended: OrderRecord[] = []) {
    this.eventCount = eventCount
    this.trades = trades
    this.orders = ended
    for (const record of ended) this.endedByName.set(record.account, record.orderId, record)
  }

  changed(): void {}

  ended(record: OrderRecord): void {
    this.orders.push(record)
    this.endedByName.set(record.account, record.orderId, record)
  }

  find(account: string, orderId: string): OrderRecord | undefined {
    return this.endedByName.get(account, orderId)
  }

  of(account: string): Iterable<OrderRecord> {
    return this.endedByName.of(account)
  }
}

export class ExchangeMatcher {
  readonly symbols = new Map<string, SymbolMatcher>()
  /** Where the orders are that live, of all symbols. */
  readonly index = new OrderIndex()
  /** The last record applied. */
  position: Position
  /** The position of the last commit. */
  committed: Position
  /** Arrival of the last record applied. */
  timestampMs = 0
  /** The newest rules that a symbol follows: those that a new symbol begins with. */
  rules = RULES_OLDEST
  commandCount = 0
  eventCount = 0
  tradeCount = 0
  private waiting = new Uncommitted()
  /** What the commit under way holds. */
  private taken = new Uncommitted()

  constructor(position: Position = BEGINNING) {
    this.position = position
    this.committed = position
  }

  /** Orders that live in the books. */
  get liveCount(): number {
    let count = 0
    for (const symbol of this.symbols.values()) count += symbol.book.orders.count
    return count
  }

  /** Events that wait for a commit, or for its end. */
  get uncommitted(): number {
    return this.waiting.eventCount + this.taken.eventCount
  }

  /**
   * Applies a record; `onCommand` is told each command with the events it caused, in order;
   * without it no events are made. Answers whether it was new.
   */
  apply(record: StreamRecord, onCommand?: (index: number, events: readonly Event[]) => void): boolean {
    if (record.position <= this.position) return false
    const { waiting } = this
    const eventCount = this.eventCount
    for (let i = 0; i < record.commands.length; i++) {
      if (onCommand === undefined) {
        this.applyCommand(record.commands[i], record.timestampMs)
        continue
      }
      waiting.events = []
      this.applyCommand(record.commands[i], record.timestampMs)
      onCommand(i, waiting.events)
      waiting.events = undefined
    }
    waiting.eventCount += this.eventCount - eventCount
    this.position = record.position
    this.timestampMs = record.timestampMs
    return true
  }

  /** The record of an order that lives, or that the store does not hold yet. */
  find(account: string, orderId: string): OrderRecord | undefined {
    const place = this.index.find(account, orderId)
    if (place !== 0) return this.index.ordersAt(place).record(handleOf(place))
    return this.waiting.find(account, orderId) ?? this.taken.find(account, orderId)
  }

  /** The records of an account's orders that have ended and are not stored yet, in no order. */
  *endedOf(account: string): Generator<OrderRecord> {
    yield* this.taken.of(account)
    yield* this.waiting.of(account)
  }

  /**
   * What has not been committed, if anything. One commit at a time: {@link committedUpTo} or
   * {@link commitFailed} ends it.
   */
  takeCommit(): Commit | undefined {
    invariant(this.taken.eventCount === 0, 'a commit is under way')
    if (this.position === this.committed) return undefined
    this.taken = this.waiting
    this.waiting = new Uncommitted()
    return {
      from: this.committed,
      to: this.position,
      orders: this.taken.orders,
      trades: this.taken.trades,
    }
  }

  committedUpTo(position: Position): void {
    this.committed = position
    this.taken = new Uncommitted()
  }

  /** What was taken goes with the next commit. */
  commitFailed(): void {
    const { taken, waiting } = this
    this.waiting = new Uncommitted(
      taken.eventCount + waiting.eventCount,
      taken.trades.concat(waiting.trades),
      taken.orders.concat(waiting.orders),
    )
    this.taken = new Uncommitted()
  }

  /** The store holds all of this already. */
  skipCommit(): void {
    this.waiting = new Uncommitted()
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
      const live = [...symbol.orders.handles()].map((handle) => symbol.orders.record(handle))
      for (const record of live.sort((a, b) => a.firstEvent - b.firstEvent)) hash.update(`${canonical(record)}\n`)
    }
    return hash.digest('hex')
  }

  /** Takes a matcher whose orders are in {@link index}. */
  addSymbol(matcher: SymbolMatcher): void {
    this.rules = Math.max(this.rules, matcher.book.rules)
    this.symbols.set(matcher.symbol, matcher)
  }

  private applyCommand(command: Command, timestampMs: number): void {
    this.commandCount++
    if (isSymbolCommand(command)) {
      this.applyTo(this.symbolOf(command.symbol), command, timestampMs)
    } else if (command.kind === 'AdoptRules') {
      this.rules = Math.max(this.rules, command.rules)
      for (const symbol of this.symbols.values()) this.applyTo(symbol, command, timestampMs)
    } else {
      // Symbols stand in the order in which they were defined.
      for (const symbol of this.symbols.values()) {
        const { orders } = symbol
        const open = orders.oldestFirst(orders.accountNumber(command.account))
        if (open.length > 0) this.applyTo(symbol, command, timestampMs)
      }
    }
  }

  private symbolOf(name: string): SymbolMatcher {
    let symbol = this.symbols.get(name)
    if (symbol === undefined) {
      symbol = new SymbolMatcher(name, new OrderBook(undefined, undefined, this.rules), this.index)
      this.addSymbol(symbol)
    }
    return symbol
  }

  private applyTo(symbol: SymbolMatcher, command: Command, timestampMs: number): void {
    const events = symbol.eventNumber
    const trades = symbol.tradeNumber
    symbol.apply(command, timestampMs, this.waiting)
    this.eventCount += symbol.eventNumber - events
    this.tradeCount += symbol.tradeNumber - trades
  }
}

/** A record as text whose fields stand in one order, however it was made. */
export function canonical(record: OrderRecord | TradeRecord): string {
  return JSON.stringify(record, Object.keys(record).sort())
}
