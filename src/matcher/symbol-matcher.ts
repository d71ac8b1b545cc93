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
import type { OrderAccepted, OrderAmended, OrderCanceled, OrderRejected, TradeExecuted } from '../protocol/events.ts'
import { BOOK_ACCOUNTS_MAX, PRICE_TICKS_MAX } from '../protocol/limits.ts'
import type { CancelReason, RejectReason } from '../protocol/reasons.ts'
import { fingerprintOf, type OrderRecord, type TradeRecord } from '../protocol/records.ts'
import type { Lots, Ticks } from '../protocol/units.ts'
import { accept, addFill, amend, end, type LiveOrder, liveOrder, reject } from './live-order.ts'
import { OrderNames } from './order-names.ts'
import type { Outbox } from './outbox.ts'

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
  private readonly live: OrderNames<LiveOrder>
  private readonly byHandle: (LiveOrder | undefined)[] = []

  /** `live` is shared by the symbols of one matcher. */
  constructor(symbol: string, book = new OrderBook(), live = new OrderNames<LiveOrder>()) {
    this.symbol = symbol
    this.book = book
    this.live = live
  }

  /** The record of a live order. */
  find(account: string, orderId: string): OrderRecord | undefined {
    return this.resting(account, orderId)?.record
  }

  /** Every live order with its handle; for snapshots. */
  *liveOrders(): Generator<LiveOrder> {
    for (const order of this.byHandle) if (order !== undefined) yield order
  }

  /** Takes back a live order of a snapshot; the book holds it already. */
  adopt(order: LiveOrder): void {
    this.byHandle[order.handle] = order
    this.live.set(order.record.account, order.record.orderId, order)
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
        const order = this.resting(command.account, command.orderId)
        if (order === undefined) this.refuse('CancelRejected', command, 'order_not_open', out)
        else book.cancel(order.handle)
        break
      }
      case 'AmendOrder': {
        const order = this.resting(command.account, command.orderId)
        if (order === undefined) this.refuse('AmendRejected', command, 'order_not_open', out)
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
    const present = this.live.get(command.account, command.orderId)
    if (present !== undefined) {
      if (present.record.fingerprint !== fingerprintOf(command)) {
        this.eventNumber++
        out.events?.push(this.orderRejected(command, 'duplicate_order_id'))
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

  /** Takes the engine's events into the records, and tells them in the words of the protocol. */
  private drain(command: Command | undefined, placed: LiveOrder | undefined, out: Outbox): void {
    const events = this.book.events
    for (let i = 0; i < events.count; i++) {
      const number = ++this.eventNumber
      switch (events.kind(i)) {
        case buffer.ACCEPTED: {
          const order = placed as LiveOrder
          order.handle = events.order(i)
          this.adopt(order)
          accept(order.record, number)
          out.events?.push(this.orderAccepted(command as PlaceOrder))
          out.changed(order)
          break
        }
        case buffer.REJECTED: {
          const reason = ENGINE_REASONS[events.reason(i)] as RejectReason
          if (placed === undefined) {
            out.events?.push({ kind: 'ControlRejected', ...this.stamp(command), reason })
          } else {
            reject(placed.record, number, reason)
            out.events?.push(this.orderRejected(command as PlaceOrder, reason))
            out.changed(placed)
          }
          break
        }
        case buffer.TRADE:
          this.trade(this.at(events.order(i)), this.at(events.taker(i)), i, command, out)
          break
        case buffer.CANCELED: {
          const order = this.at(events.order(i))
          const reason = ENGINE_REASONS[events.reason(i)] as CancelReason
          end(order.record, number, this.book.timestampMs, reason)
          this.forget(order)
          out.events?.push(this.orderCanceled(order, events.quantity(i) as Lots, reason, command))
          out.changed(order)
          break
        }
        case buffer.AMENDED: {
          const order = this.at(events.order(i))
          const price = events.price(i) as Ticks
          const quantity = (order.record.filled + events.quantity(i)) as Lots
          amend(order.record, number, this.book.timestampMs, price, quantity)
          out.events?.push(this.orderAmended(order, events.taker(i) === 1, command))
          out.changed(order)
          break
        }
        case buffer.AMEND_REJECTED: {
          const { account, orderId } = this.at(events.order(i)).record
          const reason = ENGINE_REASONS[events.reason(i)] as RejectReason
          out.events?.push({ kind: 'AmendRejected', ...this.stamp(command), account, orderId, reason })
          break
        }
        case buffer.HALTED:
          out.events?.push({ kind: 'TradingHalted', ...this.stamp(command) })
          break
        case buffer.RESUMED:
          out.events?.push({ kind: 'TradingResumed', ...this.stamp(command) })
          break
        case buffer.BAND_SET: {
          const low = events.price(i) as Ticks
          const high = events.quantity(i) as Ticks
          const bounds = { ...(low > 1 && { low }), ...(high < PRICE_TICKS_MAX && { high }) }
          out.events?.push({ kind: 'PriceBandSet', ...this.stamp(command), ...bounds })
          break
        }
      }
    }
    events.clear()
  }

  private trade(maker: LiveOrder, taker: LiveOrder, i: number, command: Command | undefined, out: Outbox): void {
    const { events, timestampMs } = this.book
    const trade: TradeRecord = {
      symbol: this.symbol,
      tradeNumber: ++this.tradeNumber,
      eventNumber: this.eventNumber,
      price: events.price(i) as Ticks,
      quantity: events.quantity(i) as Lots,
      takerSide: events.side(i) === BUY ? 'BUY' : 'SELL',
      makerAccount: maker.record.account,
      makerOrderId: maker.record.orderId,
      takerAccount: taker.record.account,
      takerOrderId: taker.record.orderId,
      timestampMs,
    }
    out.trades.push(trade)
    out.events?.push(tradeExecuted(trade, command))
    this.fill(maker, trade, out)
    this.fill(taker, trade, out)
  }

  private fill(order: LiveOrder, trade: TradeRecord, out: Outbox): void {
    addFill(order.record, trade)
    if (order.record.status === 'FILLED') this.forget(order)
    out.changed(order)
  }

  /** The live order of this symbol. */
  private resting(account: string, orderId: string): LiveOrder | undefined {
    const order = this.live.get(account, orderId)
    return order?.record.symbol === this.symbol ? order : undefined
  }

  private forget(order: LiveOrder): void {
    this.byHandle[order.handle] = undefined
    this.live.delete(order.record.account, order.record.orderId)
  }

  private at(handle: number): LiveOrder {
    const order = this.byHandle[handle]
    invariant(order !== undefined, `${this.symbol}: no order has handle ${handle}`)
    return order
  }

  private refuse(
    kind: 'CancelRejected' | 'AmendRejected',
    command: CancelOrder | AmendOrder,
    reason: RejectReason,
    out: Outbox,
  ): void {
    this.eventNumber++
    const { account, orderId } = command
    out.events?.push({ kind, ...this.stamp(command), account, orderId, reason })
  }

  // The events of every day are made field by field: to spread one object into another costs more than
  // all of the matching. What is rare is spread.

  private orderAccepted(command: PlaceOrder): OrderAccepted {
    const event: Writable<OrderAccepted> = {
      kind: 'OrderAccepted',
      symbol: this.symbol,
      number: this.eventNumber,
      timestampMs: this.book.timestampMs,
      account: command.account,
      orderId: command.orderId,
      side: command.side,
      type: command.type,
      timeInForce: command.timeInForce,
      quantity: command.quantity,
    }
    if (command.price !== undefined) event.price = command.price
    if (command.postOnly !== undefined) event.postOnly = command.postOnly
    if (command.selfTradePrevention !== undefined) event.selfTradePrevention = command.selfTradePrevention
    if (command.expiresAtMs !== undefined) event.expiresAtMs = command.expiresAtMs
    if (command.requestId !== undefined) event.requestId = command.requestId
    return event
  }

  private orderRejected(command: PlaceOrder, reason: RejectReason): OrderRejected {
    return { ...this.orderAccepted(command), kind: 'OrderRejected', reason }
  }

  private orderCanceled(
    { record }: LiveOrder,
    quantity: Lots,
    reason: CancelReason,
    command: Command | undefined,
  ): OrderCanceled {
    const event: Writable<OrderCanceled> = {
      kind: 'OrderCanceled',
      symbol: this.symbol,
      number: this.eventNumber,
      timestampMs: this.book.timestampMs,
      account: record.account,
      orderId: record.orderId,
      reason,
      quantity,
    }
    if (command?.requestId !== undefined) event.requestId = command.requestId
    return event
  }

  private orderAmended({ record }: LiveOrder, priorityKept: boolean, command: Command | undefined): OrderAmended {
    const event: Writable<OrderAmended> = {
      kind: 'OrderAmended',
      symbol: this.symbol,
      number: this.eventNumber,
      timestampMs: this.book.timestampMs,
      account: record.account,
      orderId: record.orderId,
      price: record.price as Ticks,
      quantity: record.quantity,
      priorityKept,
    }
    if (command?.requestId !== undefined) event.requestId = command.requestId
    return event
  }

  private stamp(command: Command | undefined) {
    const stamp = { symbol: this.symbol, number: this.eventNumber, timestampMs: this.book.timestampMs }
    return command?.requestId === undefined ? stamp : { ...stamp, requestId: command.requestId }
  }
}

function tradeExecuted(trade: TradeRecord, command: Command | undefined): TradeExecuted {
  const event: Writable<TradeExecuted> = {
    kind: 'TradeExecuted',
    symbol: trade.symbol,
    number: trade.eventNumber,
    timestampMs: trade.timestampMs,
    tradeNumber: trade.tradeNumber,
    price: trade.price,
    quantity: trade.quantity,
    takerSide: trade.takerSide,
    makerAccount: trade.makerAccount,
    makerOrderId: trade.makerOrderId,
    takerAccount: trade.takerAccount,
    takerOrderId: trade.takerOrderId,
  }
  if (command?.requestId !== undefined) event.requestId = command.requestId
  return event
}

type Writable<E> = { -readonly [K in keyof E]: E[K] }

/** Only limit orders rest. */
function restingPrice(order: LiveOrder): Ticks {
  invariant(order.record.price !== null, 'a resting order has a price')
  return order.record.price
}

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
