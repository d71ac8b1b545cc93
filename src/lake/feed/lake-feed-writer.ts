/** Writes events for the lake's thread (lake-feed-format.ts has the layout). */

import type { EventCursor, EventFold } from '../../protocol/event/event-cursor.ts'
import { EVENT_KINDS } from '../../protocol/event/event-kinds.ts'
import { writeName } from '../../protocol/event/event-names.ts'
import { TEXT_BYTES_MAX } from '../../protocol/event/feed-format.ts'
import { rareFieldsOf } from '../../protocol/event/rare-fields.ts'
import { EVENT_REASONS } from '../../protocol/reasons.ts'
import {
  CHUNK_HEADER_BYTES,
  ENTRY_BYTES,
  FLAGS_SHIFT,
  HANDLE,
  HAS_NAMES,
  HAS_NUMBER,
  HAS_OPEN,
  HAS_RARE_FIELDS,
  HAS_REQUEST_ID,
  HAS_SYMBOL,
  HAS_SYMBOL_NAME,
  HAS_TAKER_NAMES,
  HAS_TIMESTAMP,
  HAS_TRADE_NUMBER,
  HEAD,
  PRICE,
  PRIORITY_KEPT,
  QUANTITY,
  REASON_SHIFT,
  SAME_REQUEST_ID,
  SELLS,
  TAKER_OR_OPTIONS,
} from './lake-feed-format.ts'
import { WrittenSymbol } from './written-symbol.ts'

const BYTES_AT_FIRST = 64 * 1024
/** The fixed part, five words of 8 bytes, and six texts. The rare fields are reserved apart. */
const ENTRY_BYTES_MAX = ENTRY_BYTES + 5 * 8 + 6 * (TEXT_BYTES_MAX + 1) + 8

const KIND_CODES = new Map(EVENT_KINDS.map((kind, code) => [kind, code]))
const TRADE = KIND_CODES.get('TradeExecuted') as number
const ACCEPTED = KIND_CODES.get('OrderAccepted') as number
const REASON_CODES = new Map(EVENT_REASONS.map((reason, place) => [reason, place + 1]))

const utf8 = new TextEncoder()

export class LakeFeedWriter implements EventFold {
  private bytes = new Uint8Array(BYTES_AT_FIRST)
  private words = new Int32Array(this.bytes.buffer)
  private doubles = new Float64Array(this.bytes.buffer)
  /** Where the next entry begins, and the next part of the entry that is written. */
  private start = CHUNK_HEADER_BYTES
  private at = 0
  private flags = 0
  private readonly symbols = new Map<string, WrittenSymbol>()
  /** Of the last event of the chunk. */
  private latest: WrittenSymbol | undefined
  private timestampMs = Number.NEGATIVE_INFINITY
  private requestId: string | undefined

  /** Bytes of the events that were written since the last chunk. */
  get length(): number {
    return this.start - CHUNK_HEADER_BYTES
  }

  take(event: EventCursor): void {
    const { start } = this
    if (start + ENTRY_BYTES_MAX > this.bytes.length) this.reserve(ENTRY_BYTES_MAX)
    this.at = start + ENTRY_BYTES
    this.flags = 0
    let { latest } = this
    let isNew = false
    if (latest === undefined || latest.symbol !== event.symbol) {
      latest = this.enter(event.symbol)
      isNew = latest.isNew
      latest.isNew = false
    }
    if (event.number !== latest.nextNumber) this.writeDouble(HAS_NUMBER, event.number)
    latest.nextNumber = event.number + 1
    if (event.timestampMs !== this.timestampMs) {
      this.timestampMs = event.timestampMs
      this.writeDouble(HAS_TIMESTAMP, event.timestampMs)
    }
    const { kind } = event
    if (kind === 'TradeExecuted') this.writeTrade(event, latest, isNew)
    else if (kind === 'OrderAccepted') this.writeAccepted(event, latest, isNew)
    else this.writeOther(event, latest, isNew)
    this.start = (this.at + 7) & ~7
  }

  /** The events since the last chunk, as a copy. */
  chunk(): Uint8Array<ArrayBuffer> {
    const chunk = this.bytes.slice(0, this.start)
    this.clear()
    return chunk
  }

  /** Drops the events since the last chunk. The next one begins for a reader that knows no names. */
  restart(): void {
    this.clear()
    this.symbols.clear()
  }

  private clear(): void {
    this.start = CHUNK_HEADER_BYTES
    this.latest = undefined
    this.timestampMs = Number.NEGATIVE_INFINITY
    this.requestId = undefined
    for (const symbol of this.symbols.values()) symbol.beginChunk()
  }

