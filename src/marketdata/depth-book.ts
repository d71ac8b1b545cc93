/**
 * The levels of one symbol's book as a fold of its events: price, quantity and number of orders. It needs no table of
 * orders, because every event says which level it changes and by how much. Between batches its levels equal those of
 * the exchange.
 *
 * The order that was accepted or amended last is the taker of the trades that follow. It is held beside the levels
 * until the next event that is not its own, or until {@link DepthBook.settle}: what is left of it rests then. So the
 * book is never crossed, and an order that may not rest never shows.
 */

import { invariant } from '../protocol/assert.ts'
import type { TradingPhase } from '../protocol/command/trading-phases.ts'
import type { EventCursor, EventFold } from '../protocol/event/event-cursor.ts'
import type { BookSides } from './book-level.ts'
import { BookSide } from './book-side.ts'

/** What a book continues from: all its levels after event `eventNumber`. */
export interface DepthState extends BookSides {
  readonly eventNumber: number
  readonly timestampMs: number
  readonly phase: TradingPhase
}

/** Levels that are worse than those of the parts before, as numbers of a level-block.ts, after event `eventNumber`. */
export interface DepthStatePart {
  readonly eventNumber: number
  readonly timestampMs: number
  readonly phase: TradingPhase
  readonly bids: Float64Array
  readonly asks: Float64Array
  /** Worse levels of the side are in a later part. */
  readonly moreBids: boolean
  readonly moreAsks: boolean
}

export class DepthBook implements EventFold {
  /** The number of the last event; 0 before the first. */
  eventNumber = 0
  /** The time of the last event. */
  timestampMs = 0
  phase: TradingPhase = 'CONTINUOUS'
  private readonly bids = new BookSide(false)
  private readonly asks = new BookSide(true)
  /** The order that is held beside the levels. Handle 0: none. */
  private taker = { handle: 0, sells: false, price: 0, open: 0 }

  /** Takes the next event of the symbol. Events up to {@link eventNumber} are ignored. */
  take(event: EventCursor): void {
    const { number, kind, handle } = event
    if (number <= this.eventNumber) return
    this.eventNumber = number
    this.timestampMs = event.timestampMs
    switch (kind) {
      case 'OrderAccepted':
        this.settle()
        this.hold(handle, event.sells, event.price, event.quantity)
        break
      case 'TradeExecuted':
        this.trade(event)
        break
      case 'OrderCanceled':
        this.cancel(event)
        break
      case 'OrderAmended':
        this.amend(event)
        break
      case 'PhaseChanged':
        this.settle()
        this.phase = event.phase ?? this.phase
        break
      case 'InstrumentDefined':
        this.settle()
        this.phase = 'CONTINUOUS'
        break
      case 'InstrumentClosed':
        this.settle()
        this.phase = 'CLOSED'
        break
      default:
        this.settle()
    }
  }

  /** Ends a batch. A batch ends with the last event of a command, so the order that is held rests now. */
  settle(): void {
    const { taker } = this
    if (taker.handle === 0) return
    taker.handle = 0
    this.side(taker.sells).change(taker.price, taker.open, 1)
  }

  /** Continues from the state of an exchange. */
  restore({ eventNumber, timestampMs, phase, bids, asks }: DepthState): void {
    this.eventNumber = eventNumber
    this.timestampMs = timestampMs
    this.phase = phase
    this.taker.handle = 0
    this.bids.restore(bids)
    this.asks.restore(asks)
  }

  /** The book comes in parts, best levels first, and its events arrive between them. */
  readInParts(): void {
    this.bids.readInParts()
    this.asks.readInParts()
  }

  /** Adds the next part. The events before it have been taken, so the levels that are known are those of the exchange. */
  extend({ eventNumber, timestampMs, phase, bids, asks, moreBids, moreAsks }: DepthStatePart): void {
    this.settle()
    invariant(this.eventNumber === 0 || this.eventNumber === eventNumber, 'no event is missing between two parts')
    this.eventNumber = eventNumber
    this.timestampMs = timestampMs
    this.phase = phase
    this.bids.extend(bids, moreBids)
    this.asks.extend(asks, moreAsks)
  }

  /** The best `depth` levels of each side. Infinity: all. */
  top(depth: number): BookSides {
    return { bids: this.bids.best(depth), asks: this.asks.best(depth) }
  }

  /** The levels of a side; nobody else changes them. */
  side(sells: boolean): BookSide {
    return sells ? this.asks : this.bids
  }

  private hold(handle: number, sells: boolean, price: number, open: number): void {
    const { taker } = this
    taker.handle = handle
    taker.sells = sells
    taker.price = price
    taker.open = open
  }

  /** The maker's level gives the lots; the taker is the order that is held. */
  private trade(event: EventCursor): void {
    const { taker } = this
    const { price, quantity } = event
    this.side(!event.takerSells).change(price, -quantity, event.makerFilled ? -1 : 0)
    taker.open -= quantity
    if (event.takerFilled) taker.handle = 0
  }

  private cancel(event: EventCursor): void {
    const { taker } = this
    if (event.handle === taker.handle) {
      taker.handle = 0
      return
    }
    // Self-trade prevention cancels makers while the taker still trades.
    if (event.reason !== 'self_trade') this.settle()
    this.side(event.sells).change(event.price, -event.quantity, -1)
  }

  private amend(event: EventCursor): void {
    this.settle()
    const side = this.side(event.sells)
    const { openBefore, open } = event
    if (event.priorityKept) {
      side.change(event.price, open - openBefore, 0)
      return
    }
    side.change(event.priceBefore, -openBefore, -1)
    this.hold(event.handle, event.sells, event.price, open)
  }
}
