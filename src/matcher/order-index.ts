/**
 * Finds a live order by what its account calls it, among those of all symbols of a matcher. The names
 * themselves stand in the columns of live-orders.ts; here is only where.
 *
 *   slot, 12 bytes   handle (0 empty), number of the symbol, hash of the name      a third or more are empty
 *
 * Open addressing, so that a search touches one cache line here and one string there, where maps of maps
 * touch six or more; in a large book that is most of the time that an order takes. An entry that leaves
 * is followed up by those it had pushed aside.
 *
 * Names come from outside. They are hashed by tables of random words (simple tabulation), so that
 * nobody can choose names that meet in one place. What is found does not depend on the tables.
 */

import { getRandomValues } from 'node:crypto'
import { NAME_LENGTH_MAX } from '../protocol/limits.ts'
import type { OpenOrderNames } from './open-order-names.ts'

/**
 * An open order of one of many symbols as a number: the symbol's number and the order's handle. A small
 * integer for the first 64 symbols.
 */
const HANDLES = 2 ** 25

export const symbolOf = (place: number): number => Math.floor(place / HANDLES)
export const handleOf = (place: number): number => place % HANDLES

const SLOTS_AT_FIRST = 64
const SLOT_WORDS = 3
const HANDLE = 0
const SYMBOL = 1
const HASH = 2

/** A random word for each character at each place, of accounts and of order ids: both are ASCII. */
const CODES = 128
const ACCOUNT_WORDS = getRandomValues(new Int32Array(NAME_LENGTH_MAX * CODES))
const ORDER_ID_WORDS = getRandomValues(new Int32Array(NAME_LENGTH_MAX * CODES))

/** Of a name; it differs from process to process. */
export function hashOf(account: string, orderId: string): number {
  let hash = 0
  for (let i = 0; i < account.length; i++) hash ^= ACCOUNT_WORDS[i * CODES + account.charCodeAt(i)]
  for (let i = 0; i < orderId.length; i++) hash ^= ORDER_ID_WORDS[i * CODES + orderId.charCodeAt(i)]
  return hash
}

export class OrderIndex {
  /** By the number of their symbol. */
  private readonly symbols: OpenOrderNames[] = []
  private slots = new Int32Array(SLOTS_AT_FIRST * SLOT_WORDS)
  private mask = SLOTS_AT_FIRST - 1
  private count = 0

  /** Adds the names of a symbol, of which there are none yet; returns the number of the symbol. */
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

  /** Lets an order be found that is not found yet, and knows its hash. */
  add(symbol: number, handle: number): void {
    if (++this.count * 3 > (this.mask + 1) * 2) this.grow()
    this.fill(symbol, handle, this.symbols[symbol].hashOf(handle))
  }

  /** Lets an order not be found any more. */
  remove(symbol: number, handle: number): void {
    const { slots, mask } = this
    let slot = this.symbols[symbol].hashOf(handle) & mask
    while (slots[slot * SLOT_WORDS + HANDLE] !== handle || slots[slot * SLOT_WORDS + SYMBOL] !== symbol) {
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

  /** Empties a slot, and moves into it what may. */
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
