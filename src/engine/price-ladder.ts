/**
 * One side of a book: the price levels with orders, and the step from each level to the next worse one.
 * Bids and asks share the code: a ladder uses *keys*, which increase from the best possible price to
 * the worst (asks: price − 1; bids: 2^31−1 − price). The best price always has the lowest key.
 *
 *   key, 31 bits:   26 leaf key (see price-directory.ts) │ 5 place in the leaf
 *
 *   leaf: 32 neighbouring levels and a bitmap of those in use
 *   level, 16 bytes: i32 head, i32 tail, f64 total lots      (four levels to a cache line)
 *
 * A leaf (520 bytes) exists only while one of its 32 prices has an order. Level = leaf × 32 + place,
 * so the level of an order determines its price. Leaf 0 and level 0 mean "none".
 */

import { PRICE_TICKS_MAX } from '../protocol/limits.ts'
import { BUY } from '../protocol/order/order-options.ts'
import type { FarLook } from './far-look.ts'
import { NEXT, type OrderPool, WORDS_LOG2 } from './order-pool.ts'
import type { EngineSide } from './order-tag.ts'
import { above, lowestBit, PriceDirectory } from './price-directory.ts'

/** Greater than every key: the best key of an empty ladder. Keys are 0 … 2^31−2. */
export const NO_KEY = 0x7fff_ffff

const LEAF_LOG2 = 5
const LEAF_MASK = 31
const LEVEL_BYTES = 16
const LEAVES_AT_FIRST = 2

export class PriceLadder {
  readonly side: EngineSide
  /** `price = keyBase + keySign × key` */
  private readonly keyBase: number
  private readonly keySign: number
  bestKey = NO_KEY
  /** The level of `bestKey`; 0 when empty. */
  bestLevel = 0
  /** Present while orders look far. */
  farLook: FarLook | undefined
  /** Levels in use. */
  levelCount = 0

  readonly directory = new PriceDirectory()
  /** Level words: `level << 2` is its head, the next word its tail. */
  words = new Int32Array(0)
  /** Level doubles: `(level << 1) + 1` is its total. */
  doubles = new Float64Array(0)
  /** For each level: its number of orders. Present once {@link countOrders} was called. */
  orderCounts: Int32Array | undefined
  /** For each leaf: which of its levels are in use. */
  leafBits = new Int32Array(0)
  /** For each leaf: its key; for a free leaf: the next free leaf. */
  leafKeys = new Int32Array(0)
  /** First leaf never used yet. */
  freshLeaf = 1
  freeLeaf = 0

  constructor(side: EngineSide) {
    this.side = side
    this.farLook = undefined
    this.orderCounts = undefined
    this.keyBase = side === BUY ? PRICE_TICKS_MAX : 1
    this.keySign = side === BUY ? -1 : 1
    this.growLeaves(LEAVES_AT_FIRST)
  }

  keyOf(price: number): number {
    return (price - this.keyBase) * this.keySign
  }

  priceOf(key: number): number {
    return this.keyBase + this.keySign * key
  }

  keyOfLevel(level: number): number {
    return (this.leafKeys[level >>> LEAF_LOG2] << LEAF_LOG2) | (level & LEAF_MASK)
  }

  priceOfLevel(level: number): number {
    return this.priceOf(this.keyOfLevel(level))
  }

  /** The level at `key`, or 0 when nothing rests there. */
  find(key: number): number {
    const leaf = this.directory.find(key >>> LEAF_LOG2)
    return leaf !== 0 && (this.leafBits[leaf] >>> (key & LEAF_MASK)) & 1 ? (leaf << LEAF_LOG2) | (key & LEAF_MASK) : 0
  }

  /** The level at `key`; creates an empty one if nothing rests there. */
  open(key: number): number {
    const leaf = this.directory.find(key >>> LEAF_LOG2) || this.addLeaf(key >>> LEAF_LOG2)
    const level = (leaf << LEAF_LOG2) | (key & LEAF_MASK)
    const bits = this.leafBits[leaf]
    if (((bits >>> (key & LEAF_MASK)) & 1) === 0) {
      this.leafBits[leaf] = bits | (1 << (key & LEAF_MASK))
      this.levelCount++
      if (key < this.bestKey) {
        this.bestKey = key
        this.bestLevel = level
      }
    }
    return level
  }

