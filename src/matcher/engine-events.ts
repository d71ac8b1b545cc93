/**
 * The events of one command of one symbol, read in place: a cursor over the engine's buffer that adds the names
 * of accounts and orders. It allocates no objects.
 *
 * The cause of an event is the present command, unless the engine reports no cause: an order that expires
 * before a command is applied was not canceled by that command.
 */

import {
  ACCEPTED,
  AMEND_REJECTED,
  AMENDED,
  BAND_SET,
  CANCEL_REJECTED,
  CANCELED,
  CONTROL_REJECTED,
  EVENT_DOUBLES_LOG2,
  EVENT_WORDS_LOG2,
  type EventBuffer,
  INSTRUMENT_CHANGED,
  INSTRUMENT_CLOSED,
  INSTRUMENT_DEFINED,
  PHASE_CHANGED,
  REJECTED,
  RULES_ADOPTED,
  TRADE,
} from '../engine/event-buffer.ts'
import type { OrderBook } from '../engine/order-book.ts'
import { ENGINE_REASONS } from '../engine/reasons.ts'
import type { Command } from '../protocol/command/commands.ts'
import { type OperatorNote, operatorNoteOf } from '../protocol/command/operator-commands.ts'
import { PHASES, type TradingPhase } from '../protocol/command/trading-phases.ts'
import type { EventCursor } from '../protocol/event/event-cursor.ts'
import { concernsSymbol, EVENT_KINDS } from '../protocol/event/event-kinds.ts'
import type { EventKind } from '../protocol/event/events.ts'
import type { InstrumentText } from '../protocol/instrument/instrument.ts'
import { PRICE_TICKS_MAX } from '../protocol/limits.ts'
import { echoOf } from '../protocol/order/echo-fields.ts'
import type { EchoFields } from '../protocol/order/order-fields.ts'
import { SELL, SIDE_BIT } from '../protocol/order/order-options.ts'
import type { OrderExtras } from '../protocol/order/order-terms.ts'
import type { CancelReason, RejectReason } from '../protocol/reasons.ts'
import { type AmendedOrder, NO_ORDER, NOT_AMENDED, type PlacedOrder } from './commanded-order.ts'
import type { OpenOrderNames } from './open-order-names.ts'

/** The engine's code of each kind. */
const CODES: Readonly<Record<EventKind, number>> = {
  OrderAccepted: ACCEPTED,
  TradeExecuted: TRADE,
  OrderCanceled: CANCELED,
  OrderAmended: AMENDED,
  CancelRejected: CANCEL_REJECTED,
  AmendRejected: AMEND_REJECTED,
  OrderRejected: REJECTED,
  PhaseChanged: PHASE_CHANGED,
  PriceBandSet: BAND_SET,
  InstrumentDefined: INSTRUMENT_DEFINED,
  InstrumentChanged: INSTRUMENT_CHANGED,
  InstrumentClosed: INSTRUMENT_CLOSED,
  RulesAdopted: RULES_ADOPTED,
  ControlRejected: CONTROL_REJECTED,
}

