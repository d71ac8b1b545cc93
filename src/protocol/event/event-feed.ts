/**
 * The feed of events as bytes: the form in which events leave the thread or Lambda function that matched them. A
 * batch is decoded where it is used, through the same cursor interface that matching has (event-cursor.ts).
 *
 *   batch    u32 magic "BXE1", then entries
 *   entry    u32 bytes of the entry, this word included
 *            u8  kind: index in EVENT_KINDS
 *            u8  flags: 1 aggressor sells, 2 priority kept
 *            u16 reason: index in EVENT_REASONS plus 1; 0 none
 *            f64 number
 *            f64 timestampMs
 *            f64 quantity
 *            i32 price
 *            i32 handle
 *            i32 taker handle of TradeExecuted, option bits of OrderAccepted and OrderRejected
 *            f64 trade number, of TradeExecuted only
 *            texts: symbol, request id, account, order id, and of TradeExecuted the taker's account and order
 *            id; each a u8 length and so many Latin-1 characters
 *            the rest of the entry is JSON, in UTF-8: the fields that few events have
 *
 * Little-endian; the fixed part is 56 bytes. New kinds and reasons are added at the end of their lists only.
 */

import { invariant } from '../assert.ts'
import type { OperatorNote } from '../command/operator-commands.ts'
import type { TradingPhase } from '../command/trading-phases.ts'
import type { InstrumentText } from '../instrument/instrument.ts'
import { echoOf } from '../order/echo-fields.ts'
import type { EchoFields } from '../order/order-fields.ts'
import type { OrderExtras } from '../order/order-terms.ts'
import { EVENT_REASONS, type EventReason } from '../reasons.ts'
import { UnknownVersion } from '../versions.ts'
import type { EventCursor, EventFold } from './event-cursor.ts'
import { EVENT_KINDS, type EventKind } from './events.ts'

/** "BXE" and the digit of the version. */
const MAGIC = 0x31455842
const FEED_VERSION = 1
const VERSION_SHIFT = 24
const MAGIC_WORD = 2 ** VERSION_SHIFT - 1
const DIGIT_0 = 48
const BATCH_HEADER_BYTES = 4
const ENTRY_BYTES = 56
const TEXT_BYTES_MAX = 255
const BYTES_AT_FIRST = 64 * 1024

const SELLS = 1
const PRIORITY_KEPT = 2

const KIND_CODES = new Map(EVENT_KINDS.map((kind, code) => [kind, code]))
const REASON_CODES = new Map(EVENT_REASONS.map((reason, place) => [reason, place + 1]))
const TRADE = EVENT_KINDS.indexOf('TradeExecuted')
const ACCEPTED = EVENT_KINDS.indexOf('OrderAccepted')
const REJECTED = EVENT_KINDS.indexOf('OrderRejected')
const AMENDED = EVENT_KINDS.indexOf('OrderAmended')

/** The fields that few events have. */
interface Rest {
  readonly extras?: OrderExtras
  readonly echo?: EchoFields
  readonly takerEcho?: EchoFields
  // Fields of events that concern a symbol:
  readonly note?: OperatorNote
  readonly phase?: TradingPhase
  readonly bandLow?: number
  readonly bandHigh?: number
  readonly instrument?: InstrumentText
  readonly rules?: number
}

/** The bytes are not a batch. */
export class NotAFeed extends Error {
  override readonly name = 'NotAFeed'
}

const utf8 = new TextEncoder()
const fromUtf8 = new TextDecoder()

/** Gathers events into a batch. */
export class EventFeedWriter implements EventFold {
  private bytes = new Uint8Array(BYTES_AT_FIRST)
  private view = new DataView(this.bytes.buffer)
  private at = BATCH_HEADER_BYTES
  /** Number of events gathered. */
  count = 0

