/**
 * Reads a batch of the feed (feed-format.ts has the layout) event by event. A batch of another version, or with a
 * kind or reason of events that only a newer program knows, is refused with UnknownVersion. Bytes that no version
 * writes, or that are not whole, are refused with NotAFeed.
 */

import type { OperatorNote } from '../command/operator-commands.ts'
import type { TradingPhase } from '../command/trading-phases.ts'
import type { InstrumentText } from '../instrument/instrument.ts'
import { echoOf } from '../order/echo-fields.ts'
import type { EchoFields } from '../order/order-fields.ts'
import type { OrderExtras } from '../order/order-terms.ts'
import type { EventReason } from '../reasons.ts'
import type { EventCursor } from './event-cursor.ts'
import { concernsSymbol, EVENT_KINDS } from './event-kinds.ts'
import type { EventKind } from './events.ts'
import { NotAFeed } from './feed-faults.ts'
import {
  BATCH_HEADER_BYTES,
  ENTRY_BYTES,
  FLAGS_AT,
  HANDLE_AT,
  KIND_AT,
  MAKER_FILLED,
  NUMBER_AT,
  OPEN_AT,
  OPEN_BEFORE_AT,
  OPEN_BYTES,
  PRICE_AT,
  PRICE_BEFORE_AT,
  PRIORITY_KEPT,
  QUANTITY_AT,
  type RareFields,
  REASON_AT,
  SELLS,
  TAKER_FILLED,
  TAKER_OR_OPTIONS_AT,
  TIMESTAMP_AT,
  TRADE_NUMBER_AT,
} from './feed-format.ts'
import { eventCountOf, kindOf, nameAt, nameEnd, rareFieldsIn, reasonOf } from './feed-parts.ts'

/** By place of the kind: a lookup by name takes longer than the rest of the head of an event. */
const CONCERNS_SYMBOL = EVENT_KINDS.map(concernsSymbol)

/** Reads a batch event by event. A name becomes a string when it is read first. */
export class EventFeedReader implements EventCursor {
  kind: EventKind = 'OrderAccepted'
  concernsSymbol = false
  reason: EventReason | undefined
  readonly cause = undefined
  private readonly view: DataView
  private readonly bytes: Uint8Array
  private symbolAt = 0
  private requestIdAt = 0
  private accountAt = 0
  private orderIdAt = 0
  private takerAccountAt = 0
  private takerOrderIdAt = 0
  private start = 0
  private end = BATCH_HEADER_BYTES
  private symbolText: string | undefined
  private accountText: string | undefined
  private orderIdText: string | undefined
  private rest: RareFields | undefined
  /** Events after the present one. */
  private left: number

  /** Throws UnknownVersion, or {@link NotAFeed}. */
  constructor(batch: Uint8Array) {
    this.bytes = batch
    this.view = new DataView(batch.buffer, batch.byteOffset, batch.byteLength)
    this.left = eventCountOf(batch, this.view)
  }

  /** Moves to the next event; false at the end of the batch. Throws UnknownVersion, or {@link NotAFeed}. */
  next(): boolean {
    const { view, bytes } = this
    const start = this.end
    if (this.left === 0) {
      if (start !== bytes.length) throw new NotAFeed('the batch has more entries than its header says')
      return false
    }
    if (start + ENTRY_BYTES > bytes.length) throw new NotAFeed('the batch ends within an event')
    const end = start + view.getUint32(start, true)
    if (end > bytes.length || end < start + ENTRY_BYTES) throw new NotAFeed('an event has an impossible length')
    const kind = kindOf(bytes[start + KIND_AT])
    const reason = reasonOf(view.getUint16(start + REASON_AT, true))
    this.left--
    this.start = start
    this.end = end
    this.kind = kind
    this.concernsSymbol = CONCERNS_SYMBOL[bytes[start + KIND_AT]]
    this.reason = reason
    this.symbolText = undefined
    this.accountText = undefined
    this.orderIdText = undefined
    this.symbolAt = start + ENTRY_BYTES + (kind === 'OrderAmended' ? OPEN_BYTES : 0)
    this.requestIdAt = nameEnd(bytes, this.symbolAt, end)
    this.accountAt = nameEnd(bytes, this.requestIdAt, end)
    this.orderIdAt = nameEnd(bytes, this.accountAt, end)
    let at = nameEnd(bytes, this.orderIdAt, end)
    if (kind === 'TradeExecuted') {
      this.takerAccountAt = at
      this.takerOrderIdAt = nameEnd(bytes, at, end)
      at = nameEnd(bytes, this.takerOrderIdAt, end)
    }
    this.rest = at === end ? undefined : rareFieldsIn(bytes.subarray(at, end))
    return true
  }

