/**
 * One symbol: its book in the engine, the names of its open orders, and its instrument. It passes each command
 * to the engine as integers, and passes the engine's events to a fold through a cursor, numbered from 1 without
 * gaps. Deterministic: the same commands at the same times give the same events.
 *
 * Every event goes through the engine's buffer, including the events that the matcher itself decides. A
 * PlaceOrder whose id is open with equal terms is a second delivery and has no effect. With other terms it is
 * rejected with duplicate_order_id.
 */

import { ACCEPTED, CANCELED, REJECTED, TRADE } from '../engine/event-buffer.ts'
import { OrderBook } from '../engine/order-book.ts'
import { CANCEL_ALL, DUPLICATE_ORDER_ID } from '../engine/reasons.ts'
import { BrokenInvariant } from '../protocol/assert.ts'
import type { AmendOrder, Command, PlaceOrder } from '../protocol/command/commands.ts'
import type { EventFold } from '../protocol/event/event-cursor.ts'
import type { InstrumentText } from '../protocol/instrument/instrument.ts'
import { optionsOf } from '../protocol/order/order-options.ts'
import { extrasOf, type OrderTerms, sameTerms, termsOf } from '../protocol/order/order-terms.ts'
import type { Lots, Ticks } from '../protocol/units.ts'
import { EngineEvents } from './engine-events.ts'
import { type Entry, OpenOrderNames } from './open-order-names.ts'
import { control } from './operator-control.ts'
import { handleOf, hashOf, OrderIndex, symbolOf } from './order-index.ts'

export class SymbolMatcher {
  readonly symbol: string
  readonly book: OrderBook
  readonly names: OpenOrderNames
  /** undefined before the instrument is defined. */
  instrument: InstrumentText | undefined
  /** A closed instrument accepts no orders until it is defined again. */
  instrumentClosed = false
  /** Commands so far: the `sequence` of the engine. */
  commandNumber = 0
  /** Events and trades so far. */
  eventNumber = 0
  tradeNumber = 0
  private readonly events: EngineEvents
  /** The values of the order that is being placed. One object serves all orders, so that an order allocates none. */
  private readonly entry: { -readonly [K in keyof Entry]: Entry[K] } = {
    account: 0,
    options: 0,
    price: 0,
    hash: 0,
    extras: undefined,
  }
  /** Finds the open orders of all symbols of a matcher. {@link number} is the number of this symbol in it. */
  private readonly index: OrderIndex
  private readonly number: number

  constructor(symbol: string, book = new OrderBook(), index = new OrderIndex()) {
    this.symbol = symbol
    this.book = book
    this.names = new OpenOrderNames(symbol, index.counts)
    this.events = new EngineEvents(this)
    this.events.placed = this.entry
    this.index = index
    this.number = index.join(this.names)
  }

  /** The handle of an open order of this symbol; 0 if there is none. */
  handleOf(account: string, orderId: string): number {
    const place = this.index.find(account, orderId)
    return symbolOf(place) === this.number ? handleOf(place) : 0
  }

  /** Adds an open order of a snapshot to the index. Its name is in {@link names} already. */
  adopt(handle: number): void {
    this.index.add(this.number, handle)
  }

  /**
   * Applies one command that arrived at `timestampMs`. `fold` receives each event. Asserts that the instrument is
   * defined: a reader of the stream stops at a command for an unknown instrument (UnknownCommand), because it cannot
   * decode prices and quantities without tick and lot.
   */
  apply(command: Command, timestampMs: number, fold: EventFold): void {
    const { book } = this
    if (this.instrument === undefined && command.kind !== 'DefineInstrument') {
      throw new BrokenInvariant(`${this.symbol}: ${command.kind} before the instrument is defined`)
    }
    this.commandNumber++
    this.events.command = command
    book.begin(this.commandNumber, timestampMs)
    this.events.timestampMs = book.timestampMs
    // The names of expired orders are removed before the command searches for its order.
    if (book.events.count > 0) this.handOver(fold)
    if (command.kind === 'PlaceOrder') {
      this.place(command, fold)
    } else {
      this.change(command)
      this.handOver(fold)
    }
  }

