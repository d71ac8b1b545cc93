/** Writes events as batches of the feed (feed-format.ts has the layout). */

import { EVENT_REASONS } from '../reasons.ts'
import type { EventCursor, EventFold } from './event-cursor.ts'
import { EVENT_KINDS } from './event-kinds.ts'
import { writeName } from './event-names.ts'
import {
  BATCH_HEADER_BYTES,
  COUNT_AT,
  ENTRY_BYTES,
  FLAGS_AT,
  HANDLE_AT,
  KIND_AT,
  LENGTH_AT,
  MAGIC,
  MAKER_FILLED,
  NUMBER_AT,
  OPEN_AT,
  OPEN_BEFORE_AT,
  OPEN_BYTES,
  PRICE_AT,
  PRICE_BEFORE_AT,
  PRIORITY_KEPT,
  QUANTITY_AT,
  REASON_AT,
  SELLS,
  TAKER_FILLED,
  TAKER_OR_OPTIONS_AT,
  TEXT_BYTES_MAX,
  TIMESTAMP_AT,
  TRADE_NUMBER_AT,
} from './feed-format.ts'
import { rareFieldsOf } from './rare-fields.ts'

const BYTES_AT_FIRST = 64 * 1024

const KIND_CODES = new Map(EVENT_KINDS.map((kind, code) => [kind, code]))
/** Most events of a feed are trades. */
const TRADE = KIND_CODES.get('TradeExecuted') as number
const REASON_CODES = new Map(EVENT_REASONS.map((reason, place) => [reason, place + 1]))

const utf8 = new TextEncoder()

/** Gathers events into a batch. */
export class EventFeedWriter implements EventFold {
  private bytes = new Uint8Array(BYTES_AT_FIRST)
  private view = new DataView(this.bytes.buffer)
  private at = BATCH_HEADER_BYTES
  /** Number of events gathered. */
  count = 0

  take(event: EventCursor): void {
    const { kind } = event
    const trade = kind === 'TradeExecuted'
    const rest = rareFieldsOf(event)
    const tail = rest === undefined ? undefined : utf8.encode(JSON.stringify(rest))
    // These need calls. Without a call between them, V8 compiles the writes below to plain stores.
    const code = trade ? TRADE : (KIND_CODES.get(kind) as number)
    const flags = trade ? tradeFlagsOf(event) : orderFlagsOf(event)
    const reason = trade ? 0 : reasonCodeOf(event)
    const takerOrOptions = trade ? event.takerHandle : event.options
    const start = this.at
    this.reserve(ENTRY_BYTES + OPEN_BYTES + 6 * (TEXT_BYTES_MAX + 1) + (tail?.length ?? 0))
    const { bytes, view } = this
    bytes[start + KIND_AT] = code
    bytes[start + FLAGS_AT] = flags
    view.setUint16(start + REASON_AT, reason, true)
    view.setFloat64(start + NUMBER_AT, event.number, true)
    view.setFloat64(start + TIMESTAMP_AT, event.timestampMs, true)
    view.setFloat64(start + QUANTITY_AT, event.quantity, true)
    view.setInt32(start + PRICE_AT, event.price, true)
    view.setInt32(start + HANDLE_AT, event.handle, true)
    let at = start + ENTRY_BYTES
    if (kind === 'OrderAmended') {
      view.setInt32(start + PRICE_BEFORE_AT, event.priceBefore, true)
      view.setFloat64(start + OPEN_BEFORE_AT, event.openBefore, true)
      view.setFloat64(start + OPEN_AT, event.open, true)
      at += OPEN_BYTES
    } else {
      view.setInt32(start + TAKER_OR_OPTIONS_AT, takerOrOptions, true)
      view.setFloat64(start + TRADE_NUMBER_AT, event.tradeNumber, true)
    }
    at = writeName(bytes, at, event.symbol)
    at = writeName(bytes, at, event.requestId ?? '')
    at = writeName(bytes, at, event.account)
    at = writeName(bytes, at, event.orderId)
    if (trade) {
      at = writeName(bytes, at, event.takerAccount)
      at = writeName(bytes, at, event.takerOrderId)
    }
    if (tail !== undefined) {
      bytes.set(tail, at)
      at += tail.length
    }
    this.at = at
    view.setUint32(start, at - start, true)
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
    const { view } = this
    view.setUint32(0, MAGIC, true)
    view.setUint32(LENGTH_AT, this.at, true)
    view.setUint32(COUNT_AT, this.count, true)
    return this.bytes.slice(0, this.at)
  }

  clear(): void {
    this.at = BATCH_HEADER_BYTES
    this.count = 0
  }

  private reserve(more: number): void {
    if (this.at + more <= this.bytes.length) return
    const bytes = new Uint8Array(Math.max(this.bytes.length * 2, this.at + more))
    bytes.set(this.bytes.subarray(0, this.at))
    this.bytes = bytes
    this.view = new DataView(bytes.buffer)
  }
}

const tradeFlagsOf = ({ takerSells, makerFilled, takerFilled }: EventCursor): number =>
  (takerSells ? SELLS : 0) | (makerFilled ? MAKER_FILLED : 0) | (takerFilled ? TAKER_FILLED : 0)

const reasonCodeOf = ({ reason }: EventCursor): number =>
  reason === undefined ? 0 : (REASON_CODES.get(reason) as number)

const orderFlagsOf = ({ sells, priorityKept }: EventCursor): number =>
  (sells ? SELLS : 0) | (priorityKept ? PRIORITY_KEPT : 0)
