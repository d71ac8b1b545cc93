/**
 * One symbol: its book in the engine, and the names that the engine does not know. It hands each
 * command to the engine as integers and reads the engine's events back as the protocol's, numbered
 * from 1 without gaps. Deterministic: the same commands at the same times give the same events.
 *
 * A PlaceOrder whose id lives in the book is a second delivery and leaves no trace if it is the same
 * order; another order under that id is rejected with duplicate_order_id and has no record.
 */

import * as buffer from '../engine/event-buffer.ts'
import { OrderBook } from '../engine/order-book.ts'
import {
  BUY,
  FILL_OR_KILL,
  GOOD_TILL_DATE,
  IMMEDIATE_OR_CANCEL,
  MARKET,
  POST_ONLY,
  SELL,
  STP_SHIFT,
} from '../engine/order-tag.ts'
import { ENGINE_REASONS } from '../engine/reasons.ts'
import { invariant } from '../protocol/assert.ts'
import {
  type AmendOrder,
  type CancelOrder,
  type Command,
  type PlaceOrder,
  SELF_TRADE_PREVENTIONS,
} from '../protocol/commands.ts'
import type { Event, TradeExecuted } from '../protocol/events.ts'
import { BOOK_ACCOUNTS_MAX, PRICE_TICKS_MAX } from '../protocol/limits.ts'
import type { CancelReason, RejectReason } from '../protocol/reasons.ts'
import { fingerprintOf, type OrderRecord } from '../protocol/records.ts'
import type { Lots, Ticks } from '../protocol/units.ts'
import { fold, type LiveOrder, liveOrder, orderKey } from './live-order.ts'

/** Gathers what a batch has done: every event, and each touched order once. */
export interface Outbox {
  readonly events: Event[]
  /** By {@link orderKey}. */
  readonly orders: Map<string, OrderRecord>
}

export class SymbolMatcher {
  readonly symbol: string
  readonly book: OrderBook
  /** Events and trades so far. */
  eventNumber = 0
  tradeNumber = 0
  /** Commands so far: the engine's sequence. */
  commandNumber = 0
  /** Numbers of the accounts seen; their place in the map's order plus 1. */
  readonly accounts = new Map<string, number>()
  private readonly byHandle: (LiveOrder | undefined)[] = []
  private readonly byKey = new Map<string, LiveOrder>()

  constructor(symbol: string, book = new OrderBook()) {
    this.symbol = symbol
    this.book = book
  }

  /** The record of a live order. */
  find(account: string, orderId: string): OrderRecord | undefined {
    return this.byKey.get(orderKey(account, orderId))?.record
  }

  /** Every live order with its handle; for snapshots. */
  liveOrders(): IterableIterator<LiveOrder> {
    return this.byKey.values()
  }

  /** Takes back a live order of a snapshot; the book holds it already. */
  adopt(order: LiveOrder): void {
    this.byHandle[order.handle] = order
    this.byKey.set(order.key, order)
  }

  /** Applies one command that arrived at `timestampMs`; appends what happened to `out`. */
  apply(command: Command, timestampMs: number, out: Outbox): void {
    const book = this.book
    this.commandNumber++
    book.begin(this.commandNumber, timestampMs)
    // What `begin` has expired belongs to no command.
    if (book.events.count > 0) this.drain(undefined, undefined, out)
    switch (command.kind) {
      case 'PlaceOrder':
        this.place(command, out)
        return
      case 'CancelOrder': {
        const order = this.byKey.get(orderKey(command.account, command.orderId))
        if (order === undefined) this.refuse('CancelRejected', command, out)
        else book.cancel(order.handle)
        break
      }
      case 'AmendOrder': {
        const order = this.byKey.get(orderKey(command.account, command.orderId))
        if (order === undefined) this.refuse('AmendRejected', command, out)
        else book.amend(order.handle, command.price ?? restingPrice(order), command.quantity ?? order.record.quantity)
        break
      }
      case 'CancelAllOrders': {
        const account = this.accounts.get(command.account)
        if (account !== undefined) book.cancelAll(account)
        break
      }
      case 'HaltTrading':
        book.halt()
        break
      case 'ResumeTrading':
        book.resume()
        break
      case 'SetPriceBand':
        book.setBand(command.low ?? 1, command.high ?? PRICE_TICKS_MAX)
        break
      case 'AdvanceTime':
        break
    }
    this.drain(command, undefined, out)
  }

  private place(command: PlaceOrder, out: Outbox): void {
    const present = this.byKey.get(orderKey(command.account, command.orderId))
    if (present !== undefined) {
      if (present.record.fingerprint !== fingerprintOf(command)) {
        this.emit(out, { ...this.orderRejected(command), reason: 'duplicate_order_id' })
      }
      return
    }
    const order = liveOrder(command, this.book.timestampMs)
    const account = this.accountNumber(command.account)
    this.book.place(optionsOf(command), command.price ?? 0, command.quantity, account, command.expiresAtMs ?? 0)
    this.drain(command, order, out)
  }

  private accountNumber(account: string): number {
    let number = this.accounts.get(account)
    if (number === undefined) {
      invariant(this.accounts.size < BOOK_ACCOUNTS_MAX, 'too many accounts in one book')
      number = this.accounts.size + 1
      this.accounts.set(account, number)
    }
    return number
  }

