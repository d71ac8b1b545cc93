/**
 * The orders that live in one book, beside what the engine keeps of them: columns by the engine's handle,
 * and a record made of them when somebody wants to see one. An object for each would be copied and
 * marked by the collector for as long as it lives, which takes longer than to match it.
 *
 *   numbers, 64 bytes   price (0: none), quantity, filled, expiresAtMs (NaN: never), receivedAtMs,
 *                       updatedAtMs, number of the first event, number of the last event
 *   words, 20 bytes     options, account; the account's next older and next newer order; hash of the
 *                       name (order-index.ts)
 */

import { invariant } from '../protocol/assert.ts'
import type { PlaceOrder } from '../protocol/commands.ts'
import { BOOK_ACCOUNTS_MAX, FILLS_LISTED_MAX } from '../protocol/limits.ts'
import { isPostOnly, selfTradePreventionOf, sideOf, timeInForceOf, typeOf } from '../protocol/order-options.ts'
import type { OrderSortKey } from '../protocol/order-sort-key.ts'
import type { CancelReason, RejectReason } from '../protocol/reasons.ts'
import type { OrderRecord, OrderStatus, PlacedTerms } from '../protocol/records.ts'
import type { Lots, Ticks } from '../protocol/units.ts'

export const NUMBERS = 8
const PRICE = 0
const QUANTITY = 1
const FILLED = 2
const EXPIRES_AT = 3
const RECEIVED_AT = 4
const UPDATED_AT = 5
const FIRST_EVENT = 6
const LAST_EVENT = 7

export const WORDS = 5
const OPTIONS = 0
const ACCOUNT = 1
const OLDER = 2
const NEWER = 3
const HASH = 4
/** Those that a snapshot needs: the others follow from them. */
export const WORDS_KEPT = 3

const PLACES_AT_FIRST = 16
const NO_FILLS: readonly number[] = []

/** What is worked out of an order as it enters. */
export interface Entry {
  /** Number of its account. */
  readonly account: number
  /** Bits of order-options.ts. */
  readonly options: number
  /** Of its name; see order-index.ts. */
  readonly hash: number
}

export class LiveOrders {
  readonly symbol: string
  /** Names of the accounts 1, 2, 3 …, and their numbers. */
  readonly accounts: string[] = []
  private readonly accountNumbers = new Map<string, number>()
  numbers = new Float64Array(PLACES_AT_FIRST * NUMBERS)
  words = new Int32Array(PLACES_AT_FIRST * WORDS)
  /** Which outbox has noted a change; see outbox.ts. */
  marks = new Int32Array(PLACES_AT_FIRST)
  /** '' where no order lives. */
  readonly orderIds: string[] = ['']
  readonly requestIds = new Map<number, string>()
  /** Of those that have been amended. */
  readonly placed = new Map<number, PlacedTerms>()
  /** The latest order of each account by number; 0 if none, as of nobody. */
  private readonly latest: number[] = [0]
  private readonly fills: (number[] | undefined)[] = [undefined]

  constructor(symbol: string) {
    this.symbol = symbol
  }

  /** The number of an account seen before; 0 of any other. */
  accountNumber(account: string): number {
    return this.accountNumbers.get(account) ?? 0
  }

  addAccount(account: string): number {
    invariant(this.accounts.length < BOOK_ACCOUNTS_MAX, 'too many accounts in one book')
    const number = this.accounts.push(account)
    this.accountNumbers.set(account, number)
    this.latest.push(0)
    return number
  }

  lives(handle: number): boolean {
    const orderId = this.orderIds[handle]
    return orderId !== undefined && orderId !== ''
  }

  /** Handles of all, in their order. */
  *handles(): Generator<number> {
    for (let handle = 1; handle < this.orderIds.length; handle++) if (this.lives(handle)) yield handle
  }

