/**
 * The events of one command of one symbol, read in place: a cursor over the engine's buffer that adds the names
 * of accounts and orders. It allocates no objects.
 *
 * The cause of an event is the present command, unless the engine reports no cause: an order that expires
 * before a command is applied was not canceled by that command.
 */

import * as buffer from '../engine/event-buffer.ts'
import type { OrderBook } from '../engine/order-book.ts'
import { ENGINE_REASONS } from '../engine/reasons.ts'
import type { Command } from '../protocol/command/commands.ts'
import { type OperatorNote, operatorNoteOf } from '../protocol/command/operator-commands.ts'
import { PHASES, type TradingPhase } from '../protocol/command/trading-phases.ts'
import type { EventCursor } from '../protocol/event/event-cursor.ts'
import type { EventKind } from '../protocol/event/events.ts'
import type { InstrumentText } from '../protocol/instrument/instrument.ts'
import { PRICE_TICKS_MAX } from '../protocol/limits.ts'
import { echoOf } from '../protocol/order/echo-fields.ts'
import type { EchoFields } from '../protocol/order/order-fields.ts'
import type { OrderExtras } from '../protocol/order/order-terms.ts'
import type { CancelReason, RejectReason } from '../protocol/reasons.ts'
import type { OpenOrderNames } from './open-order-names.ts'

/** Event kinds by the engine's code. */
const KINDS: readonly EventKind[] = (() => {
  const kinds: EventKind[] = []
  kinds[buffer.ACCEPTED] = 'OrderAccepted'
  kinds[buffer.TRADE] = 'TradeExecuted'
  kinds[buffer.CANCELED] = 'OrderCanceled'
  kinds[buffer.AMENDED] = 'OrderAmended'
  kinds[buffer.CANCEL_REJECTED] = 'CancelRejected'
  kinds[buffer.AMEND_REJECTED] = 'AmendRejected'
  kinds[buffer.REJECTED] = 'OrderRejected'
  kinds[buffer.PHASE_CHANGED] = 'PhaseChanged'
  kinds[buffer.BAND_SET] = 'PriceBandSet'
  kinds[buffer.INSTRUMENT_DEFINED] = 'InstrumentDefined'
  kinds[buffer.INSTRUMENT_CHANGED] = 'InstrumentChanged'
  kinds[buffer.INSTRUMENT_CLOSED] = 'InstrumentClosed'
  kinds[buffer.RULES_ADOPTED] = 'RulesAdopted'
  kinds[buffer.CONTROL_REJECTED] = 'ControlRejected'
  return kinds
})()

/** The values of the order that is being placed, each computed once. */
export interface PlacedOrder {
  /** Bits of order-options.ts. */
  readonly options: number
  /** Ticks; 0 for a market order. */
  readonly price: number
  readonly extras: OrderExtras | undefined
}

const NO_ORDER: PlacedOrder = { options: 0, price: 0, extras: undefined }

/** The parts of a symbol that the cursor reads. */
export interface EventSource {
  readonly symbol: string
  readonly book: OrderBook
  readonly names: OpenOrderNames
  readonly instrument: InstrumentText | undefined
}

export class EngineEvents implements EventCursor {
  readonly symbol: string
  // The values that every fold reads are copied when the cursor moves: a field is cheaper to read than a getter.
  kind: EventKind = 'OrderAccepted'
  number = 0
  tradeNumber = 0
  timestampMs = 0
  handle = 0
  takerHandle = 0
  price = 0
  quantity = 0
  cause: Command | undefined
  /** The present command. */
  command: Command | undefined
  /** The order that is being placed. */
  placed: PlacedOrder = NO_ORDER
  private index = 0
  private readonly source: EventSource
  private readonly names: OpenOrderNames
  private readonly events: buffer.EventBuffer

  constructor(source: EventSource) {
    this.source = source
    this.symbol = source.symbol
    this.names = source.names
    this.events = source.book.events
  }

  /** Moves to an event of the buffer; `number` is its number within the symbol. */
  moveTo(index: number, number: number): void {
    const { words, doubles } = this.events
    const word = index << buffer.EVENT_WORDS_LOG2
    const double = index << buffer.EVENT_DOUBLES_LOG2
    const code = words[word] & 0xff
    this.index = index
    this.number = number
    this.kind = KINDS[code]
    this.handle = words[word + 1]
    this.takerHandle = words[word + 2]
    // For a market order the engine reports the price of the band, but the command has no price.
    this.price = code === buffer.REJECTED ? this.placed.price : words[word + 3]
    this.quantity = doubles[double + 2]
    this.cause = doubles[double + 3] === 0 ? undefined : this.command
  }

  get requestId(): string | undefined {
    return this.cause?.requestId
  }

  get reason(): RejectReason | CancelReason | undefined {
    const code = this.events.reason(this.index)
    return code === 0 ? undefined : (ENGINE_REASONS[code] as RejectReason | CancelReason)
  }

  get account(): string {
    const { handle } = this
    return handle === 0 ? this.named('account') : this.names.accountOf(handle)
  }

  get orderId(): string {
    const { handle } = this
    return handle === 0 ? this.named('orderId') : this.names.orderIds[handle]
  }

  get options(): number {
    return this.placed.options
  }

  get extras(): OrderExtras | undefined {
    return this.placed.extras
  }

  get echo(): EchoFields | undefined {
    if (this.kind === 'OrderRejected') return echoOf(this.placed.extras)
    return this.echoAt(this.handle)
  }

  get takerEcho(): EchoFields | undefined {
    return this.kind === 'TradeExecuted' ? this.echoAt(this.takerHandle) : undefined
  }

  get priorityKept(): boolean {
    return this.takerHandle === 1
  }

  get takerAccount(): string {
    return this.names.accountOf(this.takerHandle)
  }

  get takerOrderId(): string {
    return this.names.orderIds[this.takerHandle]
  }

  get takerSells(): boolean {
    return this.events.side(this.index) === 1
  }

  get operatorNote(): OperatorNote | undefined {
    const { cause } = this
    return cause === undefined ? undefined : operatorNoteOf(cause)
  }

  get phase(): TradingPhase {
    return PHASES[this.price]
  }

  get bandLow(): number {
    return this.price > 1 ? this.price : 0
  }

  get bandHigh(): number {
    return this.quantity < PRICE_TICKS_MAX ? this.quantity : 0
  }

  get instrument(): InstrumentText | undefined {
    return this.source.instrument
  }

  get rules(): number {
    return this.source.book.rules
  }

  get concernsSymbol(): boolean {
    return this.events.kind(this.index) >= buffer.CONTROL_REJECTED
  }

  private echoAt(handle: number): EchoFields | undefined {
    const { extras } = this.names
    return extras.size === 0 ? undefined : echoOf(extras.get(handle))
  }

  /** A name of an order that is not open, taken from the command. '' if the event concerns no order. */
  private named(part: 'account' | 'orderId'): string {
    const { command } = this
    return command !== undefined && 'orderId' in command ? command[part] : ''
  }
}
