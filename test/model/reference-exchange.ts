/**
 * A naive exchange for one symbol, written from the documented rules (docs/reference/commands.md) only: an array of
 * resting orders in order of time, searched and sorted for every command. It is slow, and so simple that a reader can
 * check it. The fast exchange must give the same events.
 */

import type { AmendOrder, CancelOrder, Command, PlaceOrder } from '../../src/protocol/command/commands.ts'
import type {
  ChangeInstrument,
  DefineInstrument,
  InstrumentTerms,
  OperatorCommand,
  OperatorNote,
  SetPriceBand,
} from '../../src/protocol/command/operator-commands.ts'
import type { TradingPhase } from '../../src/protocol/command/trading-phases.ts'
import type { Event } from '../../src/protocol/event/events.ts'
import { BOOK_ORDERS_MAX, LEVEL_LOTS_MAX, PRICE_TICKS_MAX } from '../../src/protocol/limits.ts'
import type { CancelReason, RejectReason } from '../../src/protocol/reasons.ts'
import type { OrderRecord } from '../../src/protocol/records.ts'
import type { Lots, Ticks } from '../../src/protocol/units.ts'
import { RULES_OLDEST } from '../../src/protocol/versions.ts'
import { planMatch } from './matching-plan.ts'
import { ReferenceOrder } from './reference-order.ts'
import type { BookListing, ListedLevel, TestedExchange } from './tested-exchange.ts'

type Body<E extends Event = Event> = E extends Event
  ? Omit<E, 'symbol' | 'number' | 'timestampMs' | 'requestId'>
  : never

export class ReferenceExchange implements TestedExchange {
  private readonly symbol: string
  private readonly ordersMax: number
  /** In order of time: an order that loses its priority moves to the end. */
  private resting: ReferenceOrder[] = []
  private readonly everyRecord: OrderRecord[] = []
  private phase: TradingPhase = 'CONTINUOUS'
  private rules: number
  private instrument: InstrumentTerms | undefined
  private instrumentClosed = false
  private low = 1
  private high = PRICE_TICKS_MAX
  private now = 0
  private lastTradePrice = 0
  private eventNumber = 0
  private tradeNumber = 0
  private requestId: string | undefined
  /** The operator of the command. */
  private note: OperatorNote = {}
  private events: Event[] = []

  /** Without `instrument` the first command defines it. */
  constructor(symbol: string, ordersMax = BOOK_ORDERS_MAX, rules = RULES_OLDEST, instrument?: InstrumentTerms) {
    this.symbol = symbol
    this.ordersMax = ordersMax
    this.rules = rules
    this.instrument = instrument
  }

  apply(command: Command, timestampMs: number): Event[] {
    this.events = []
    this.now = Math.max(this.now, timestampMs)
    this.requestId = undefined
    this.expire()
    this.requestId = command.requestId
    if (command.kind === 'PlaceOrder') this.place(command)
    else if (command.kind === 'CancelOrder') this.cancelOne(command)
    else if (command.kind === 'CancelAllOrders') this.cancelAll(command.account)
    else if (command.kind === 'AmendOrder') this.amend(command)
    else if (command.kind !== 'AdvanceTime') this.control(command)
    return this.events
  }

  records(): OrderRecord[] {
    return this.everyRecord
  }

  book(): BookListing {
    return {
      bids: this.levels('BUY'),
      asks: this.levels('SELL'),
      phase: this.phase,
      bandLow: this.low,
      bandHigh: this.high,
      lastTradePrice: this.lastTradePrice,
    }
  }

