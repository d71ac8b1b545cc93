/**
 * One symbol: its book in the engine, and the names that the engine does not know. It hands each
 * command to the engine as integers and reads the engine's events back as the protocol's, numbered
 * from 1 without gaps. Deterministic: the same commands at the same times give the same events.
 *
 * A PlaceOrder whose id lives in a book is a second delivery and leaves no trace if it is the same
 * order; another order under that id is rejected with duplicate_order_id and has no record.
 *
 * Records take in the engine's events as they come. Events of the protocol are made beside them, for
 * those who read them.
 */

import * as buffer from '../engine/event-buffer.ts'
import { OrderBook } from '../engine/order-book.ts'
import { CANCEL_ALL, ENGINE_REASONS, INSTRUMENT_CLOSED_REASON, INSTRUMENT_EXISTS } from '../engine/reasons.ts'
import { BrokenInvariant } from '../protocol/assert.ts'
import type { AmendOrder, CancelOrder, Command, PlaceOrder } from '../protocol/commands.ts'
import type { Event } from '../protocol/events.ts'
import { PRICE_TICKS_MAX } from '../protocol/limits.ts'
import {
  type ChangeInstrument,
  type DefineInstrument,
  type InstrumentTerms,
  type OperatorCommand,
  PHASES,
} from '../protocol/operator-commands.ts'
import { optionsOf, sideOf } from '../protocol/order-options.ts'
import type { CancelReason, RejectReason } from '../protocol/reasons.ts'
import { type OrderRecord, pendingOrder, sameTerms, type TradeRecord } from '../protocol/records.ts'
import type { Lots, Ticks } from '../protocol/units.ts'
import {
  controlStamp,
  orderAccepted,
  orderAmended,
  orderCanceled,
  orderRejected,
  stamp,
  tradeExecuted,
} from './event-makers.ts'
import { type Entry, LiveOrders } from './live-orders.ts'
import { handleOf, hashOf, OrderIndex, symbolOf } from './order-index.ts'
import type { Outbox } from './outbox.ts'

export class SymbolMatcher {
  readonly symbol: string
  readonly book: OrderBook
  /** Events and trades so far. */
  eventNumber = 0
  tradeNumber = 0
  /** Commands so far: the engine's sequence. */
  commandNumber = 0
  /** undefined before it is defined. */
  instrument: InstrumentTerms | undefined
  /** A closed instrument takes no orders until it is defined again. */
  instrumentClosed = false
  readonly orders: LiveOrders
  /** Where each live order is, of all symbols of a matcher; this one's number among them. */
  private readonly index: OrderIndex
  private readonly number: number

  constructor(symbol: string, book = new OrderBook(), index = new OrderIndex()) {
    this.symbol = symbol
    this.book = book
    this.orders = new LiveOrders(symbol)
    this.index = index
    this.number = index.join(this.orders)
  }

  /** The record of a live order. */
  find(account: string, orderId: string): OrderRecord | undefined {
    const handle = this.resting(account, orderId)
    return handle === 0 ? undefined : this.orders.record(handle)
  }

  /** Lets an order that `orders` holds be found by its name. */
  adopt(handle: number): void {
    const { orders } = this
    orders.setHash(handle, hashOf(orders.accountOf(handle), orders.orderIds[handle]))
    this.index.add(this.number, handle)
  }

  /** Applies one command that arrived at `timestampMs`; appends what happened to `out`. */
  apply(command: Command, timestampMs: number, out: Outbox): void {
    const book = this.book
    this.commandNumber++
    book.begin(this.commandNumber, timestampMs)
    // What `begin` has expired belongs to no command.
    if (book.events.count > 0) this.drain(undefined, out)
    switch (command.kind) {
      case 'PlaceOrder':
        this.place(command, out)
        return
      case 'CancelOrder': {
        const handle = this.resting(command.account, command.orderId)
        if (handle === 0) this.refuse('CancelRejected', command, 'order_not_open', out)
        else book.cancel(handle)
        break
      }
      case 'AmendOrder': {
        const handle = this.resting(command.account, command.orderId)
        if (handle === 0) this.refuse('AmendRejected', command, 'order_not_open', out)
        else {
          const { orders } = this
          book.amend(handle, command.price ?? orders.priceOf(handle), command.quantity ?? orders.quantityOf(handle))
        }
        break
      }
      case 'CancelAllOrders': {
        const { orders } = this
        for (const handle of orders.oldestFirst(orders.accountNumber(command.account))) book.cancel(handle, CANCEL_ALL)
        break
      }
      case 'AdvanceTime':
        break
      default:
        this.control(command)
        break
    }
    this.drain(command, out)
  }

