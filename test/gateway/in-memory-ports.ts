/**
 * The gateway's ports over the real matcher, in memory: a stream of one process without durability.
 * Matching can be held back, so that orders stay PENDING; every submission is counted.
 */

import { demoAccount } from '../../src/gateway/authenticate.ts'
import type { GatewayPorts } from '../../src/gateway/gateway-ports.ts'
import { type Outbox, SymbolMatcher } from '../../src/matcher/symbol-matcher.ts'
import type { Outcome, Receipt } from '../../src/ports/order-entry.ts'
import type { Command } from '../../src/protocol/commands.ts'
import { DEMO_INSTRUMENTS, parseInstrument } from '../../src/protocol/instrument.ts'
import { fingerprintOf, isOpen, type OrderRecord, pendingOrder, type TradeRecord } from '../../src/protocol/records.ts'
import type { Ticks } from '../../src/protocol/units.ts'

export const START_MS = Date.UTC(2026, 0, 31, 12)

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
  private readonly bands = new Map<string, { low?: Ticks; high?: Ticks }>()
  private ids = 0

  ports(overrides: Partial<GatewayPorts> = {}): GatewayPorts {
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
      bookReader: { book: async (symbol, levels) => this.book(symbol, levels) },
      authenticate: demoAccount(),
      nowMs: () => this.nowMs,
      newOrderId: () => `made-${++this.ids}`,
      health: async () => ({ status: 'ok' }),
      rateLimit: { ordersPerSecond: 10_000 },
      ...overrides,
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
        return present.fingerprint === fingerprintOf(command)
          ? { kind: 'repeated', order: present }
          : { kind: 'conflict' }
      }
      this.orders.set(key, pendingOrder(command, this.nowMs))
    }
    const receipt = { kind: 'accepted', receivedAtMs: this.nowMs } as const
    if (!this.matching) return receipt
    const outcome = this.match(command)
    return waited ? { ...receipt, outcome } : receipt
  }

  private match(command: Command): Outcome {
    const out: Outbox = { events: [], orders: new Map() }
    this.matcherOf(command.symbol).apply(command, this.nowMs, out)
    for (const order of out.orders.values()) this.orders.set(`${order.account}/${order.orderId}`, order)
    let canceled = 0
    let rejection: Outcome['rejection']
    for (const event of out.events) {
      if (event.kind === 'TradeExecuted') {
        const { kind: _, number: eventNumber, ...trade } = event
        this.trades.push({ ...trade, eventNumber })
      }
      if (event.kind === 'OrderCanceled') canceled++
      if (event.kind === 'PriceBandSet') this.bands.set(event.symbol, event)
      if (event.kind === 'CancelRejected' || event.kind === 'AmendRejected' || event.kind === 'ControlRejected') {
        rejection = event.reason
      }
    }
    const order = 'orderId' in command ? this.orders.get(`${command.account}/${command.orderId}`) : undefined
    return {
      ...(order !== undefined && { order }),
      ...(rejection !== undefined && { rejection }),
      ...(command.kind === 'CancelAllOrders' && { canceled }),
    }
  }

  private matcherOf(symbol: string): SymbolMatcher {
    let matcher = this.matchers.get(symbol)
    if (matcher === undefined) {
      matcher = new SymbolMatcher(symbol)
      this.matchers.set(symbol, matcher)
    }
    return matcher
  }

  private book(symbol: string, levels: number) {
    const matcher = this.matcherOf(symbol)
    const open = [...matcher.liveOrders()].map((live) => live.record)
    const side = (name: 'BUY' | 'SELL') => {
      const totals = new Map<Ticks, number>()
      for (const order of open) {
        if (order.side !== name || order.price === null) continue
        totals.set(order.price, (totals.get(order.price) ?? 0) + order.quantity - order.filled)
      }
      const sorted = [...totals].sort(([a], [b]) => (name === 'BUY' ? b - a : a - b))
      return sorted.slice(0, levels).map(([price, quantity]) => ({ price, quantity: quantity as never }))
    }
    const band = this.bands.get(symbol)
    return {
      symbol,
      eventNumber: matcher.eventNumber,
      timestampMs: matcher.eventNumber === 0 ? 0 : this.nowMs,
      bids: side('BUY'),
      asks: side('SELL'),
      lastTradePrice: this.tradesOf(symbol).at(-1)?.price ?? null,
      halted: matcher.book.halted,
      bandLow: band?.low ?? null,
      bandHigh: band?.high ?? null,
    }
  }
}