  private place(command: PlaceOrder): void {
    const known = this.find(command)
    if (known?.isSameAs(command)) return
    if (known !== undefined) {
      this.emit({ ...asked(command), kind: 'OrderRejected', reason: 'duplicate_order_id' })
      return
    }
    const order = new ReferenceOrder(command, this.now)
    const limit = command.price ?? (command.side === 'BUY' ? this.high : this.low)
    const plan = planMatch(this.resting, order, limit)
    const reason = this.whyNotEnter(command, limit)
    this.everyRecord.push(order.record)
    if (reason !== undefined) {
      order.touch(this.emit({ ...asked(command), kind: 'OrderRejected', reason }))
      order.reject(reason)
      return
    }
    order.touch(this.emit({ ...asked(command), kind: 'OrderAccepted' }))
    order.record.status = 'NEW'
    if (command.expiresAtMs !== undefined && command.expiresAtMs <= this.now) this.end(order, 'expired')
    else if (command.timeInForce === 'FOK' && plan.left > 0) this.end(order, 'fill_or_kill')
    else this.trade(order, limit)
  }

  private whyNotEnter(command: PlaceOrder, limit: number): RejectReason | undefined {
    const noTrading = this.whyNoTrading()
    if (noTrading !== undefined) return noTrading
    if (limit < this.low || limit > this.high) return 'price_outside_band'
    if (this.resting.length >= this.ordersMax) return 'book_full'
    if (command.postOnly && this.wouldTrade(command.side, limit)) return 'post_only_would_cross'
    return undefined
  }

  private whyNoTrading(): RejectReason | undefined {
    if (this.phase === 'HALTED') return 'symbol_halted'
    if (this.phase === 'CLOSED') return 'symbol_closed'
    return undefined
  }

  private wouldTrade(side: 'BUY' | 'SELL', limit: number): boolean {
    const anybody = { account: '', side, open: 1, selfTradePrevention: 'NONE' } as const
    return planMatch(this.resting, anybody, limit).left === 0
  }

  /** Trades the order as far as possible. The remainder rests or is canceled. */
  private trade(taker: ReferenceOrder, limit: number): void {
    const plan = planMatch(this.resting, taker, limit)
    for (const step of plan.steps) {
      if ('expire' in step) this.end(step.expire, 'self_trade')
      else this.fill(step.maker, taker, step.trade)
    }
    if (plan.left === 0) return
    if (plan.takerExpires) this.end(taker, 'self_trade')
    else if (taker.record.type === 'MARKET') this.end(taker, 'no_liquidity')
    else if (taker.record.timeInForce === 'IOC') this.end(taker, 'immediate_or_cancel')
    else if (!this.levelHasRoom(taker)) this.end(taker, 'level_full')
    else this.resting.push(taker)
  }

  private fill(maker: ReferenceOrder, taker: ReferenceOrder, quantity: number): void {
    this.lastTradePrice = maker.price
    const trade = this.emit({
      kind: 'TradeExecuted',
      tradeNumber: ++this.tradeNumber,
      price: maker.price as Ticks,
      quantity: quantity as Lots,
      takerSide: taker.side,
      makerAccount: maker.account,
      makerOrderId: maker.record.orderId,
      takerAccount: taker.account,
      takerOrderId: taker.record.orderId,
      ...(maker.asked.tag !== undefined && { makerTag: maker.asked.tag }),
      ...(taker.asked.tag !== undefined && { takerTag: taker.asked.tag }),
    })
    for (const order of [maker, taker]) {
      order.touch(trade)
      order.fill(quantity, this.tradeNumber)
      if (order.open === 0) this.remove(order)
    }
  }

  private levelHasRoom(order: ReferenceOrder): boolean {
    const level = this.resting.filter((other) => other.side === order.side && other.price === order.price)
    const lots = level.reduce((sum, other) => sum + BigInt(other.open), BigInt(order.open))
    return lots <= BigInt(LEVEL_LOTS_MAX)
  }

  private cancelOne(command: CancelOrder): void {
    const order = this.find(command)
    if (order === undefined) this.emit({ ...command, kind: 'CancelRejected', reason: 'order_not_open' })
    else this.end(order, 'requested')
  }

  private cancelAll(account: string): void {
    const own = this.resting.filter((order) => order.account === account)
    for (const order of own.sort((a, b) => a.record.firstEvent - b.record.firstEvent)) this.end(order, 'cancel_all')
  }

