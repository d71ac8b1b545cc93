/**
 * The ports of order entry and of the dialects with the real matcher, in memory: a stream of one process without
 * durability. Tests can stop matching, so that orders stay PENDING, and can read all submissions.
 */

import { deepStrictEqual } from 'node:assert'
import { accountLimits } from '../../src/entry/account-limits.ts'
import type { EntryPorts } from '../../src/entry/entry-ports.ts'
import { viewBook } from '../../src/matcher/book-view.ts'
import { readDepth } from '../../src/matcher/read-depth.ts'
import { Outcomes } from '../../src/orders/outcomes.ts'
import type { BookReader } from '../../src/ports/book-reader.ts'
import type { EventFeed, FeedReader } from '../../src/ports/event-feed.ts'
import { type FillReader, fillsOf, pageOfFills } from '../../src/ports/fill-reader.ts'
import type { MarketReader } from '../../src/ports/market-reader.ts'
import type { Failed, Outcome, Receipt, Refused } from '../../src/ports/order-entry.ts'
import { isListedBy } from '../../src/ports/order-reader.ts'
import { finish } from '../../src/ports/paced.ts'
import { selectTrades, type TradeReader } from '../../src/ports/trade-reader.ts'
import { decodeCommand, encodeCommand } from '../../src/protocol/command/codec.ts'
import type { Command } from '../../src/protocol/command/commands.ts'
import type { EventCursor, EventFold } from '../../src/protocol/event/event-cursor.ts'
import { EventFeedWriter } from '../../src/protocol/event/event-feed-writer.ts'
import { DEMO_INSTRUMENTS } from '../../src/protocol/instrument/instrument.ts'
import { InstrumentDirectory } from '../../src/protocol/instrument/instrument-directory.ts'
import type { RejectReason } from '../../src/protocol/reasons.ts'
import { isOpen, isSameOrder, type OrderRecord, pendingOrder, type TradeRecord } from '../../src/protocol/records.ts'
import { tradeRecord } from '../../src/protocol/trade-record.ts'
import { RULES_NEWEST, RULES_OLDEST } from '../../src/protocol/versions.ts'
import { ExchangeState } from '../../src/recovery/exchange-state.ts'
import { MemoryMarket } from '../contracts/memory-market.ts'

export const START_MS = Date.UTC(2026, 0, 31, 12)

export interface ExchangePorts extends EntryPorts {
  readonly tradeReader: TradeReader
  readonly fillReader: FillReader
  readonly marketReader: MarketReader
  readonly bookReader: BookReader
  readonly eventFeed: EventFeed
}

export class InMemoryExchange implements EventFold {
  readonly instruments = new InstrumentDirectory()
  /** Commands of each submit call. */
  readonly submissions: (readonly Command[])[] = []
  readonly orders = new Map<string, OrderRecord>()
  readonly trades: TradeRecord[] = []
  nowMs = START_MS
  /** false: commands are durable, but are not matched. */
  matching = true
  /** The receipt for each command from now on. */
  refusal: Refused | Failed | undefined
  /** Thrown by the next submit. */
  failure: Error | undefined
  private readonly state = new ExchangeState()
  private readonly outcomes = new Outcomes()
  private readonly feed = new EventFeedWriter()
  private readonly feedReaders = new Set<Pick<FeedReader, 'take'>>()
  private applied = 0
  private ids = 0

  constructor(rules = RULES_NEWEST) {
    if (rules > RULES_OLDEST) this.match({ kind: 'AdoptRules', rules })
    for (const instrument of DEMO_INSTRUMENTS) this.match({ kind: 'DefineInstrument', ...instrument })
  }

  take(event: EventCursor): void {
    this.outcomes.take(event)
    this.feed.take(event)
    this.instruments.take(event)
    if (event.kind === 'TradeExecuted') this.trades.push(tradeRecord(event))
  }

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
        list: async (account, query) => {
          const { limit, cursor, sort } = query
          const all = [...this.orders.values()].filter((order) => order.account === account && isListedBy(order, query))
          if (sort !== 'asc') all.reverse()
          const from = cursor === undefined ? 0 : Number(cursor)
          const rows = all.slice(from, from + limit)
          return from + limit < all.length ? { rows, next: String(from + limit) } : { rows }
        },
      },
      fillReader: {
        list: async (account, query) =>
          pageOfFills(
            this.trades.flatMap((trade) => fillsOf(account, trade)),
            query,
          ),
      },
      marketReader: new MemoryMarket(this.trades),
      tradeReader: { list: async (symbol, query) => selectTrades(this.tradesOf(symbol), query) },
      bookReader: { book: async (symbol, levels) => viewBook(symbol, this.state.matcher.symbols.get(symbol), levels) },
      eventFeed: { read: (reader) => this.read(reader) },
      nowMs: () => this.nowMs,
      newOrderId: () => `made-${++this.ids}`,
      limits: accountLimits(10_000, 10_000),
    }
  }

  /** All levels of a book, after its last event. */
  depth(symbol: string) {
    return finish(readDepth(this.state.matcher.symbols.get(symbol), () => {}, Number.POSITIVE_INFINITY))
  }

  private async read(reader: FeedReader): Promise<() => void> {
    const { position, timestampMs } = this.state.matcher
    reader.start({ position, timestampMs, symbols: this.state.matcher.numbers() })
    const reading = { take: (batch: Uint8Array) => reader.take(batch) }
    this.feedReaders.add(reading)
    return () => this.feedReaders.delete(reading)
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
    this.checkLine(command)
    if (this.refusal !== undefined) return this.refusal
    if (command.kind === 'PlaceOrder') {
      const key = `${command.account}/${command.orderId}`
      const present = this.orders.get(key)
      if (present !== undefined) {
        return isSameOrder(present, command) ? { kind: 'repeated', order: present } : { kind: 'conflict' }
      }
      this.orders.set(key, pendingOrder(command, this.nowMs))
    }
    const receipt = { kind: 'accepted', receivedAtMs: this.nowMs } as const
    if (!this.matching) return receipt
    const outcome = this.match(command)
    return waited ? { ...receipt, outcome } : receipt
  }

  /** Checks that submitted commands decode from their line in the order stream, because recovery needs that. */
  private checkLine(command: Command): void {
    const { instruments } = this
    const line = encodeCommand(command, instruments.get(command.symbol ?? ''))
    deepStrictEqual(decodeCommand(line, instruments), command)
  }

  private match(command: Command): Outcome {
    const { state, outcomes } = this
    outcomes.expect(command)
    const position = String(++this.applied).padStart(16, '0')
    let rejection: RejectReason | undefined
    state.apply({ position, timestampMs: this.nowMs, commands: [command] }, this, (_, rejected) => {
      rejection = rejected
    })
    const batch = this.feed.flush()
    if (batch !== undefined) for (const reader of this.feedReaders) reader.take(batch)
    for (const [key, order] of this.orders) {
      if (isOpen(order.status)) this.orders.set(key, state.orders.find(order.account, order.orderId) ?? order)
    }
    outcomes.complete(command, (account, orderId) => this.orders.get(`${account}/${orderId}`), rejection)
    return outcomes.collect(command) as Outcome
  }
}
