/**
 * Finds an open order by account and order id, among the orders of all symbols of a matcher. It contains only
 * places; the names themselves are in open-order-names.ts.
 *
 *   slot, 12 bytes   handle (0 empty), number of the symbol, hash of the name      a third or more are empty
 *
 * Open addressing: a search touches one cache line here and one string there. Maps of maps would touch six or
 * more, which in a large book is most of the time that an order takes. After a removal, the entries behind it
 * move forward, so there are no tombstones.
 *
 * Clients choose the names. Tables of random words hash them (simple tabulation), so that a client cannot
 * choose names that collide. The result of a search does not depend on the tables.
 */

import { getRandomValues } from 'node:crypto'
import { invariant } from '../protocol/assert.ts'
import { NAME_LENGTH_MAX } from '../protocol/limits.ts'
import type { OpenOrderCounts } from './open-order-counts.ts'
import type { OpenOrderNames } from './open-order-names.ts'

/**
 * A place is one number that identifies an open order: the symbol's number × 2^25 plus the order's handle. For
 * the first 64 symbols it is below 2^31, which JavaScript engines store as a small integer.
 */
const HANDLES = 2 ** 25

export const symbolOf = (place: number): number => Math.floor(place / HANDLES)
export const handleOf = (place: number): number => place % HANDLES

const SLOTS_AT_FIRST = 64
const SLOT_WORDS = 3
const HANDLE = 0
const SYMBOL = 1
const HASH = 2

/** A random word for each character at each position, for accounts and for order ids. Both are ASCII. */
const CODES = 128
const ACCOUNT_WORDS = getRandomValues(new Int32Array(NAME_LENGTH_MAX * CODES))
const ORDER_ID_WORDS = getRandomValues(new Int32Array(NAME_LENGTH_MAX * CODES))

/** The hash of a name. It differs between processes. */
export function hashOf(account: string, orderId: string): number {
  let hash = 0
  for (let i = 0; i < account.length; i++) hash ^= ACCOUNT_WORDS[i * CODES + account.charCodeAt(i)]
  for (let i = 0; i < orderId.length; i++) hash ^= ORDER_ID_WORDS[i * CODES + orderId.charCodeAt(i)]
  return hash
}

export class OrderIndex {
  /** Open orders of each account. Absent: nobody asks for them. */
  readonly counts: OpenOrderCounts | undefined
  /** By the number of the symbol. */
  private readonly symbols: OpenOrderNames[] = []
  private slots = new Int32Array(SLOTS_AT_FIRST * SLOT_WORDS)
  private mask = SLOTS_AT_FIRST - 1
  private count = 0

  constructor(counts?: OpenOrderCounts) {
    this.counts = counts
  }

  /** Adds a symbol without open orders; returns the number of the symbol. */
  join(names: OpenOrderNames): number {
    return this.symbols.push(names) - 1
  }

  /** The names of the symbol whose order is at a place. */
  namesAt(place: number): OpenOrderNames {
    return this.symbols[symbolOf(place)]
  }

  /** The place of an order, or 0. */
  find(account: string, orderId: string, hash = hashOf(account, orderId)): number {
    const { slots, mask } = this
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const at = slot * SLOT_WORDS
      const handle = slots[at + HANDLE]
      if (handle === 0) return 0
      if (slots[at + HASH] !== hash) continue
      const symbol = slots[at + SYMBOL]
      const orders = this.symbols[symbol]
      if (orders.orderIds[handle] === orderId && orders.accountOf(handle) === account) return symbol * HANDLES + handle
    }
  }

  /** Adds an order that is not in the index. Its names contain its hash already. */
  add(symbol: number, handle: number): void {
    if (++this.count * 3 > (this.mask + 1) * 2) this.grow()
    this.fill(symbol, handle, this.symbols[symbol].hashOf(handle))
  }

  /** Removes an order from the index. */
  remove(symbol: number, handle: number): void {
    const { slots, mask } = this
    let slot = this.symbols[symbol].hashOf(handle) & mask
    while (slots[slot * SLOT_WORDS + HANDLE] !== handle || slots[slot * SLOT_WORDS + SYMBOL] !== symbol) {
      invariant(slots[slot * SLOT_WORDS + HANDLE] !== 0, 'an order that is removed is in the index')
      slot = (slot + 1) & mask
    }
    this.count--
    this.vacate(slot)
  }

  private fill(symbol: number, handle: number, hash: number): void {
    const { slots, mask } = this
    let slot = hash & mask
    while (slots[slot * SLOT_WORDS + HANDLE] !== 0) slot = (slot + 1) & mask
    const at = slot * SLOT_WORDS
    slots[at + HANDLE] = handle
    slots[at + SYMBOL] = symbol
    slots[at + HASH] = hash
  }

  /** Empties a slot and moves the entries behind it forward. */
  private vacate(hole: number): void {
    const { slots, mask } = this
    for (let slot = (hole + 1) & mask; slots[slot * SLOT_WORDS + HANDLE] !== 0; slot = (slot + 1) & mask) {
      const home = slots[slot * SLOT_WORDS + HASH] & mask
      // An entry may move back into the hole unless its home lies after the hole.
      if (((slot - home) & mask) < ((slot - hole) & mask)) continue
      slots.copyWithin(hole * SLOT_WORDS, slot * SLOT_WORDS, (slot + 1) * SLOT_WORDS)
      hole = slot
    }
    slots[hole * SLOT_WORDS + HANDLE] = 0
  }

  private grow(): void {
    const old = this.slots
    this.mask = this.mask * 2 + 1
    this.slots = new Int32Array((this.mask + 1) * SLOT_WORDS)
    for (let at = 0; at < old.length; at += SLOT_WORDS) {
      if (old[at + HANDLE] !== 0) this.fill(old[at + SYMBOL], old[at + HANDLE], old[at + HASH])
    }
  }
}
