/**
 * The ports of order entry and of the dialects over the real matcher, in memory: a stream of one process without durability.
 * Matching can be held back, so that orders stay PENDING; every submission is counted.
 */

import type { EntryPorts } from '../../src/entry/entry-ports.ts'
import { RateLimiter } from '../../src/entry/rate-limiter.ts'
import { viewBook } from '../../src/matcher/book-view.ts'
import { ChangedRecords } from '../../src/matcher/outbox.ts'
import { outcomeOf } from '../../src/matcher/outcome.ts'
import { SymbolMatcher } from '../../src/matcher/symbol-matcher.ts'
import type { BookReader } from '../../src/ports/book-reader.ts'
import type { Outcome, Receipt } from '../../src/ports/order-entry.ts'
import type { TradeReader } from '../../src/ports/trade-reader.ts'
import type { Command } from '../../src/protocol/commands.ts'
import type { Event } from '../../src/protocol/events.ts'
import { DEMO_INSTRUMENTS, parseInstrument } from '../../src/protocol/instrument.ts'
import { isOpen, type OrderRecord, pendingOrder, sameTerms, type TradeRecord } from '../../src/protocol/records.ts'

export const START_MS = Date.UTC(2026, 0, 31, 12)

export interface ExchangePorts extends EntryPorts {
  readonly tradeReader: TradeReader
  readonly bookReader: BookReader
}

export class InMemoryExchange {
  readonly instruments = new Map(DEMO_INSTRUMENTS.map((text) => [text.symbol, parseInstrument(text)]))
  /** Commands of each submit call. */
  readonly submissions: (readonly Command[])[] = []
  readonly orders = new Map<string, OrderRecord>()
  readonly trades: TradeRecord[] = []
  nowMs = START_MS
  /** false: commands are durable, but nobody matches them. */
  matching = true
  /** Thrown by the next submit. */
  failure: Error | undefined
  private readonly matchers = new Map<string, SymbolMatcher>()
  private ids = 0

  ports(): ExchangePorts {
    return {
      instruments: this.instruments,
      orderEntry: { submit: (commands, waitMs) => this.submit(commands, waitMs) },
      orderReader: {
        get: async (account, orderId) => this.orders.get(`${account}/${orderId}`),
        fills: async (order) =>
          order.fills.map(
            (number) => this.tradesOf(order.symbol).find((trade) => trade.tradeNumber === number) as TradeRecord,
          ),
        list: async (account, { symbol, status, limit, cursor }) => {
          const all = [...this.orders.values()]
            .reverse()
            .filter(
              (order) =>
                order.account === account &&
                (symbol === undefined || order.symbol === symbol) &&
                (status === undefined || (status === 'OPEN' ? isOpen(order.status) : order.status === status)),
            )
          const from = cursor === undefined ? 0 : Number(cursor)
          const rows = all.slice(from, from + limit)
          return from + limit < all.length ? { rows, next: String(from + limit) } : { rows }
        },
      },
      tradeReader: {
        list: async (symbol, limit, before = Number.POSITIVE_INFINITY) =>
          this.tradesOf(symbol)
            .filter((trade) => trade.tradeNumber < before)
            .reverse()
            .slice(0, limit),
      },
      bookReader: { book: async (symbol, levels) => viewBook(symbol, this.matchers.get(symbol), levels) },
      nowMs: () => this.nowMs,
      newOrderId: () => `made-${++this.ids}`,
      rateLimiter: new RateLimiter(10_000),
    }
  }

  private tradesOf(symbol: string): TradeRecord[] {
    return this.trades.filter((trade) => trade.symbol === symbol)
  }

  private async submit(commands: readonly Command[], waitMs = 0): Promise<Receipt[]> {
    if (this.failure !== undefined) throw this.failure
    this.submissions.push(commands)
    return commands.map((command) => this.enter(command, waitMs > 0))
  }

  private enter(command: Command, waited: boolean): Receipt {
    if (command.kind === 'PlaceOrder') {
      const key = `${command.account}/${command.orderId}`
      const present = this.orders.get(key)
      if (present !== undefined) {
        return sameTerms(present, command) ? { kind: 'repeated', order: present } : { kind: 'conflict' }
      }
      this.orders.set(key, pendingOrder(command, this.nowMs))
    }
    const receipt = { kind: 'accepted', receivedAtMs: this.nowMs } as const
    if (!this.matching) return receipt
    const outcome = this.match(command)
    return waited ? { ...receipt, outcome } : receipt
  }

  private match(command: Command): Outcome {
    const events: Event[] = []
    const out = new ChangedRecords(events)
    const { symbol } = command
    if (symbol !== undefined) this.matcherOf(symbol).apply(command, this.nowMs, out)
    else for (const matcher of this.matchers.values()) matcher.apply(command, this.nowMs, out)
    for (const order of out.orders()) this.orders.set(`${order.account}/${order.orderId}`, order)
    this.trades.push(...out.trades)
    const order = 'orderId' in command ? this.orders.get(`${command.account}/${command.orderId}`) : undefined
    return outcomeOf(command, events, order)
  }

  private matcherOf(symbol: string): SymbolMatcher {
    let matcher = this.matchers.get(symbol)
    if (matcher === undefined) {
      matcher = new SymbolMatcher(symbol)
      this.matchers.set(symbol, matcher)
    }
    return matcher
  }
}