  /** Reads the engine's events as the protocol's and applies them to the records. */
  private drain(command: Command | undefined, placed: LiveOrder | undefined, out: Outbox): void {
    const events = this.book.events
    for (let i = 0; i < events.count; i++) {
      const reason = ENGINE_REASONS[events.reason(i)]
      switch (events.kind(i)) {
        case buffer.ACCEPTED: {
          const order = placed as LiveOrder
          order.handle = events.order(i)
          this.adopt(order)
          const { kind: _, symbol: __, ...asked } = command as PlaceOrder
          this.settle(order, this.emit(out, { kind: 'OrderAccepted', ...this.stamp(command), ...asked }), out)
          break
        }
        case buffer.REJECTED:
          if (placed === undefined) {
            this.emit(out, { kind: 'ControlRejected', ...this.stamp(command), reason: reason as RejectReason })
          } else {
            const rejected = { ...this.orderRejected(command as PlaceOrder), reason: reason as RejectReason }
            this.settle(placed, this.emit(out, rejected), out)
          }
          break
        case buffer.TRADE:
          this.trade(this.at(events.order(i)), this.at(events.taker(i)), i, command, out)
          break
        case buffer.CANCELED: {
          const order = this.at(events.order(i))
          const canceled = this.emit(out, {
            kind: 'OrderCanceled',
            ...this.stamp(command),
            ...nameOf(order),
            reason: reason as CancelReason,
            quantity: events.quantity(i) as Lots,
          })
          this.settle(order, canceled, out)
          this.forget(order)
          break
        }
        case buffer.AMENDED: {
          const order = this.at(events.order(i))
          const amended = this.emit(out, {
            kind: 'OrderAmended',
            ...this.stamp(command),
            ...nameOf(order),
            price: events.price(i) as Ticks,
            quantity: (order.record.filled + events.quantity(i)) as Lots,
            priorityKept: events.taker(i) === 1,
          })
          this.settle(order, amended, out)
          break
        }
        case buffer.AMEND_REJECTED:
          this.emit(out, {
            kind: 'AmendRejected',
            ...this.stamp(command),
            ...nameOf(this.at(events.order(i))),
            reason: reason as RejectReason,
          })
          break
        case buffer.HALTED:
          this.emit(out, { kind: 'TradingHalted', ...this.stamp(command) })
          break
        case buffer.RESUMED:
          this.emit(out, { kind: 'TradingResumed', ...this.stamp(command) })
          break
        case buffer.BAND_SET: {
          const low = events.price(i) as Ticks
          const high = events.quantity(i) as Ticks
          this.emit(out, {
            kind: 'PriceBandSet',
            ...this.stamp(command),
            ...(low > 1 && { low }),
            ...(high < PRICE_TICKS_MAX && { high }),
          })
          break
        }
      }
    }
    events.clear()
  }

  private trade(maker: LiveOrder, taker: LiveOrder, i: number, command: Command | undefined, out: Outbox): void {
    const events = this.book.events
    const trade: TradeExecuted = {
      kind: 'TradeExecuted',
      ...this.stamp(command),
      tradeNumber: ++this.tradeNumber,
      price: events.price(i) as Ticks,
      quantity: events.quantity(i) as Lots,
      takerSide: events.side(i) === BUY ? 'BUY' : 'SELL',
      makerAccount: maker.record.account,
      makerOrderId: maker.record.orderId,
      takerAccount: taker.record.account,
      takerOrderId: taker.record.orderId,
    }
    this.emit(out, trade)
    this.settle(maker, trade, out)
    this.settle(taker, trade, out)
    if (maker.record.status === 'FILLED') this.forget(maker)
    if (taker.record.status === 'FILLED') this.forget(taker)
  }

  private emit<E extends Event>(out: Outbox, event: E): E {
    out.events.push(event)
    return event
  }

  private settle(order: LiveOrder, event: Event, out: Outbox): void {
    fold(order.record, event)
    out.orders.set(order.key, order.record)
  }

  private forget(order: LiveOrder): void {
    this.byHandle[order.handle] = undefined
    this.byKey.delete(order.key)
  }

  private at(handle: number): LiveOrder {
    const order = this.byHandle[handle]
    invariant(order !== undefined, `${this.symbol}: no order has handle ${handle}`)
    return order
  }

  private refuse(kind: 'CancelRejected' | 'AmendRejected', command: CancelOrder | AmendOrder, out: Outbox): void {
    const { account, orderId } = command
    this.emit(out, { kind, ...this.stamp(command), account, orderId, reason: 'order_not_open' })
  }

  private orderRejected(command: PlaceOrder) {
    const { kind: _, symbol: __, ...asked } = command
    return { kind: 'OrderRejected' as const, ...this.stamp(command), ...asked }
  }

  private stamp(command: Command | undefined) {
    const stamp = { symbol: this.symbol, number: ++this.eventNumber, timestampMs: this.book.timestampMs }
    return command?.requestId === undefined ? stamp : { ...stamp, requestId: command.requestId }
  }
}

/** Only limit orders rest. */
function restingPrice(order: LiveOrder): Ticks {
  invariant(order.record.price !== null, 'a resting order has a price')
  return order.record.price
}

const nameOf = (order: LiveOrder) => ({ account: order.record.account, orderId: order.record.orderId })

/** The bits of order-tag.ts for a command. */
function optionsOf(command: PlaceOrder): number {
  let options: number = command.side === 'BUY' ? BUY : SELL
  if (command.type === 'MARKET') options |= MARKET
  if (command.timeInForce === 'IOC') options |= IMMEDIATE_OR_CANCEL
  else if (command.timeInForce === 'FOK') options |= FILL_OR_KILL
  else if (command.timeInForce === 'GTD') options |= GOOD_TILL_DATE
  if (command.postOnly === true) options |= POST_ONLY
  if (command.selfTradePrevention !== undefined) {
    options |= SELF_TRADE_PREVENTIONS.indexOf(command.selfTradePrevention) << STP_SHIFT
  }
  return options
}