  accept(handle: number, command: PlaceOrder, entry: Entry, timestampMs: number, eventNumber: number): void {
    this.reserve(handle)
    const { numbers, words } = this
    const number = handle * NUMBERS
    numbers[number + PRICE] = command.price ?? 0
    numbers[number + QUANTITY] = command.quantity
    numbers[number + FILLED] = 0
    numbers[number + EXPIRES_AT] = command.expiresAtMs ?? Number.NaN
    numbers[number + RECEIVED_AT] = timestampMs
    numbers[number + UPDATED_AT] = timestampMs
    numbers[number + FIRST_EVENT] = eventNumber
    numbers[number + LAST_EVENT] = eventNumber
    words[handle * WORDS + OPTIONS] = entry.options
    words[handle * WORDS + ACCOUNT] = entry.account
    words[handle * WORDS + HASH] = entry.hash
    this.link(handle, entry.account)
    this.marks[handle] = 0
    this.orderIds[handle] = command.orderId
    if (command.requestId !== undefined) this.requestIds.set(handle, command.requestId)
  }

  /** Answers whether the order is filled now. */
  addFill(handle: number, tradeNumber: number, quantity: number, eventNumber: number, timestampMs: number): boolean {
    const { numbers } = this
    const number = handle * NUMBERS
    numbers[number + FILLED] += quantity
    this.touch(handle, eventNumber, timestampMs)
    const fills = this.fills[handle]
    if (fills === undefined) this.fills[handle] = [tradeNumber]
    else if (fills.length < FILLS_LISTED_MAX) fills.push(tradeNumber)
    return numbers[number + FILLED] === numbers[number + QUANTITY]
  }

  amend(handle: number, price: number, quantity: number, eventNumber: number, timestampMs: number): void {
    if (!this.placed.has(handle)) {
      this.placed.set(handle, { price: this.priceOf(handle), quantity: this.quantityOf(handle) })
    }
    this.numbers[handle * NUMBERS + PRICE] = price
    this.numbers[handle * NUMBERS + QUANTITY] = quantity
    this.touch(handle, eventNumber, timestampMs)
  }

  touch(handle: number, eventNumber: number, timestampMs: number): void {
    this.numbers[handle * NUMBERS + LAST_EVENT] = eventNumber
    this.numbers[handle * NUMBERS + UPDATED_AT] = timestampMs
  }

  remove(handle: number): void {
    this.unlink(handle)
    this.orderIds[handle] = ''
    this.marks[handle] = 0
    if (this.requestIds.size > 0) this.requestIds.delete(handle)
    if (this.placed.size > 0) this.placed.delete(handle)
    this.fills[handle] = undefined
  }

  /** Only limit orders rest. */
  priceOf(handle: number): Ticks {
    const price = this.numbers[handle * NUMBERS + PRICE]
    invariant(price > 0, 'a resting order has a price')
    return price as Ticks
  }

  quantityOf(handle: number): Lots {
    return this.numbers[handle * NUMBERS + QUANTITY] as Lots
  }

  filledOf(handle: number): Lots {
    return this.numbers[handle * NUMBERS + FILLED] as Lots
  }

  accountOf(handle: number): string {
    return this.accounts[this.words[handle * WORDS + ACCOUNT] - 1]
  }

  fillsOf(handle: number): readonly number[] {
    return this.fills[handle] ?? NO_FILLS
  }

  /** See order-index.ts, which alone can tell. */
  hashOf(handle: number): number {
    return this.words[handle * WORDS + HASH]
  }

  setHash(handle: number, hash: number): void {
    this.words[handle * WORDS + HASH] = hash
  }

  /** Handles of an account's orders as they entered. */
  oldestFirst(account: number): number[] {
    const handles: number[] = []
    for (let handle = this.latestOf(account); handle !== 0; handle = this.olderThan(handle)) handles.push(handle)
    return handles.reverse()
  }

  /** The order of an account that entered last; 0 if it has none. */
  latestOf(account: number): number {
    return this.latest[account]
  }

  /** The order that the same account entered before; 0 if none. */
  olderThan(handle: number): number {
    return this.words[handle * WORDS + OLDER]
  }

  sortKeyOf(handle: number): OrderSortKey {
    return [this.numbers[handle * NUMBERS + RECEIVED_AT], this.numbers[handle * NUMBERS + FIRST_EVENT], this.symbol]
  }