  take(event: EventCursor): void {
    const kind = KIND_CODES.get(event.kind) as number
    const rest = restOf(event)
    const tail = rest === undefined ? undefined : utf8.encode(JSON.stringify(rest))
    const start = this.at
    this.reserve(ENTRY_BYTES + 6 * (TEXT_BYTES_MAX + 1) + (tail?.length ?? 0))
    const { bytes, view } = this
    bytes[start + 4] = kind
    bytes[start + 5] =
      (kind === TRADE && event.takerSells ? SELLS : 0) | (kind === AMENDED && event.priorityKept ? PRIORITY_KEPT : 0)
    const { reason } = event
    view.setUint16(start + 6, reason === undefined ? 0 : (REASON_CODES.get(reason) as number), true)
    view.setFloat64(start + 8, event.number, true)
    view.setFloat64(start + 16, event.timestampMs, true)
    view.setFloat64(start + 24, event.quantity, true)
    view.setInt32(start + 32, event.price, true)
    view.setInt32(start + 36, event.handle, true)
    const trade = kind === TRADE
    view.setInt32(
      start + 40,
      trade ? event.takerHandle : kind === ACCEPTED || kind === REJECTED ? event.options : 0,
      true,
    )
    view.setFloat64(start + 44, trade ? event.tradeNumber : 0, true)
    this.at = start + ENTRY_BYTES
    this.text(event.symbol)
    this.text(event.requestId ?? '')
    this.text(event.account)
    this.text(event.orderId)
    if (trade) {
      this.text(event.takerAccount)
      this.text(event.takerOrderId)
    }
    if (tail !== undefined) {
      bytes.set(tail, this.at)
      this.at += tail.length
    }
    view.setUint32(start, this.at - start, true)
    this.count++
  }

  /** Returns the events as a batch and removes them; undefined if there are none. */
  flush(): Uint8Array<ArrayBuffer> | undefined {
    if (this.count === 0) return undefined
    const batch = this.batch()
    this.clear()
    return batch
  }

  /** The events as a batch; the writer keeps them. */
  batch(): Uint8Array<ArrayBuffer> {
    this.view.setUint32(0, MAGIC, true)
    return this.bytes.slice(0, this.at)
  }

  clear(): void {
    this.at = BATCH_HEADER_BYTES
    this.count = 0
  }

  private text(text: string): void {
    const { length } = text
    invariant(length <= TEXT_BYTES_MAX, 'a name is at most 255 characters')
    const { bytes } = this
    let at = this.at
    bytes[at++] = length
    for (let i = 0; i < length; i++) bytes[at++] = text.charCodeAt(i)
    this.at = at
  }

  private reserve(more: number): void {
    if (this.at + more <= this.bytes.length) return
    const bytes = new Uint8Array(Math.max(this.bytes.length * 2, this.at + more))
    bytes.set(this.bytes.subarray(0, this.at))
    this.bytes = bytes
    this.view = new DataView(bytes.buffer)
  }
}

function restOf(event: EventCursor): Rest | undefined {
  switch (event.kind) {
    case 'OrderAccepted':
    case 'OrderRejected':
      return event.extras === undefined ? undefined : { extras: event.extras }
    case 'TradeExecuted':
    case 'OrderCanceled':
    case 'OrderAmended':
    case 'CancelRejected':
    case 'AmendRejected': {
      const { echo, takerEcho } = event
      if (echo === undefined && takerEcho === undefined) return undefined
      return { ...(echo !== undefined && { echo }), ...(takerEcho !== undefined && { takerEcho }) }
    }
  }
  const { operatorNote: note, instrument, rules } = event
  return {
    rules,
    ...(event.kind === 'PhaseChanged' && { phase: event.phase }),
    ...(event.kind === 'PriceBandSet' && { bandLow: event.bandLow, bandHigh: event.bandHigh }),
    ...(instrument !== undefined && { instrument }),
    ...(note !== undefined && { note }),
  }
}

/** Reads a batch event by event. */
export class EventFeedReader implements EventCursor {
  kind: EventKind = 'OrderAccepted'
  symbol = ''
  account = ''
  orderId = ''
  takerAccount = ''
  takerOrderId = ''
  requestId: string | undefined
  readonly cause = undefined
  private readonly bytes: Uint8Array
  private readonly view: DataView
  private start = 0
  private end = BATCH_HEADER_BYTES
  private textAt = 0
  private rest: Rest | undefined