  private change(command: Exclude<Command, PlaceOrder>): void {
    const { book, names } = this
    switch (command.kind) {
      case 'CancelOrder': {
        const handle = this.handleOf(command.account, command.orderId)
        if (handle === 0) book.rejectCancel(0)
        else book.cancel(handle)
        break
      }
      case 'AmendOrder': {
        const handle = this.handleOf(command.account, command.orderId)
        if (handle === 0) book.rejectAmend(0)
        else this.amend(handle, command)
        break
      }
      case 'CancelAllOrders':
        for (const handle of names.oldestFirst(names.accountNumber(command.account))) book.cancel(handle, CANCEL_ALL)
        break
      case 'AdvanceTime':
        break
      default:
        control(this, command)
    }
  }

  private place(command: PlaceOrder, fold: EventFold): void {
    const { names, book, entry } = this
    const { account, orderId, price = 0, quantity } = command
    entry.account = names.accountNumber(account) || names.addAccount(account)
    entry.options = optionsOf(command)
    entry.price = price
    entry.hash = hashOf(account, orderId)
    entry.extras = extrasOf(command)
    const known = this.index.find(account, orderId, entry.hash)
    if (known === 0) {
      book.place(entry.options, price, quantity, entry.account, command.expiresAtMs ?? 0)
    } else {
      if (symbolOf(known) === this.number && sameTerms(this.placedTerms(handleOf(known)), command)) return
      book.events.emit(REJECTED | (DUPLICATE_ORDER_ID << 16), 0, 0, price, quantity, book.sequence)
    }
    this.handOver(fold)
  }

  private amend(handle: number, { price, quantity }: AmendOrder): void {
    const { book, names } = this
    const before = { price: book.priceOf(handle) as Ticks, quantity: book.quantityOf(handle) as Lots }
    if (!names.placed.has(handle)) names.placed.set(handle, before)
    this.events.amended = { ...before, open: book.openOf(handle) }
    book.amend(handle, price ?? before.price, quantity ?? before.quantity)
  }

  /** The terms of an open order as placed. */
  private placedTerms(handle: number): OrderTerms {
    const { book, names } = this
    const { price, quantity } = names.placed.get(handle) ?? {
      price: book.priceOf(handle) as Ticks,
      quantity: book.quantityOf(handle) as Lots,
    }
    return termsOf(book.optionsOf(handle), price, quantity, names.extras.get(handle))
  }

  /**
   * Passes the engine's events to the fold. An order keeps its name until the fold has its last event, which is
   * the trade that fills it or its cancel.
   */
  private handOver(fold: EventFold): void {
    const { events: cursor, names } = this
    const { events } = this.book
    for (let i = 0; i < events.count; i++) {
      cursor.moveTo(i, ++this.eventNumber)
      const handle = events.order(i)
      switch (events.kind(i)) {
        case ACCEPTED:
          names.enter(handle, (cursor.command as PlaceOrder).orderId, this.entry)
          this.index.add(this.number, handle)
          fold.take(cursor)
          break
        case TRADE: {
          cursor.tradeNumber = ++this.tradeNumber
          const taker = events.taker(i)
          this.checkNamed(handle)
          this.checkNamed(taker)
          fold.take(cursor)
          if (events.makerFilled(i)) this.removeName(handle)
          if (events.takerFilled(i)) this.removeName(taker)
          break
        }
        case CANCELED:
          this.checkNamed(handle)
          fold.take(cursor)
          this.removeName(handle)
          break
        default:
          fold.take(cursor)
      }
    }
    events.clear()
  }

  private removeName(handle: number): void {
    this.index.remove(this.number, handle)
    this.names.remove(handle)
  }

  private checkNamed(handle: number): void {
    if (!this.names.isOpen(handle)) throw new BrokenInvariant(`${this.symbol}: no open order has handle ${handle}`)
  }
}