  /** A closed instrument refuses every operator command but its definition and new rules. */
  private control(command: OperatorCommand): void {
    const { book } = this
    if (command.kind === 'AdoptRules') book.adoptRules(command.rules)
    else if (command.kind === 'DefineInstrument') this.define(command)
    else if (this.instrumentClosed) book.rejectControl(INSTRUMENT_CLOSED_REASON)
    else {
      switch (command.kind) {
        case 'ChangePhase':
          book.changePhase(PHASES.indexOf(command.phase))
          break
        case 'SetPriceBand':
          book.setBand(command.low ?? 1, command.high ?? PRICE_TICKS_MAX)
          break
        case 'ChangeInstrument':
          this.changeInstrument(command)
          break
        case 'CloseInstrument':
          this.instrumentClosed = true
          book.closeInstrument()
          break
      }
    }
  }

  private define({ base, quote, tickSize, lotSize, minQuantity, maxQuantity }: DefineInstrument): void {
    const { book, instrument } = this
    if (instrument !== undefined) {
      const sameSteps = instrument.tickSize === tickSize && instrument.lotSize === lotSize
      if (!this.instrumentClosed || !sameSteps) {
        book.rejectControl(INSTRUMENT_EXISTS)
        return
      }
    }
    this.instrument = {
      base,
      quote,
      tickSize,
      lotSize,
      ...(minQuantity !== undefined && { minQuantity }),
      ...(maxQuantity !== undefined && { maxQuantity }),
    }
    book.events.emit(buffer.INSTRUMENT_DEFINED, 0, 0, 0, 0, book.sequence)
    if (this.instrumentClosed) book.reopen()
    this.instrumentClosed = false
  }

  private changeInstrument({ base, quote, minQuantity, maxQuantity }: ChangeInstrument): void {
    const { book, instrument } = this
    if (instrument === undefined) {
      book.rejectControl(INSTRUMENT_CLOSED_REASON)
      return
    }
    this.instrument = {
      ...instrument,
      ...(base !== undefined && { base }),
      ...(quote !== undefined && { quote }),
      ...(minQuantity !== undefined && { minQuantity }),
      ...(maxQuantity !== undefined && { maxQuantity }),
    }
    book.events.emit(buffer.INSTRUMENT_CHANGED, 0, 0, 0, 0, book.sequence)
  }

  private place(command: PlaceOrder, out: Outbox): void {
    const hash = hashOf(command.account, command.orderId)
    const known = this.index.find(command.account, command.orderId, hash)
    if (known !== 0) {
      if (!sameTerms(this.index.ordersAt(known).record(handleOf(known)), command)) {
        this.eventNumber++
        out.events?.push(orderRejected(this, command, 'duplicate_order_id'))
      }
      return
    }
    const { orders } = this
    const account = orders.accountNumber(command.account) || orders.addAccount(command.account)
    const options = optionsOf(command)
    this.book.place(options, command.price ?? 0, command.quantity, account, command.expiresAtMs ?? 0)
    this.drain(command, out, { account, options, hash })
  }

  /** Takes the engine's events into the records, and tells them in the words of the protocol. */
  private drain(command: Command | undefined, out: Outbox, entry?: Entry): void {
    const { orders } = this
    const placed = command?.kind === 'PlaceOrder' ? command : undefined
    const { events, timestampMs } = this.book
    for (let i = 0; i < events.count; i++) {
      const number = ++this.eventNumber
      switch (events.kind(i)) {
        case buffer.ACCEPTED: {
          const order = placed as PlaceOrder
          const handle = events.order(i)
          orders.accept(handle, order, entry as Entry, timestampMs, number)
          this.index.add(this.number, handle)
          out.events?.push(orderAccepted(this, order))
          out.changed(orders, handle)
          break
        }
        case buffer.REJECTED: {
          const reason = ENGINE_REASONS[events.reason(i)] as RejectReason
          const order = placed as PlaceOrder
          out.events?.push(orderRejected(this, order, reason))
          const pending = pendingOrder(order, timestampMs)
          out.ended({ ...pending, status: 'REJECTED', reason, firstEvent: number, lastEvent: number })
          break
        }
        case buffer.TRADE:
          this.trade(this.at(events.order(i)), this.at(events.taker(i)), i, command, out)
          break
        case buffer.CANCELED: {
          const handle = this.at(events.order(i))
          const reason = ENGINE_REASONS[events.reason(i)] as CancelReason
          orders.touch(handle, number, timestampMs)
          const record = orders.record(handle, reason === 'expired' ? 'EXPIRED' : 'CANCELED', reason)
          this.forget(handle)
          out.events?.push(orderCanceled(this, record, events.quantity(i) as Lots, reason, command))
          out.ended(record)
          break
        }
        case buffer.AMENDED: {
          const handle = this.at(events.order(i))
          orders.amend(handle, events.price(i), orders.filledOf(handle) + events.quantity(i), number, timestampMs)
          out.events?.push(orderAmended(this, orders, handle, events.taker(i) === 1, command))
          out.changed(orders, handle)
          break
        }
        case buffer.AMEND_REJECTED: {
          const handle = this.at(events.order(i))
          const account = orders.accountOf(handle)
          const orderId = orders.orderIds[handle]
          const reason = ENGINE_REASONS[events.reason(i)] as RejectReason
          out.events?.push({ kind: 'AmendRejected', ...stamp(this, command), account, orderId, reason })
          break
        }
        default:
          out.events?.push(this.controlEvent(i, command as OperatorCommand))
          break
      }
    }
    events.clear()
  }