  private amend(command: AmendOrder): void {
    const { account, orderId } = command
    const order = this.find(command)
    const refuse = (reason: RejectReason) =>
      this.emit({ kind: 'AmendRejected', account, orderId, reason, ...order?.echo })
    if (order === undefined) {
      refuse('order_not_open')
      return
    }
    const price = command.price ?? order.price
    const quantity = command.quantity ?? order.record.quantity
    const smaller = price === order.price && quantity < order.record.quantity
    const crosses = order.record.postOnly && this.wouldTrade(order.side, price)
    const noTrading = this.whyNoTrading()
    const lowersWhileHalted = smaller && this.phase === 'HALTED' && this.rules >= 2
    if (noTrading !== undefined && !lowersWhileHalted) refuse(noTrading)
    else if (quantity <= order.record.filled) refuse('quantity_not_above_filled')
    else if (price < this.low || price > this.high) refuse('price_outside_band')
    else if (crosses) refuse('post_only_would_cross')
    else {
      const amended = { price: price as Ticks, quantity: quantity as Lots }
      order.touch(
        this.emit({ kind: 'OrderAmended', account, orderId, ...amended, priorityKept: smaller, ...order.echo }),
      )
      const placed = { price: order.asked.price as Ticks, quantity: order.asked.quantity }
      Object.assign(order.record, amended, { placed })
      if (smaller) return
      this.remove(order)
      this.trade(order, price)
    }
  }

  private control(command: OperatorCommand): void {
    const { operator, operatorKey, operatorReason } = command
    this.note = {
      ...(operator !== undefined && { operator }),
      ...(operatorKey !== undefined && { operatorKey }),
      ...(operatorReason !== undefined && { operatorReason }),
    }
    const reason = this.whyNotControl(command)
    if (reason !== undefined) this.emit({ kind: 'ControlRejected', ...this.note, reason })
    else if (command.kind === 'ChangePhase') this.changePhase(command.phase)
    else if (command.kind === 'SetPriceBand') this.setBand(command)
    else if (command.kind === 'DefineInstrument') this.define(command)
    else if (command.kind === 'ChangeInstrument') this.changeInstrument(command)
    else if (command.kind === 'CloseInstrument') this.closeInstrument()
    else this.adoptRules(command.rules)
  }

  private whyNotControl(command: OperatorCommand): RejectReason | undefined {
    if (command.kind === 'AdoptRules') return command.rules > this.rules ? undefined : 'rules_not_newer'
    if (command.kind === 'DefineInstrument') {
      if (this.instrument === undefined) return undefined
      const { tickSize, lotSize } = this.instrument
      const same = command.tickSize === tickSize && command.lotSize === lotSize
      return this.instrumentClosed && same ? undefined : 'instrument_exists'
    }
    if (this.instrumentClosed) return 'instrument_closed'
    if (command.kind === 'ChangeInstrument') {
      const { minQuantity, maxQuantity } = { ...this.instrument, ...command }
      if (Number(minQuantity ?? 0) > Number(maxQuantity ?? Number.POSITIVE_INFINITY)) return 'min_quantity_above_max'
    }
    if (command.kind === 'ChangePhase' && command.phase === this.phase) return 'phase_unchanged'
    return undefined
  }

  private changePhase(phase: TradingPhase): void {
    this.phase = phase
    this.emit({ kind: 'PhaseChanged', ...this.note, phase })
  }

  private define({ base, quote, tickSize, lotSize, minQuantity, maxQuantity }: DefineInstrument): void {
    this.instrument = { base, quote, tickSize, lotSize }
    if (minQuantity !== undefined) this.instrument = { ...this.instrument, minQuantity }
    if (maxQuantity !== undefined) this.instrument = { ...this.instrument, maxQuantity }
    if (this.instrumentClosed) this.phase = 'CONTINUOUS'
    this.instrumentClosed = false
    this.emit({ kind: 'InstrumentDefined', ...this.note, ...this.instrument })
  }

