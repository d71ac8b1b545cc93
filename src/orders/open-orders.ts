/**
 * The open orders of one symbol, computed from their events: columns by handle, from which a record is made on
 * request. There is no object for each order, because the garbage collector would copy and mark it for as long
 * as the order is open. That takes longer than matching the order.
 *
 *   numbers, 64 bytes   price (0: none), quantity, filled, receivedAtMs, updatedAtMs, number of the first
 *                       event, number of the last event, option bits (order-options.ts): one cache line
 *
 * The matcher keeps the names of open orders (matcher/open-order-names.ts), because it must find an order by
 * name before it can match. This class only reads them.
 */

import type { CopyArray } from '../protocol/copy-array.ts'
import type { EventCursor } from '../protocol/event/event-cursor.ts'
import { type HandleEntries, HandleMap } from '../protocol/handle-map.ts'
import { FILLS_LISTED_MAX } from '../protocol/limits.ts'
import { copyOptionalFields } from '../protocol/order/optional-fields.ts'
import { isPostOnly, selfTradePreventionOf, sideOf, timeInForceOf, typeOf } from '../protocol/order/order-options.ts'
import type { OrderSortKey } from '../protocol/order/order-sort-key.ts'
import type { OrderExtras } from '../protocol/order/order-terms.ts'
import type { CancelReason } from '../protocol/reasons.ts'
import type { OrderRecord, OrderStatus, PlacedTerms } from '../protocol/records.ts'
import type { Lots, Ticks } from '../protocol/units.ts'

export const NUMBERS = 8
const PRICE = 0
const QUANTITY = 1
const FILLED = 2
const RECEIVED_AT = 3
const UPDATED_AT = 4
const FIRST_EVENT = 5
const LAST_EVENT = 6
const OPTIONS = 7

const PLACES_AT_FIRST = 16
const NO_FILLS: readonly number[] = []

/** The names of a symbol's open orders. */
export interface OpenNames {
  readonly orderIds: readonly string[]
  accountOf(handle: number): string
  /** 0: the account has never had an order in this symbol. */
  accountNumber(account: string): number
  /** The account's newest open order, and the next older one; 0: none. */
  newestOf(account: number): number
  olderThan(handle: number): number
  /** The same from the other end. */
  oldestOf(account: number): number
  newerThan(handle: number): number
}

/** The open orders at one moment, from which a snapshot is made while they change. */
export interface FrozenOrders {
  readonly numbers: Float64Array
  /** A list may grow later. The trades of the moment come first. */
  readonly fills: readonly (readonly number[] | undefined)[]
  readonly requestIds: HandleEntries<string>
  readonly extras: HandleEntries<OrderExtras>
  readonly placed: HandleEntries<PlacedTerms>
}

export class OpenOrders {
  readonly symbol: string
  readonly names: OpenNames
  numbers = new Float64Array(PLACES_AT_FIRST * NUMBERS)
  /** By handle: the ChangedRecords that has noted the order last; see changed-records.ts. */
  marks = new Int32Array(PLACES_AT_FIRST)
  readonly requestIds = new HandleMap<string>()
  readonly extras = new HandleMap<OrderExtras>()
  /** Price and quantity as placed, for amended orders. */
  readonly placed = new HandleMap<PlacedTerms>()
  private readonly fills: (number[] | undefined)[] = []

  constructor(symbol: string, names: OpenNames) {
    this.symbol = symbol
    this.names = names
  }

  accept(event: EventCursor): void {
    const { handle, requestId, extras } = event
    this.reserve(handle)
    const { numbers } = this
    const at = handle * NUMBERS
    numbers[at + PRICE] = event.price
    numbers[at + QUANTITY] = event.quantity
    numbers[at + FILLED] = 0
    numbers[at + RECEIVED_AT] = event.timestampMs
    numbers[at + UPDATED_AT] = event.timestampMs
    numbers[at + FIRST_EVENT] = event.number
    numbers[at + LAST_EVENT] = event.number
    numbers[at + OPTIONS] = event.options
    // A reader that began in mid-stream may have seen a part of the order that had this handle before.
    this.forget(handle)
    if (requestId !== undefined) this.requestIds.set(handle, requestId)
    if (extras !== undefined) this.extras.set(handle, extras)
  }

  addFill(handle: number, event: EventCursor): void {
    this.numbers[handle * NUMBERS + FILLED] += event.quantity
    this.touch(handle, event)
    const fills = this.fills[handle]
    if (fills === undefined) this.fills[handle] = [event.tradeNumber]
    else if (fills.length < FILLS_LISTED_MAX) fills.push(event.tradeNumber)
  }

  amend(event: EventCursor): void {
    const { handle } = event
    const { numbers, placed } = this
    if (!placed.has(handle)) placed.set(handle, this.placedTerms(handle))
    numbers[handle * NUMBERS + PRICE] = event.price
    numbers[handle * NUMBERS + QUANTITY] = event.quantity
    this.touch(handle, event)
  }