  /** Removes an empty level. The caller has set its head, tail and total to zero. */
  close(level: number): void {
    const leaf = level >>> LEAF_LOG2
    const bits = this.leafBits[leaf] & ~(1 << (level & LEAF_MASK))
    this.leafBits[leaf] = bits
    this.levelCount--
    if (level === this.bestLevel) {
      this.bestLevel = this.next(level)
      this.bestKey = this.bestLevel === 0 ? NO_KEY : this.keyOfLevel(this.bestLevel)
    }
    if (bits === 0) this.removeLeaf(leaf)
  }

  /** The next worse level, or 0. */
  next(level: number): number {
    let leaf = level >>> LEAF_LOG2
    let rest = above(this.leafBits[leaf], level & LEAF_MASK)
    if (rest === 0) {
      leaf = this.directory.after(this.leafKeys[leaf])
      if (leaf === 0) return 0
      rest = this.leafBits[leaf]
    }
    return (leaf << LEAF_LOG2) | lowestBit(rest)
  }

  /** The best level with a key above `key`, which need not be in use; 0 if there is none. */
  after(key: number): number {
    const leaf = this.directory.find(key >>> LEAF_LOG2)
    const rest = leaf === 0 ? 0 : above(this.leafBits[leaf], key & LEAF_MASK)
    if (rest !== 0) return (leaf << LEAF_LOG2) | lowestBit(rest)
    const later = this.directory.after(key >>> LEAF_LOG2)
    return later === 0 ? 0 : (later << LEAF_LOG2) | lowestBit(this.leafBits[later])
  }

  /**
   * An order at one of the levels gains or loses `lots`. Its level is still open if it becomes empty. Callers on the
   * path of every order look at {@link farLook} first, because it is rarely present.
   */
  noteLots(handle: number, lots: number): void {
    if (this.farLook !== undefined && !this.farLook.note(handle, lots)) this.farLook = undefined
  }

  /**
   * The number of orders of each level. It is counted at the first call, which visits every order, and kept from then
   * on. A book that nobody looks at does not pay for it.
   */
  countOrders({ words }: OrderPool): Int32Array {
    if (this.orderCounts !== undefined) return this.orderCounts
    const counts = new Int32Array(this.leafKeys.length << LEAF_LOG2)
    for (let level = this.bestLevel; level !== 0; level = this.next(level)) {
      for (let order = this.words[level << 2]; order !== 0; order = words[(order << WORDS_LOG2) + NEXT]) counts[level]++
    }
    this.orderCounts = counts
    return counts
  }

  /** Bytes allocated. */
  get bytes(): number {
    const { nodes } = this.directory
    return this.words.byteLength + this.leafBits.byteLength + this.leafKeys.byteLength + nodes.byteLength
  }

  private addLeaf(leafKey: number): number {
    let leaf = this.freeLeaf
    if (leaf !== 0) {
      this.freeLeaf = this.leafKeys[leaf]
    } else {
      // By half, not by doubling: leaves are large, and the old and the new array are in memory together.
      const { length } = this.leafKeys
      if (this.freshLeaf === length) this.growLeaves(length + (length >> 1))
      leaf = this.freshLeaf++
    }
    this.leafKeys[leaf] = leafKey
    this.directory.insert(leafKey, leaf)
    return leaf
  }

  private removeLeaf(leaf: number): void {
    this.directory.remove(this.leafKeys[leaf])
    this.leafKeys[leaf] = this.freeLeaf
    this.freeLeaf = leaf
  }

  private growLeaves(capacity: number): void {
    const words = new Int32Array((capacity << LEAF_LOG2) * (LEVEL_BYTES / 4))
    words.set(this.words)
    this.words = words
    this.doubles = new Float64Array(words.buffer)
    const leafBits = new Int32Array(capacity)
    leafBits.set(this.leafBits)
    this.leafBits = leafBits
    if (this.orderCounts !== undefined) {
      const orderCounts = new Int32Array(capacity << LEAF_LOG2)
      orderCounts.set(this.orderCounts)
      this.orderCounts = orderCounts
    }
    const leafKeys = new Int32Array(capacity)
    leafKeys.set(this.leafKeys)
    this.leafKeys = leafKeys
  }
}