  private changeInstrument(command: ChangeInstrument): void {
    const terms: Record<string, string> = { ...(this.instrument as InstrumentTerms) }
    for (const name of ['base', 'quote', 'minQuantity', 'maxQuantity'] as const) {
      const value = command[name]
      if (value !== undefined) terms[name] = value
    }
    this.instrument = terms as unknown as InstrumentTerms
    this.emit({ kind: 'InstrumentChanged', ...this.note, ...this.instrument })
  }

  private closeInstrument(): void {
    this.phase = 'CLOSED'
    this.instrumentClosed = true
    this.emit({ kind: 'InstrumentClosed', ...this.note })
    for (const order of this.inOrderOfPriority()) this.end(order, 'instrument_closed')
  }

  private adoptRules(rules: number): void {
    this.rules = rules
    this.emit({ kind: 'RulesAdopted', ...this.note, rules })
  }

  private setBand(command: SetPriceBand): void {
    this.low = command.low ?? 1
    this.high = command.high ?? PRICE_TICKS_MAX
    const low = this.low > 1 && { low: this.low as Ticks }
    const high = this.high < PRICE_TICKS_MAX && { high: this.high as Ticks }
    this.emit({ kind: 'PriceBandSet', ...this.note, ...low, ...high })
    for (const order of this.inOrderOfPriority()) {
      if (order.price < this.low || order.price > this.high) this.end(order, 'price_outside_band')
    }
  }

  private expire(): void {
    const over = this.resting.filter((order) => order.expiresAtMs <= this.now)
    over.sort((a, b) => a.expiresAtMs - b.expiresAtMs || a.record.firstEvent - b.record.firstEvent)
    for (const order of over) this.end(order, 'expired')
  }

  private end(order: ReferenceOrder, reason: CancelReason): void {
    const { account, orderId } = order.record
    const quantity = order.open as Lots
    order.touch(this.emit({ kind: 'OrderCanceled', account, orderId, reason, quantity, ...order.echo }))
    order.record.status = reason === 'expired' ? 'EXPIRED' : 'CANCELED'
    order.record.reason = reason
    this.remove(order)
  }

  private remove(order: ReferenceOrder): void {
    this.resting = this.resting.filter((other) => other !== order)
  }

  private find(name: { account: string; orderId: string }): ReferenceOrder | undefined {
    return this.resting.find((order) => order.account === name.account && order.record.orderId === name.orderId)
  }

  /** Bids from the best, then asks from the best, each level in order of time. */
  private inOrderOfPriority(): ReferenceOrder[] {
    const bids = this.resting.filter((order) => order.side === 'BUY').sort((a, b) => b.price - a.price)
    const asks = this.resting.filter((order) => order.side === 'SELL').sort((a, b) => a.price - b.price)
    return [...bids, ...asks]
  }

  private levels(side: 'BUY' | 'SELL'): ListedLevel[] {
    const orders = this.inOrderOfPriority().filter((order) => order.side === side)
    const prices = [...new Set(orders.map((order) => order.price))]
    return prices.map((price) => {
      const level = orders.filter((order) => order.price === price)
      return {
        price,
        total: level.reduce((sum, order) => sum + order.open, 0),
        orders: level.map((o) => ({ account: o.account, orderId: o.record.orderId, remaining: o.open })),
      }
    })
  }

  private emit(body: Body): Event {
    const number = ++this.eventNumber
    const requestId = this.requestId === undefined ? {} : { requestId: this.requestId }
    const event = { ...body, symbol: this.symbol, number, timestampMs: this.now, ...requestId } as Event
    this.events.push(event)
    return event
  }
}

/** The terms of an order, without explicit defaults. */
function asked({ postOnly, selfTradePrevention, ...order }: PlaceOrder): PlaceOrder {
  return {
    ...order,
    ...(postOnly === true && { postOnly }),
    ...(selfTradePrevention !== undefined && selfTradePrevention !== 'NONE' && { selfTradePrevention }),
  }
}