  private writeTrade(event: EventCursor, symbol: WrittenSymbol, isNew: boolean): void {
    const { handle, takerHandle, tradeNumber } = event
    if (tradeNumber !== symbol.nextTradeNumber) this.writeDouble(HAS_TRADE_NUMBER, tradeNumber)
    symbol.nextTradeNumber = tradeNumber + 1
    if (isNew) this.writeSymbolName(symbol)
    this.writeRequestId(event.requestId)
    if (symbol.lacks(handle)) this.writeNames(HAS_NAMES, event.account, event.orderId)
    if (symbol.lacks(takerHandle)) this.writeNames(HAS_TAKER_NAMES, event.takerAccount, event.takerOrderId)
    if (event.echo !== undefined || event.takerEcho !== undefined) this.writeRareFields(event)
    if (event.takerSells) this.flags |= SELLS
    this.writeFixed(TRADE, event, takerHandle)
  }

  private writeAccepted(event: EventCursor, symbol: WrittenSymbol, isNew: boolean): void {
    if (isNew) this.writeSymbolName(symbol)
    this.writeRequestId(event.requestId)
    // A handle that an order has left is given to a later one.
    symbol.lacks(event.handle)
    this.writeNames(HAS_NAMES, event.account, event.orderId)
    if (event.extras !== undefined) this.writeRareFields(event)
    if (event.sells) this.flags |= SELLS
    this.writeFixed(ACCEPTED, event, event.options)
  }

  private writeOther(event: EventCursor, symbol: WrittenSymbol, isNew: boolean): void {
    const { kind, reason } = event
    if (kind === 'OrderAmended') this.writeDouble(HAS_OPEN, event.open)
    if (isNew) this.writeSymbolName(symbol)
    this.writeRequestId(event.requestId)
    if (symbol.lacks(event.handle)) this.writeNames(HAS_NAMES, event.account, event.orderId)
    this.writeRareFields(event)
    if (event.sells) this.flags |= SELLS
    if (event.priorityKept) this.flags |= PRIORITY_KEPT
    const reasonCode = reason === undefined ? 0 : (REASON_CODES.get(reason) as number)
    this.writeFixed((KIND_CODES.get(kind) as number) | (reasonCode << REASON_SHIFT), event, event.options)
  }

  private writeFixed(code: number, event: EventCursor, takerOrOptions: number): void {
    const { words, start } = this
    const word = start >> 2
    words[word + HEAD] = code | (this.flags << FLAGS_SHIFT)
    words[word + PRICE] = event.price
    words[word + HANDLE] = event.handle
    words[word + TAKER_OR_OPTIONS] = takerOrOptions
    this.doubles[(start >> 3) + QUANTITY] = event.quantity
  }

  private enter(name: string): WrittenSymbol {
    let symbol = this.symbols.get(name)
    if (symbol === undefined) {
      symbol = new WrittenSymbol(name, this.symbols.size)
      this.symbols.set(name, symbol)
    }
    this.latest = symbol
    this.flags |= HAS_SYMBOL
    this.words[this.at >> 2] = symbol.place
    this.at += 8
    return symbol
  }

  private writeDouble(flag: number, value: number): void {
    this.flags |= flag
    this.doubles[this.at >> 3] = value
    this.at += 8
  }

  private writeSymbolName({ symbol }: WrittenSymbol): void {
    this.flags |= HAS_SYMBOL_NAME
    this.at = writeName(this.bytes, this.at, symbol)
  }

  private writeRequestId(requestId: string | undefined): void {
    if (requestId !== undefined) {
      if (requestId === this.requestId) this.flags |= SAME_REQUEST_ID
      else {
        this.flags |= HAS_REQUEST_ID
        this.at = writeName(this.bytes, this.at, requestId)
      }
    }
    this.requestId = requestId
  }

  private writeNames(flag: number, account: string, orderId: string): void {
    const { bytes } = this
    this.flags |= flag
    this.at = writeName(bytes, writeName(bytes, this.at, account), orderId)
  }

  private writeRareFields(event: EventCursor): void {
    const fields = rareFieldsOf(event)
    if (fields === undefined) return
    const text = utf8.encode(JSON.stringify(fields))
    this.flags |= HAS_RARE_FIELDS
    this.reserve(ENTRY_BYTES_MAX + text.length + 4)
    new DataView(this.bytes.buffer).setUint32(this.at, text.length, true)
    this.bytes.set(text, this.at + 4)
    this.at += 4 + text.length
  }

  /** Makes room for so many bytes of the entry. */
  private reserve(entry: number): void {
    if (this.start + entry <= this.bytes.length) return
    const bytes = new Uint8Array((Math.max(this.bytes.length * 2, this.start + entry) + 7) & ~7)
    bytes.set(this.bytes)
    this.bytes = bytes
    this.words = new Int32Array(bytes.buffer)
    this.doubles = new Float64Array(bytes.buffer)
  }
}
