/**
 * Drives the engine with named commands and reads its events as lines with names instead of handles. Like every
 * user of the engine it has an index from name to handle. Therefore it detects an order that closed without an
 * event, and an event of an order that is not open.
 */

import { adoptRules, changePhase, closeInstrument, reopen, setBand } from '../../src/engine/book-control.ts'
import * as buffer from '../../src/engine/event-buffer.ts'
import { OrderBook } from '../../src/engine/order-book.ts'
import { TAG, WORDS_LOG2 } from '../../src/engine/order-pool.ts'
import { ACCOUNT_SHIFT } from '../../src/engine/order-tag.ts'
import { CANCEL_ALL, ENGINE_REASONS } from '../../src/engine/reasons.ts'
import { invariant } from '../../src/protocol/assert.ts'
import { SIDE_BIT } from '../../src/protocol/order/order-options.ts'
import type { EngineCommand } from './commands.ts'

interface Live {
  readonly name: number
  handle: number
  open: number
  /** Filled lots included. */
  total: number
}

export class BookDriver {
  book: OrderBook
  private readonly byName = new Map<number, Live>()
  private readonly byHandle = new Map<number, Live>()
  private number = 0

  constructor(book = new OrderBook()) {
    this.book = book
  }

  /** Orders that are open by the events so far. */
  get liveCount(): number {
    return this.byName.size
  }

  /** Applies one command without reading its events, which stay in the book's buffer. */
  apply(command: EngineCommand): void {
    const book = this.book
    this.number++
    book.begin(this.number, command.timestampMs)
    switch (command.kind) {
      case 'place': {
        const { options, price, quantity, account, expiresAtMs } = command
        book.place(options, price, quantity, account, expiresAtMs)
        break
      }
      case 'cancel': {
        const live = this.byName.get(command.name)
        if (live === undefined || this.endedBy(live)) book.rejectCancel(command.name)
        else book.cancel(live.handle)
        break
      }
      case 'amend': {
        const live = this.byName.get(command.name)
        if (live === undefined || this.endedBy(live)) book.rejectAmend(command.name)
        else book.amend(live.handle, command.price, command.quantity)
        break
      }
      case 'cancelAll':
        for (const live of this.byName.values()) {
          if (this.accountOf(live) === command.account && !this.endedBy(live)) book.cancel(live.handle, CANCEL_ALL)
        }
        break
      case 'phase':
        changePhase(book, command.phase)
        break
      case 'rules':
        adoptRules(book, command.rules)
        break
      case 'close':
        closeInstrument(book)
        break
      case 'reopen':
        reopen(book)
        break
      case 'band':
        setBand(book, command.low, command.high)
        break
      case 'time':
        break
    }
  }

  /** The lines of all events since the last call. */
  drain(): string[] {
    const { events } = this.book
    const lines: string[] = []
    for (let i = 0; i < events.count; i++) lines.push(this.line(i))
    events.clear()
    return lines
  }

  /** Whether an unread event has closed the order, because it expired at the begin of this command. */
  private endedBy(live: Live): boolean {
    const { events } = this.book
    for (let i = 0; i < events.count; i++) {
      if (events.kind(i) === buffer.CANCELED && events.order(i) === live.handle) return true
    }
    return false
  }

  private accountOf({ handle }: Live): number {
    return this.book.orders.words[(handle << WORDS_LOG2) + TAG] >>> ACCOUNT_SHIFT
  }

  private line(i: number): string {
    const { events } = this.book
    const sequence = events.sequence(i)
    const price = events.price(i)
    const quantity = events.quantity(i)
    const reason = ENGINE_REASONS[events.reason(i)]
    const side = events.side(i) & SIDE_BIT
    switch (events.kind(i)) {
      case buffer.ACCEPTED: {
        const live: Live = { name: sequence, handle: events.order(i), open: quantity, total: quantity }
        invariant(!this.byHandle.has(live.handle), `handle ${live.handle} was allocated twice`)
        this.byName.set(live.name, live)
        this.byHandle.set(live.handle, live)
        return `accepted ${live.name} ${side} ${price} ${quantity}`
      }
      case buffer.TRADE: {
        const maker = this.at(events.order(i))
        const taker = this.at(events.taker(i))
        this.fill(maker, quantity)
        this.fill(taker, quantity)
        invariant(events.makerFilled(i) === (maker.open === 0), `the trade misreports order ${maker.name}`)
        invariant(events.takerFilled(i) === (taker.open === 0), `the trade misreports order ${taker.name}`)
        return `trade ${maker.name} ${taker.name} ${side} ${price} ${quantity}`
      }
      case buffer.CANCELED: {
        const live = this.at(events.order(i))
        invariant(live.open === quantity, `order ${live.name} has ${live.open} lots open`)
        // An expiry before a command has no cause. An order that has expired at its entry has that entry as its cause.
        const caused = reason !== 'expired' || sequence === live.name
        invariant(caused === sequence > 0, `the cancel of order ${live.name} has the cause ${sequence}`)
        this.forget(live)
        return `canceled ${live.name} ${side} ${price} ${quantity} ${reason}`
      }
      case buffer.AMENDED: {
        const live = this.at(events.order(i))
        live.open += quantity - live.total
        live.total = quantity
        return `amended ${live.name} ${side} ${price} ${quantity} ${events.taker(i) === 1 ? 'kept' : 'lost'}`
      }
      case buffer.CANCEL_REJECTED:
        return `cancel-rejected ${quantity} ${reason}`
      case buffer.AMEND_REJECTED:
        return `amend-rejected ${events.order(i) === 0 ? quantity : this.at(events.order(i)).name} ${reason}`
      case buffer.REJECTED:
        return `rejected ${sequence} ${side} ${price} ${quantity} ${reason}`
      case buffer.CONTROL_REJECTED:
        return `control-rejected ${reason}`
      case buffer.PHASE_CHANGED:
        return `phase ${price}`
      case buffer.RULES_ADOPTED:
        return `rules ${price}`
      case buffer.INSTRUMENT_CLOSED:
        return 'closed'
      case buffer.BAND_SET:
        return `band ${price} ${quantity}`
      default:
        throw new Error(`an event of kind ${events.kind(i)}`)
    }
  }

  private at(handle: number): Live {
    const live = this.byHandle.get(handle)
    invariant(live !== undefined, `an event of handle ${handle}, which is not open`)
    return live
  }

  private fill(live: Live, quantity: number): void {
    live.open -= quantity
    invariant(live.open >= 0, `order ${live.name} is overfilled`)
    if (live.open === 0) this.forget(live)
  }

  private forget(live: Live): void {
    this.byName.delete(live.name)
    this.byHandle.delete(live.handle)
  }
}
