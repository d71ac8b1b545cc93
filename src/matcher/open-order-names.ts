/**
 * The open orders of one symbol by the engine's handle: their accounts, their order ids, and the terms that
 * the engine does not keep. Commands find their order here, and events read their names here. The filled
 * quantity of an order is not here; src/orders computes it from the events.
 *
 *   words, 16 bytes     account number; the account's next older and next newer order; hash of the name
 *                       (order-index.ts)
 *
 * The extras and the terms as placed of an order are also in orders/open-orders.ts. The matcher needs them to
 * recognize a repeated order and to repeat the echo fields in events. It must not read them there, because the
 * orders are a fold of its events. Few orders have any, so keeping them twice costs little.
 *
 * There is no object for each order, because the garbage collector would copy and mark it for as long as the
 * order is open. That takes longer than matching the order.
 */

import { invariant } from '../protocol/assert.ts'
import type { CopyArray } from '../protocol/copy-array.ts'
import { HandleMap } from '../protocol/handle-map.ts'
import { BOOK_ACCOUNTS_MAX } from '../protocol/limits.ts'
import type { OrderExtras } from '../protocol/order/order-terms.ts'
import type { PlacedTerms } from '../protocol/records.ts'
import type { OpenOrderCounts } from './open-order-counts.ts'

const WORDS = 4
const ACCOUNT = 0
const OLDER = 1
const NEWER = 2
const HASH = 3

const PLACES_AT_FIRST = 16

/** The values of an order that enters, each computed once. */
export interface Entry {
  /** Number of its account. */
  readonly account: number
  /** Bits of order-options.ts. */
  readonly options: number
  /** Ticks; 0 for a market order. */
  readonly price: number
  /** Hash of the account and order id; see order-index.ts. */
  readonly hash: number
  readonly extras: OrderExtras | undefined
}

/** The names at one moment, from which a snapshot is made while they change. */
export interface FrozenNames {
  readonly accounts: readonly string[]
  /** By handle; '' if no order is open. */
  readonly orderIds: readonly string[]
  /** Handles of an account's open orders, oldest first. */
  oldestFirst(account: number): Generator<number>
}

export class OpenOrderNames {
  readonly symbol: string
  /** Names of the accounts 1, 2, 3 …, and their numbers. */
  readonly accounts: string[] = []
  private readonly accountNumbers = new Map<string, number>()
  private words = new Int32Array(PLACES_AT_FIRST * WORDS)
  /** By handle; '' if no order is open. */
  readonly orderIds: string[] = ['']
  /** Optional terms that have no option bit; few orders have any. */
  readonly extras = new HandleMap<OrderExtras>()
  /** Price and quantity as placed, for orders that an amendment may have changed. */
  readonly placed = new HandleMap<PlacedTerms>()
  /** The newest open order of each account by number; 0: none. */
  private readonly newest: number[] = [0]
  /** The oldest one. */
  private readonly oldest: number[] = [0]
  private readonly counts: OpenOrderCounts | undefined
  /** The number in `counts` of each account by number. */
  private readonly counted: number[] = [0]

  /** `counts`: counts the open orders of accounts over all symbols. Absent: nobody asks for them. */
  constructor(symbol: string, counts?: OpenOrderCounts) {
    this.symbol = symbol
    this.counts = counts
  }

  /** The number of an account that already has one, else 0. */
  accountNumber(account: string): number {
    return this.accountNumbers.get(account) ?? 0
  }

  addAccount(account: string): number {
    invariant(this.accounts.length < BOOK_ACCOUNTS_MAX, 'too many accounts in one book')
    const number = this.accounts.push(account)
    this.accountNumbers.set(account, number)
    this.newest.push(0)
    this.oldest.push(0)
    if (this.counts !== undefined) this.counted.push(this.counts.numberOf(account))
    return number
  }

  isOpen(handle: number): boolean {
    const orderId = this.orderIds[handle]
    return orderId !== undefined && orderId !== ''
  }