  statusOf(handle: number): OrderStatus {
    return this.numbers[handle * NUMBERS + FILLED] > 0 ? 'PARTIALLY_FILLED' : 'NEW'
  }

  /** The record of an order as it stands; of one that lives, unless told how it ends. */
  record(handle: number, status?: OrderStatus, reason: CancelReason | RejectReason | null = null): OrderRecord {
    const { numbers, words } = this
    const number = handle * NUMBERS
    const options = words[handle * WORDS + OPTIONS]
    const filled = numbers[number + FILLED]
    const price = numbers[number + PRICE]
    const expiresAtMs = numbers[number + EXPIRES_AT]
    const fills = this.fills[handle]
    return {
      account: this.accountOf(handle),
      orderId: this.orderIds[handle],
      symbol: this.symbol,
      side: sideOf(options),
      type: typeOf(options),
      timeInForce: timeInForceOf(options),
      postOnly: isPostOnly(options),
      selfTradePrevention: selfTradePreventionOf(options),
      price: price === 0 ? null : (price as Ticks),
      quantity: numbers[number + QUANTITY] as Lots,
      filled: filled as Lots,
      status: status ?? this.statusOf(handle),
      reason,
      expiresAtMs: Number.isNaN(expiresAtMs) ? null : expiresAtMs,
      receivedAtMs: numbers[number + RECEIVED_AT],
      updatedAtMs: numbers[number + UPDATED_AT],
      firstEvent: numbers[number + FIRST_EVENT],
      lastEvent: numbers[number + LAST_EVENT],
      // An order that has ended will not change its list any more.
      fills: fills === undefined ? NO_FILLS : status === undefined ? [...fills] : fills,
      placed: this.placed.get(handle) ?? null,
      requestId: this.requestIds.get(handle) ?? null,
    }
  }

  /** Takes an order's columns from a snapshot. */
  restore(handle: number, orderId: string, numbers: Float64Array, words: Int32Array, fills?: number[]): void {
    this.reserve(handle)
    this.numbers.set(numbers, handle * NUMBERS)
    this.words.set(words, handle * WORDS)
    this.orderIds[handle] = orderId
    this.fills[handle] = fills
  }

  /** To be called after the last {@link restore}: what follows from the words kept. */
  relink(): void {
    const { words, latest } = this
    for (const handle of this.handles()) words[this.olderThan(handle) * WORDS + NEWER] = handle
    for (const handle of this.handles()) {
      if (words[handle * WORDS + NEWER] === 0) latest[words[handle * WORDS + ACCOUNT]] = handle
    }
  }

  private link(handle: number, account: number): void {
    const { words, latest } = this
    const older = latest[account]
    words[handle * WORDS + OLDER] = older
    words[handle * WORDS + NEWER] = 0
    if (older !== 0) words[older * WORDS + NEWER] = handle
    latest[account] = handle
  }

  private unlink(handle: number): void {
    const { words } = this
    const older = words[handle * WORDS + OLDER]
    const newer = words[handle * WORDS + NEWER]
    if (older !== 0) words[older * WORDS + NEWER] = newer
    if (newer !== 0) words[newer * WORDS + OLDER] = older
    else this.latest[words[handle * WORDS + ACCOUNT]] = older
  }

  /** Room for `handle`; handles come one by one, so arrays stay dense. */
  private reserve(handle: number): void {
    while (this.orderIds.length <= handle) {
      this.orderIds.push('')
      this.fills.push(undefined)
    }
    if (handle < this.marks.length) return
    const places = Math.max(handle + 1, this.marks.length + (this.marks.length >> 1))
    this.numbers = grown(this.numbers, new Float64Array(places * NUMBERS))
    this.words = grown(this.words, new Int32Array(places * WORDS))
    this.marks = grown(this.marks, new Int32Array(places))
  }
}

function grown<A extends Float64Array | Int32Array>(from: A, to: A): A {
  to.set(from)
  return to
}