  /** The event of an operator command. */
  private controlEvent(i: number, command: OperatorCommand): Event {
    const { events } = this.book
    const base = controlStamp(this, command)
    switch (events.kind(i)) {
      case buffer.PHASE_CHANGED:
        return { kind: 'PhaseChanged', ...base, phase: PHASES[events.price(i)] }
      case buffer.BAND_SET: {
        const low = events.price(i) as Ticks
        const high = events.quantity(i) as Ticks
        return { kind: 'PriceBandSet', ...base, ...(low > 1 && { low }), ...(high < PRICE_TICKS_MAX && { high }) }
      }
      case buffer.INSTRUMENT_DEFINED:
        return { kind: 'InstrumentDefined', ...base, ...(this.instrument as InstrumentTerms) }
      case buffer.INSTRUMENT_CHANGED:
        return { kind: 'InstrumentChanged', ...base, ...(this.instrument as InstrumentTerms) }
      case buffer.INSTRUMENT_CLOSED:
        return { kind: 'InstrumentClosed', ...base }
      case buffer.RULES_ADOPTED:
        return { kind: 'RulesAdopted', ...base, rules: events.price(i) }
      case buffer.CONTROL_REJECTED:
        return { kind: 'ControlRejected', ...base, reason: ENGINE_REASONS[events.reason(i)] as RejectReason }
      default:
        throw new BrokenInvariant(`${this.symbol}: an event of kind ${events.kind(i)}`)
    }
  }

  private trade(maker: number, taker: number, i: number, command: Command | undefined, out: Outbox): void {
    const { orders } = this
    const { events, timestampMs } = this.book
    const trade: TradeRecord = {
      symbol: this.symbol,
      tradeNumber: ++this.tradeNumber,
      eventNumber: this.eventNumber,
      price: events.price(i) as Ticks,
      quantity: events.quantity(i) as Lots,
      takerSide: sideOf(events.side(i)),
      makerAccount: orders.accountOf(maker),
      makerOrderId: orders.orderIds[maker],
      takerAccount: orders.accountOf(taker),
      takerOrderId: orders.orderIds[taker],
      timestampMs,
    }
    out.trades.push(trade)
    out.events?.push(tradeExecuted(trade, command))
    this.fill(maker, trade, out)
    this.fill(taker, trade, out)
  }

  private fill(handle: number, { tradeNumber, quantity, eventNumber, timestampMs }: TradeRecord, out: Outbox): void {
    const { orders } = this
    if (!orders.addFill(handle, tradeNumber, quantity, eventNumber, timestampMs)) {
      out.changed(orders, handle)
      return
    }
    const record = orders.record(handle, 'FILLED')
    this.forget(handle)
    out.ended(record)
  }

  /** The handle of a live order of this symbol; 0 if there is none. */
  private resting(account: string, orderId: string): number {
    const place = this.index.find(account, orderId)
    return symbolOf(place) === this.number ? handleOf(place) : 0
  }

  private forget(handle: number): void {
    this.index.remove(this.number, handle)
    this.orders.remove(handle)
  }

  /** A handle of the engine's, which must be known here. */
  private at(handle: number): number {
    if (!this.orders.lives(handle)) throw new BrokenInvariant(`${this.symbol}: no order has handle ${handle}`)
    return handle
  }

  private refuse(
    kind: 'CancelRejected' | 'AmendRejected',
    command: CancelOrder | AmendOrder,
    reason: RejectReason,
    out: Outbox,
  ): void {
    this.eventNumber++
    const { account, orderId } = command
    out.events?.push({ kind, ...stamp(this, command), account, orderId, reason })
  }
}