  /** Throws UnknownVersion, or {@link NotAFeed}. */
  constructor(batch: Uint8Array) {
    this.bytes = batch
    this.view = new DataView(batch.buffer, batch.byteOffset, batch.byteLength)
    const magic = batch.length < BATCH_HEADER_BYTES ? 0 : this.view.getUint32(0, true)
    if (magic === MAGIC) return
    const digit = (magic >>> VERSION_SHIFT) - DIGIT_0
    if (((magic ^ MAGIC) & MAGIC_WORD) === 0 && digit >= 0 && digit <= 9) {
      throw new UnknownVersion('the batch of events', digit, FEED_VERSION)
    }
    throw new NotAFeed('the bytes are not a batch of events')
  }

  /** Moves to the next event; false at the end of the batch. Throws {@link NotAFeed}. */
  next(): boolean {
    const { view, bytes } = this
    const start = this.end
    if (start === bytes.length) return false
    if (start + ENTRY_BYTES > bytes.length) throw new NotAFeed('the batch ends within an event')
    const end = start + view.getUint32(start, true)
    const kind = EVENT_KINDS[bytes[start + 4]]
    if (end > bytes.length || end < start + ENTRY_BYTES || kind === undefined) throw new NotAFeed('no event')
    this.start = start
    this.end = end
    this.kind = kind
    this.textAt = start + ENTRY_BYTES
    this.symbol = this.text()
    this.requestId = this.text() || undefined
    this.account = this.text()
    this.orderId = this.text()
    this.takerAccount = kind === 'TradeExecuted' ? this.text() : ''
    this.takerOrderId = kind === 'TradeExecuted' ? this.text() : ''
    this.rest = this.textAt === end ? undefined : restIn(bytes.subarray(this.textAt, end))
    return true
  }

  get reason(): EventReason | undefined {
    const code = this.view.getUint16(this.start + 6, true)
    return code === 0 ? undefined : EVENT_REASONS[code - 1]
  }

  get number(): number {
    return this.view.getFloat64(this.start + 8, true)
  }

  get timestampMs(): number {
    return this.view.getFloat64(this.start + 16, true)
  }

  get quantity(): number {
    return this.view.getFloat64(this.start + 24, true)
  }

  get price(): number {
    return this.view.getInt32(this.start + 32, true)
  }

  get handle(): number {
    return this.view.getInt32(this.start + 36, true)
  }

  get takerHandle(): number {
    return this.kind === 'TradeExecuted' ? this.view.getInt32(this.start + 40, true) : 0
  }

  get options(): number {
    return this.kind === 'TradeExecuted' ? 0 : this.view.getInt32(this.start + 40, true)
  }

  get tradeNumber(): number {
    return this.view.getFloat64(this.start + 44, true)
  }

  get takerSells(): boolean {
    return (this.bytes[this.start + 5] & SELLS) !== 0
  }

  get priorityKept(): boolean {
    return (this.bytes[this.start + 5] & PRIORITY_KEPT) !== 0
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

  get phase(): TradingPhase {
    return this.rest?.phase ?? 'CONTINUOUS'
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

  get concernsSymbol(): boolean {
    return this.rest?.rules !== undefined
  }

  private text(): string {
    const { bytes } = this
    const from = this.textAt + 1
    const to = from + bytes[this.textAt]
    if (!(to <= this.end)) throw new NotAFeed('the names are longer than their event')
    this.textAt = to
    let text = ''
    for (let i = from; i < to; i++) text += String.fromCharCode(bytes[i])
    return text
  }
}

function restIn(bytes: Uint8Array): Rest {
  try {
    return JSON.parse(fromUtf8.decode(bytes))
  } catch {
    throw new NotAFeed('the rare fields of an event are not JSON')
  }
}