  get symbol(): string {
    this.symbolText ??= nameAt(this.bytes, this.symbolAt)
    return this.symbolText
  }

  get account(): string {
    this.accountText ??= nameAt(this.bytes, this.accountAt)
    return this.accountText
  }

  get orderId(): string {
    this.orderIdText ??= nameAt(this.bytes, this.orderIdAt)
    return this.orderIdText
  }

  get requestId(): string | undefined {
    return nameAt(this.bytes, this.requestIdAt) || undefined
  }

  get takerAccount(): string {
    return this.kind === 'TradeExecuted' ? nameAt(this.bytes, this.takerAccountAt) : ''
  }

  get takerOrderId(): string {
    return this.kind === 'TradeExecuted' ? nameAt(this.bytes, this.takerOrderIdAt) : ''
  }

  get number(): number {
    return this.view.getFloat64(this.start + NUMBER_AT, true)
  }

  get timestampMs(): number {
    return this.view.getFloat64(this.start + TIMESTAMP_AT, true)
  }

  get quantity(): number {
    return this.view.getFloat64(this.start + QUANTITY_AT, true)
  }

  get price(): number {
    return this.view.getInt32(this.start + PRICE_AT, true)
  }

  get handle(): number {
    return this.view.getInt32(this.start + HANDLE_AT, true)
  }

  get takerHandle(): number {
    return this.kind === 'TradeExecuted' ? this.view.getInt32(this.start + TAKER_OR_OPTIONS_AT, true) : 0
  }

  get options(): number {
    const { kind } = this
    const enters = kind === 'OrderAccepted' || kind === 'OrderRejected'
    return enters ? this.view.getInt32(this.start + TAKER_OR_OPTIONS_AT, true) : 0
  }

  get tradeNumber(): number {
    return this.kind === 'TradeExecuted' ? this.view.getFloat64(this.start + TRADE_NUMBER_AT, true) : 0
  }

  get sells(): boolean {
    return this.kind !== 'TradeExecuted' && this.has(SELLS)
  }

  get takerSells(): boolean {
    return this.kind === 'TradeExecuted' && this.has(SELLS)
  }

  get priceBefore(): number {
    return this.kind === 'OrderAmended' ? this.view.getInt32(this.start + PRICE_BEFORE_AT, true) : 0
  }

  get openBefore(): number {
    return this.kind === 'OrderAmended' ? this.view.getFloat64(this.start + OPEN_BEFORE_AT, true) : 0
  }

  get open(): number {
    return this.kind === 'OrderAmended' ? this.view.getFloat64(this.start + OPEN_AT, true) : 0
  }

  get makerFilled(): boolean {
    return this.has(MAKER_FILLED)
  }

  get takerFilled(): boolean {
    return this.has(TAKER_FILLED)
  }

  get priorityKept(): boolean {
    return this.has(PRIORITY_KEPT)
  }

  get extras(): OrderExtras | undefined {
    return this.rest?.extras
  }

  get echo(): EchoFields | undefined {
    const { rest } = this
    return rest === undefined ? undefined : (rest.echo ?? echoOf(rest.extras))
  }

  get takerEcho(): EchoFields | undefined {
    return this.rest?.takerEcho
  }

  get operatorNote(): OperatorNote | undefined {
    return this.rest?.note
  }

  get phase(): TradingPhase | undefined {
    return this.rest?.phase
  }

  get bandLow(): number {
    return this.rest?.bandLow ?? 0
  }

  get bandHigh(): number {
    return this.rest?.bandHigh ?? 0
  }

  get instrument(): InstrumentText | undefined {
    return this.rest?.instrument
  }

  get rules(): number {
    return this.rest?.rules ?? 0
  }

  private has(flag: number): boolean {
    return (this.bytes[this.start + FLAGS_AT] & flag) !== 0
  }
}