  touch(handle: number, event: EventCursor): void {
    this.numbers[handle * NUMBERS + LAST_EVENT] = event.number
    this.numbers[handle * NUMBERS + UPDATED_AT] = event.timestampMs
  }

  fillsOf(handle: number): readonly number[] {
    return this.fills[handle] ?? NO_FILLS
  }

  /** Price and quantity as placed. */
  placedTerms(handle: number): PlacedTerms {
    const { numbers } = this
    const at = handle * NUMBERS
    return this.placed.get(handle) ?? { price: numbers[at + PRICE] as Ticks, quantity: numbers[at + QUANTITY] as Lots }
  }

  sortKeyOf(handle: number): OrderSortKey {
    return [this.numbers[handle * NUMBERS + RECEIVED_AT], this.numbers[handle * NUMBERS + FIRST_EVENT], this.symbol]
  }

  optionsOf(handle: number): number {
    return this.numbers[handle * NUMBERS + OPTIONS]
  }

  statusOf(handle: number): OrderStatus {
    return this.numbers[handle * NUMBERS + FILLED] > 0 ? 'PARTIALLY_FILLED' : 'NEW'
  }

  /** The present record of an open order. */
  record(handle: number): OrderRecord {
    const { names } = this
    const fills = this.fills[handle]?.slice() ?? NO_FILLS
    return this.recordAs(handle, names.accountOf(handle), names.orderIds[handle], this.statusOf(handle), null, fills)
  }

  /** The last record of an order that closes. Its columns are free then. */
  close(
    handle: number,
    account: string,
    orderId: string,
    status: OrderStatus,
    reason: CancelReason | null,
  ): OrderRecord {
    const record = this.recordAs(handle, account, orderId, status, reason, this.fillsOf(handle))
    this.forget(handle)
    return record
  }

  /** Cost: a copy of 72 bytes for each place, and of the values that few orders have. */
  freeze(copy: CopyArray): FrozenOrders {
    const { requestIds, extras, placed, fills, numbers } = this
    return {
      numbers: copy(numbers, fills.length * NUMBERS),
      fills: fills.slice(),
      requestIds: requestIds.entries(),
      extras: extras.entries(),
      placed: placed.entries(),
    }
  }

  private forget(handle: number): void {
    this.marks[handle] = 0
    if (this.requestIds.size > 0) this.requestIds.delete(handle)
    if (this.extras.size > 0) this.extras.delete(handle)
    if (this.placed.size > 0) this.placed.delete(handle)
    this.fills[handle] = undefined
  }

  /** Enters an order of a snapshot. */
  restore(handle: number, numbers: Float64Array, fills: number[] | undefined): void {
    this.reserve(handle)
    this.numbers.set(numbers, handle * NUMBERS)
    this.fills[handle] = fills
  }

  private recordAs(
    handle: number,
    account: string,
    orderId: string,
    status: OrderStatus,
    reason: CancelReason | null,
    fills: readonly number[],
  ): OrderRecord {
    const { numbers } = this
    const at = handle * NUMBERS
    const price = numbers[at + PRICE]
    const options = numbers[at + OPTIONS]
    const record: OrderRecord = {
      account,
      orderId,
      symbol: this.symbol,
      side: sideOf(options),
      type: typeOf(options),
      timeInForce: timeInForceOf(options),
      price: price === 0 ? null : (price as Ticks),
      quantity: numbers[at + QUANTITY] as Lots,
      filled: numbers[at + FILLED] as Lots,
      status,
      reason,
      receivedAtMs: numbers[at + RECEIVED_AT],
      updatedAtMs: numbers[at + UPDATED_AT],
      firstEvent: numbers[at + FIRST_EVENT],
      lastEvent: numbers[at + LAST_EVENT],
      fills,
      placed: valueIn(this.placed, handle),
      requestId: valueIn(this.requestIds, handle),
      postOnly: isPostOnly(options),
      selfTradePrevention: selfTradePreventionOf(options),
      expiresAtMs: null,
    }
    const extras = this.extras.size === 0 ? undefined : this.extras.get(handle)
    if (extras !== undefined) copyOptionalFields(extras, record)
    return record
  }

  /** Grows the arrays to contain `handle`. Handles grow one by one, so the arrays stay dense. */
  private reserve(handle: number): void {
    while (this.fills.length <= handle) this.fills.push(undefined)
    const places = this.marks.length
    if (handle < places) return
    const wanted = Math.max(handle + 1, places + (places >> 1))
    this.numbers = grown(this.numbers, new Float64Array(wanted * NUMBERS))
    this.marks = grown(this.marks, new Int32Array(wanted))
  }
}

/** Most often a map is empty, and then there is no lookup. */
const valueIn = <V>(map: HandleMap<V>, handle: number): V | null => (map.size === 0 ? null : (map.get(handle) ?? null))

function grown<A extends Float64Array | Int32Array>(from: A, to: A): A {
  to.set(from)
  return to
}