/** By code: the kind, and whether it concerns the symbol. */
const KINDS = EVENT_KINDS.toSorted((a, b) => CODES[a] - CODES[b])
const CONCERNS_SYMBOL = KINDS.map(concernsSymbol)

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
  concernsSymbol = false
  number = 0
  /** The caller sets it after it has moved to a trade. */
  tradeNumber = 0
  timestampMs = 0
  handle = 0
  takerHandle = 0
  price = 0
  quantity = 0
  /** The present command. */
  command: Command | undefined
  /** The order that is being placed. */
  placed: PlacedOrder = NO_ORDER
  /** The order that is being amended, as it was before. */
  amended: AmendedOrder = NOT_AMENDED
  private index = 0
  /** Whether the present command caused the event. */
  private isCaused = false
  private readonly source: EventSource
  private readonly names: OpenOrderNames
  private readonly events: EventBuffer

  constructor(source: EventSource) {
    this.source = source
    this.symbol = source.symbol
    this.names = source.names
    this.events = source.book.events
  }

  /** Moves to an event of the buffer; `number` is its number within the symbol. */
  moveTo(index: number, number: number): void {
    const { words, doubles } = this.events
    const word = index << EVENT_WORDS_LOG2
    const double = index << EVENT_DOUBLES_LOG2
    const code = words[word] & 0xff
    this.index = index
    this.number = number
    this.kind = KINDS[code]
    this.concernsSymbol = CONCERNS_SYMBOL[code]
    this.handle = words[word + 1]
    this.takerHandle = code === TRADE ? words[word + 2] : 0
    this.tradeNumber = 0
    if (code <= AMENDED) {
      this.price = words[word + 3]
      this.quantity = doubles[double + 2]
    } else {
      // For a market order the engine reports the price of the band, but the command has no price.
      this.price = code === REJECTED ? this.placed.price : 0
      this.quantity = code === REJECTED ? doubles[double + 2] : 0
    }
    this.isCaused = doubles[double + 3] !== 0
  }

  get cause(): Command | undefined {
    return this.isCaused ? this.command : undefined
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

  get sells(): boolean {
    if (this.enters) return (this.placed.options & SIDE_BIT) === SELL
    const { kind } = this
    return (kind === 'OrderCanceled' || kind === 'OrderAmended') && this.events.side(this.index) === SELL
  }

  get options(): number {
    return this.enters ? this.placed.options : 0
  }

  get extras(): OrderExtras | undefined {
    return this.enters ? this.placed.extras : undefined
  }

  get echo(): EchoFields | undefined {
    return this.kind === 'OrderRejected' ? echoOf(this.placed.extras) : this.echoAt(this.handle)
  }

  get takerEcho(): EchoFields | undefined {
    return this.echoAt(this.takerHandle)
  }

  get priorityKept(): boolean {
    return this.kind === 'OrderAmended' && this.events.taker(this.index) === 1
  }

  get priceBefore(): number {
    return this.kind === 'OrderAmended' ? this.amended.price : 0
  }

  get openBefore(): number {
    return this.kind === 'OrderAmended' ? this.amended.open : 0
  }

  get open(): number {
    const { amended } = this
    return this.kind === 'OrderAmended' ? this.quantity - (amended.quantity - amended.open) : 0
  }

  get takerAccount(): string {
    const { takerHandle } = this
    return takerHandle === 0 ? '' : this.names.accountOf(takerHandle)
  }

  get takerOrderId(): string {
    return this.names.orderIds[this.takerHandle]
  }

  get takerSells(): boolean {
    return this.kind === 'TradeExecuted' && this.events.side(this.index) === 1
  }

  get makerFilled(): boolean {
    return this.kind === 'TradeExecuted' && this.events.makerFilled(this.index)
  }

  get takerFilled(): boolean {
    return this.kind === 'TradeExecuted' && this.events.takerFilled(this.index)
  }

  get operatorNote(): OperatorNote | undefined {
    const { cause } = this
    return this.concernsSymbol && cause !== undefined ? operatorNoteOf(cause) : undefined
  }

  get phase(): TradingPhase | undefined {
    return this.kind === 'PhaseChanged' ? PHASES[this.events.price(this.index)] : undefined
  }

  get bandLow(): number {
    const low = this.kind === 'PriceBandSet' ? this.events.price(this.index) : 0
    return low > 1 ? low : 0
  }

  get bandHigh(): number {
    const high = this.kind === 'PriceBandSet' ? this.events.quantity(this.index) : 0
    return high < PRICE_TICKS_MAX ? high : 0
  }

  get instrument(): InstrumentText | undefined {
    return this.concernsSymbol ? this.source.instrument : undefined
  }

  get rules(): number {
    return this.concernsSymbol ? this.source.book.rules : 0
  }

  /** Whether the event is about the order that is being placed. */
  private get enters(): boolean {
    return this.kind === 'OrderAccepted' || this.kind === 'OrderRejected'
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
