/**
 * Reads the events that the core thread wrote for the lake, chunk by chunk (lake-feed-format.ts has the layout). It keeps
 * the names of orders by handle, so it must read each chunk since the start, in order. It makes no strings but those of
 * symbols and rare fields.
 */

import { EVENT_KINDS } from '../../protocol/event/event-kinds.ts'
import type { EventKind } from '../../protocol/event/events.ts'
import type { RareFields } from '../../protocol/event/feed-format.ts'
import { nameAt, rareFieldsIn } from '../../protocol/event/feed-parts.ts'
import { echoOf } from '../../protocol/order/echo-fields.ts'
import { EVENT_REASONS } from '../../protocol/reasons.ts'
import { NameTable } from '../columns/name-table.ts'
import type { EventNames } from '../event-names.ts'
import type { LakeEvent } from '../lake-event.ts'
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
  NO_NAME_AT,
  PRICE,
  PRIORITY_KEPT,
  QUANTITY,
  REASON_SHIFT,
  SAME_REQUEST_ID,
  SELLS,
  TAKER_OR_OPTIONS,
} from './lake-feed-format.ts'
import { OrderNames } from './order-names.ts'

const TRADE = EVENT_KINDS.indexOf('TradeExecuted')
const REASONS = [undefined, ...EVENT_REASONS]

/** What the reader keeps of a symbol. */
class ReadSymbol {
  symbol = ''
  number = 0
  tradeNumber = 0
  readonly names = new OrderNames()
}

export class LakeFeedReader implements LakeEvent, EventNames {
  kind: EventKind = 'OrderAccepted'
  timestampMs = 0
  /** Of OrderAmended only. */
  open = 0
  view = new DataView(new ArrayBuffer(CHUNK_HEADER_BYTES))
  requestIdAt = NO_NAME_AT
  readonly accounts = new NameTable()
  private bytes = new Uint8Array(this.view.buffer)
  private words = new Int32Array(this.view.buffer)
  private doubles = new Float64Array(this.view.buffer)
  private readonly symbols: ReadSymbol[] = []
  private latest = new ReadSymbol()
  private start = 0
  private flags = 0
  private end = CHUNK_HEADER_BYTES
  private rest: RareFields | undefined

  /** Bytes of the names that it keeps. */
  get namesBytes(): number {
    return this.symbols.reduce((sum, { names }) => sum + names.view.byteLength, this.accounts.memory)
  }

  /** Begins a chunk. */
  read(chunk: Uint8Array<ArrayBuffer>): void {
    const { buffer, byteOffset, length } = chunk
    this.bytes = chunk
    this.view = new DataView(buffer, byteOffset, length)
    this.words = new Int32Array(buffer, byteOffset, length >> 2)
    this.doubles = new Float64Array(buffer, byteOffset, length >> 3)
    this.end = CHUNK_HEADER_BYTES
  }

  /** Moves to the next event; false at the end of the chunk. */
  next(): boolean {
    const { words, doubles, bytes } = this
    const start = this.end
    if (start === bytes.length) return false
    const head = words[(start >> 2) + HEAD]
    const flags = head >>> FLAGS_SHIFT
    const code = head & 0xff
    this.start = start
    this.flags = flags
    this.kind = EVENT_KINDS[code]
    this.rest = undefined
    let at = start + ENTRY_BYTES
    if ((flags & HAS_SYMBOL) !== 0) {
      if ((flags & HAS_SYMBOL_NAME) !== 0) this.symbols.push(new ReadSymbol())
      this.latest = this.symbols[words[at >> 2]]
      at += 8
    }
    const { latest } = this
    latest.number++
    if (code === TRADE) latest.tradeNumber++
    if ((flags & HAS_NUMBER) !== 0) {
      latest.number = doubles[at >> 3]
      at += 8
    }
    if ((flags & HAS_TIMESTAMP) !== 0) {
      this.timestampMs = doubles[at >> 3]
      at += 8
    }
    if ((flags & HAS_TRADE_NUMBER) !== 0) {
      latest.tradeNumber = doubles[at >> 3]
      at += 8
    }
    if ((flags & HAS_OPEN) !== 0) {
      this.open = doubles[at >> 3]
      at += 8
    }
    if ((flags & HAS_SYMBOL_NAME) !== 0) {
      latest.symbol = nameAt(bytes, at)
      at += 1 + bytes[at]
    }
    if ((flags & HAS_REQUEST_ID) !== 0) {
      this.requestIdAt = at
      at += 1 + bytes[at]
    } else if ((flags & SAME_REQUEST_ID) === 0) this.requestIdAt = NO_NAME_AT
    if ((flags & HAS_NAMES) !== 0) at = this.keepNames(this.handle, at)
    if ((flags & HAS_TAKER_NAMES) !== 0) at = this.keepNames(this.options, at)
    if ((flags & HAS_RARE_FIELDS) !== 0) {
      const length = this.view.getUint32(at, true)
      at += 4
      this.rest = rareFieldsIn(bytes.subarray(at, at + length))
      at += length
    }
    this.end = (at + 7) & ~7
    return true
  }

  get symbol(): string {
    return this.latest.symbol
  }

  /** The names of the handles are in the places of their symbol. */
  get orderView(): DataView {
    return this.latest.names.view
  }

  get account(): number {
    return this.latest.names.account(this.handle)
  }

  get orderIdAt(): number {
    return this.latest.names.orderIdAt(this.handle)
  }

  get takerAccount(): number {
    return this.latest.names.account(this.options)
  }

  get takerOrderIdAt(): number {
    return this.latest.names.orderIdAt(this.options)
  }

  get number(): number {
    return this.latest.number
  }

  get tradeNumber(): number {
    return this.latest.tradeNumber
  }

  get quantity(): number {
    return this.doubles[(this.start >> 3) + QUANTITY]
  }

  get price(): number {
    return this.words[(this.start >> 2) + PRICE]
  }

  get reason(): LakeEvent['reason'] {
    return REASONS[(this.words[(this.start >> 2) + HEAD] >>> REASON_SHIFT) & 0xff]
  }

  /** Of TradeExecuted the handle of the taker. */
  get options(): number {
    return this.words[(this.start >> 2) + TAKER_OR_OPTIONS]
  }

  get sells(): boolean {
    return (this.flags & SELLS) !== 0
  }

  get takerSells(): boolean {
    return (this.flags & SELLS) !== 0
  }

  get priorityKept(): boolean {
    return (this.flags & PRIORITY_KEPT) !== 0
  }

  get extras(): LakeEvent['extras'] {
    return this.rest?.extras
  }

  get echo(): LakeEvent['echo'] {
    const { rest } = this
    return rest === undefined ? undefined : (rest.echo ?? echoOf(rest.extras))
  }

  get takerEcho(): LakeEvent['takerEcho'] {
    return this.rest?.takerEcho
  }

  get instrument(): LakeEvent['instrument'] {
    return this.rest?.instrument
  }

  private get handle(): number {
    return this.words[(this.start >> 2) + HANDLE]
  }

  /** Returns the place behind the account and the order id. */
  private keepNames(handle: number, at: number): number {
    const { bytes } = this
    const orderIdAt = at + 1 + bytes[at]
    const end = orderIdAt + 1 + bytes[orderIdAt]
    const account = this.accounts.numberOf(this.view, at + 1, orderIdAt)
    this.latest.names.set(handle, account, this.view, orderIdAt, end)
    return end
  }
}