  /** The handles of all open orders, ascending. */
  *handles(): Generator<number> {
    for (let handle = 1; handle < this.orderIds.length; handle++) if (this.isOpen(handle)) yield handle
  }

  enter(handle: number, orderId: string, entry: Entry): void {
    this.reserve(handle)
    const { words } = this
    const word = handle * WORDS
    words[word + ACCOUNT] = entry.account
    words[word + HASH] = entry.hash
    this.link(handle, entry.account)
    this.orderIds[handle] = orderId
    if (entry.extras !== undefined) this.extras.set(handle, entry.extras)
  }

  remove(handle: number): void {
    this.unlink(handle)
    this.orderIds[handle] = ''
    if (this.extras.size > 0) this.extras.delete(handle)
    if (this.placed.size > 0) this.placed.delete(handle)
  }

  accountOf(handle: number): string {
    return this.accounts[this.words[handle * WORDS + ACCOUNT] - 1]
  }

  /** Computed by order-index.ts. */
  hashOf(handle: number): number {
    return this.words[handle * WORDS + HASH]
  }

  /** Handles of an account's open orders, oldest first. */
  oldestFirst(account: number): number[] {
    const handles: number[] = []
    for (let handle = this.newestOf(account); handle !== 0; handle = this.olderThan(handle)) handles.push(handle)
    return handles.reverse()
  }

  /** Cost: a copy of 24 bytes for each place. */
  freeze(copy: CopyArray): FrozenNames {
    const words = copy(this.words, this.orderIds.length * WORDS)
    const oldest = [...this.oldest]
    return {
      accounts: [...this.accounts],
      orderIds: this.orderIds.slice(),
      *oldestFirst(account) {
        for (let handle = oldest[account]; handle !== 0; handle = words[handle * WORDS + NEWER]) yield handle
      },
    }
  }

  /** The newest open order of an account, or 0. */
  newestOf(account: number): number {
    return this.newest[account]
  }

  /** The oldest open order of an account, or 0. */
  oldestOf(account: number): number {
    return this.oldest[account]
  }

  /** The next newer open order of the same account, or 0. */
  newerThan(handle: number): number {
    return this.words[handle * WORDS + NEWER]
  }

  /** The next older open order of the same account, or 0. */
  olderThan(handle: number): number {
    return this.words[handle * WORDS + OLDER]
  }

  /** Enters an order of a snapshot. The caller passes the orders of one account oldest first. */
  restore(handle: number, orderId: string, account: number, hash: number): void {
    this.reserve(handle)
    const { words } = this
    words[handle * WORDS + ACCOUNT] = account
    words[handle * WORDS + HASH] = hash
    this.link(handle, account)
    this.orderIds[handle] = orderId
  }

  private link(handle: number, account: number): void {
    const { words, newest, counts } = this
    const older = newest[account]
    if (counts !== undefined) counts.open[this.counted[account]]++
    words[handle * WORDS + OLDER] = older
    words[handle * WORDS + NEWER] = 0
    if (older !== 0) words[older * WORDS + NEWER] = handle
    else this.oldest[account] = handle
    newest[account] = handle
  }

  private unlink(handle: number): void {
    const { words, counts } = this
    const account = words[handle * WORDS + ACCOUNT]
    const older = words[handle * WORDS + OLDER]
    const newer = words[handle * WORDS + NEWER]
    if (counts !== undefined) counts.open[this.counted[account]]--
    if (older !== 0) words[older * WORDS + NEWER] = newer
    else this.oldest[account] = newer
    if (newer !== 0) words[newer * WORDS + OLDER] = older
    else this.newest[account] = older
  }

  /** Grows the arrays to contain `handle`. Handles grow one by one, so the arrays stay dense. */
  private reserve(handle: number): void {
    while (this.orderIds.length <= handle) this.orderIds.push('')
    const places = this.words.length / WORDS
    if (handle < places) return
    const words = new Int32Array(Math.max(handle + 1, places + (places >> 1)) * WORDS)
    words.set(this.words)
    this.words = words
  }
}
