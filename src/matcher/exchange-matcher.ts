/**
 * All symbols of one order stream, and the state of the venue. It applies records one by one in the order of
 * their positions, and skips a record at or before the applied position. Each command is applied to the symbols
 * that it is addressed to. A fold receives the events. Nothing here waits, reads a clock or accesses a disk.
 */

import { OrderBook } from '../engine/order-book.ts'
import type { SymbolNumbers } from '../ports/event-feed.ts'
import { BEGINNING, type Position, type StreamRecord } from '../ports/order-stream.ts'
import { invariant } from '../protocol/assert.ts'
import type { CancelAllOrders, Command } from '../protocol/command/commands.ts'
import type { AdoptRules } from '../protocol/command/operator-commands.ts'
import type { EventFold } from '../protocol/event/event-cursor.ts'
import type { RejectReason } from '../protocol/reasons.ts'
import { RULES_FIRST } from '../protocol/versions.ts'
import { OpenOrderCounts } from './open-order-counts.ts'
import type { OpenOrderNames } from './open-order-names.ts'
import { handleOf, OrderIndex } from './order-index.ts'
import { SymbolMatcher } from './symbol-matcher.ts'

/**
 * Receives the index of each command in its record after its events. `rejection` is the reason with which a command
 * to the venue was rejected: such a rejection has no event, because events belong to symbols.
 */
export type OnApplied = (index: number, rejection: RejectReason | undefined) => void

export class ExchangeMatcher {
  /** In the order in which they were defined. */
  readonly symbols = new Map<string, SymbolMatcher>()
  readonly counts = new OpenOrderCounts()
  /** Finds the open orders of all symbols. */
  readonly index = new OrderIndex(this.counts)
  /** The position of the last record applied. */
  position: Position
  /** The arrival time of the last record applied. */
  timestampMs = 0
  commandCount = 0
  eventCount = 0
  tradeCount = 0
  /** The rules in force. A symbol that is defined later begins with them. */
  rules = RULES_FIRST

  constructor(position: Position = BEGINNING) {
    this.position = position
  }

  get openOrderCount(): number {
    let count = 0
    for (const symbol of this.symbols.values()) count += symbol.book.orders.count
    return count
  }

  /** Applies a record. `fold` receives each event. Returns whether the record was new. */
  apply(record: StreamRecord, fold: EventFold, onApplied?: OnApplied): boolean {
    if (record.position <= this.position) return false
    const { commands, timestampMs } = record
    for (let i = 0; i < commands.length; i++) {
      const rejection = this.applyCommand(commands[i], timestampMs, fold)
      onApplied?.(i, rejection)
    }
    this.commandCount += commands.length
    this.position = record.position
    this.timestampMs = timestampMs
    return true
  }

  /** The numbers of the last event and the last trade of each symbol. */
  numbers(): Map<string, SymbolNumbers> {
    const numbers = new Map<string, SymbolNumbers>()
    for (const { symbol, eventNumber, tradeNumber } of this.symbols.values()) {
      numbers.set(symbol, { eventNumber, tradeNumber })
    }
    return numbers
  }

  /** The symbol and handle of an open order. */
  locate(account: string, orderId: string): { readonly symbol: string; readonly handle: number } | undefined {
    const place = this.index.find(account, orderId)
    return place === 0 ? undefined : { symbol: this.index.namesAt(place).symbol, handle: handleOf(place) }
  }

  /** The names of a symbol's open orders. Asserts that the symbol exists: a read creates nothing. */
  namesOf(symbol: string): OpenOrderNames {
    const matcher = this.symbols.get(symbol)
    invariant(matcher !== undefined, `${symbol} has no matcher`)
    return matcher.names
  }

  /** The time when the next order expires. Infinity: none does. */
  nextExpiryMs(): number {
    let next = Number.POSITIVE_INFINITY
    for (const symbol of this.symbols.values()) next = Math.min(next, symbol.book.expiries.nextMs)
    return next
  }

  /** The symbols with orders that expire by `nowMs`. */
  symbolsExpiring(nowMs: number): string[] {
    return [...this.symbols.values()].filter((one) => one.book.expiries.nextMs <= nowMs).map((one) => one.symbol)
  }

  /** Adds a matcher whose orders are in {@link index}. */
  addSymbol(matcher: SymbolMatcher): void {
    this.symbols.set(matcher.symbol, matcher)
  }

  private applyCommand(command: Command, timestampMs: number, fold: EventFold): RejectReason | undefined {
    if (command.symbol !== undefined) {
      this.applyTo(this.symbolOf(command.symbol), command, timestampMs, fold)
    } else if (command.kind === 'CancelAllOrders') {
      this.cancelAll(command, timestampMs, fold)
    } else if (command.kind === 'AdoptRules') {
      return this.adoptRules(command, timestampMs, fold)
    }
    return undefined
  }

  private applyTo(symbol: SymbolMatcher, command: Command, timestampMs: number, fold: EventFold): void {
    const events = symbol.eventNumber
    const trades = symbol.tradeNumber
    symbol.apply(command, timestampMs, fold)
    this.eventCount += symbol.eventNumber - events
    this.tradeCount += symbol.tradeNumber - trades
  }

  /** Applies a cancel-all to each symbol where the account has open orders. */
  private cancelAll(command: CancelAllOrders, timestampMs: number, fold: EventFold): void {
    for (const symbol of this.symbols.values()) {
      const { names } = symbol
      if (names.newestOf(names.accountNumber(command.account)) !== 0) this.applyTo(symbol, command, timestampMs, fold)
    }
  }

  /** The venue adopts rules once. A symbol that follows them already has no event. */
  private adoptRules(command: AdoptRules, timestampMs: number, fold: EventFold): RejectReason | undefined {
    if (command.rules <= this.rules) return 'rules_not_newer'
    this.rules = command.rules
    for (const symbol of this.symbols.values()) {
      if (symbol.book.rules < command.rules) this.applyTo(symbol, command, timestampMs, fold)
    }
    return undefined
  }

  private symbolOf(name: string): SymbolMatcher {
    let symbol = this.symbols.get(name)
    if (symbol === undefined) {
      symbol = new SymbolMatcher(name, new OrderBook(undefined, undefined, this.rules), this.index)
      this.addSymbol(symbol)
    }
    return symbol
  }
}
