/**
 * One side of a book: the price levels that hold orders, and the way from each to the next worse.
 * Bids and asks are the same code: a ladder speaks of *keys*, which grow from the best possible
 * price to the worst (asks: price − 1; bids: 2^31−1 − price), so "best" is always the lowest key.
 *
 *   key, 31 bits:   8 root │ 9 middle │ 9 low │ 5 leaf
 *
 *   directory ─ nodes of 512 children ─▶ leaf: 32 neighbouring levels and a bitmap of those in use
 *   level, 16 bytes: i32 head, i32 tail, f64 total lots      (four levels to a cache line)
 *
 * A leaf exists only while one of its 32 prices holds an order (528 bytes), a node only while it
 * has a child (2,176 bytes), so memory follows the prices in use and not the range they span.
 * Every node carries a bitmap of its children and a summary of that bitmap: the next level is found
 * by counting zeros, never by walking prices. Level = leaf × 32 + place, so an order that knows its
 * level knows its price. Leaf, node and level 0 are "none".
 */

import { PRICE_TICKS_MAX } from '../protocol/limits.ts'
import { BUY, type EngineSide } from './order-tag.ts'

/** Greater than every key: the best key of an empty ladder. Keys are 0 … 2^31−2. */
export const NO_KEY = 0x7fff_ffff

const LEAF_LOG2 = 5
const LEAF_MASK = 31
const CHILDREN_LOG2 = 9
const CHILDREN = 1 << CHILDREN_LOG2
const CHILD_MASK = CHILDREN - 1
/** A node: 512 children, 16 bitmap words, 1 summary word, padded to 544 words. */
const BITMAP = CHILDREN
const SUMMARY = BITMAP + CHILDREN / 32
const NODE_WORDS = 544
const ROOT = 1

/** Position of the lowest set bit. */
const lowestBit = (word: number): number => 31 - Math.clz32(word & -word)
/** The bits of a word above `bit`: shifting by 32 would shift by 0, hence in two steps. */
const above = (word: number, bit: number): number => word & ((-1 << bit) << 1)

export class PriceLadder {
  readonly side: EngineSide
  /** `price = keyBase + keySign × key` */
  private readonly keyBase: number
  private readonly keySign: number
  bestKey = NO_KEY
  /** The level of `bestKey`; 0 when empty. */
  bestLevel = 0
  /** Levels in use. */
  levelCount = 0

  /** Level words: `level << 2` is its head, the next word its tail. */
  words = new Int32Array(0)
  /** Level doubles: `(level << 1) + 1` is its total. */
  doubles = new Float64Array(0)
  private leafBits = new Int32Array(0)
  private leafKeys = new Int32Array(0)
  private leafCapacity = 0
  private freshLeaf = 1
  private freeLeaf = 0

  private nodes = new Int32Array(NODE_WORDS * 4)
  private freshNode = ROOT + 1
  private freeNode = 0

  /** The leaf last reached by key: orders cluster, so it is usually the next one wanted too. */
  private recentLeafKey = -1
  private recentLeaf = 0

  constructor(side: EngineSide) {
    this.side = side
    this.keyBase = side === BUY ? PRICE_TICKS_MAX : 1
    this.keySign = side === BUY ? -1 : 1
    this.growLeaves(4)
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
    const leaf = this.findLeaf(key >>> LEAF_LOG2)
    return leaf !== 0 && (this.leafBits[leaf] >>> (key & LEAF_MASK)) & 1 ? (leaf << LEAF_LOG2) | (key & LEAF_MASK) : 0
  }

  /** The level at `key`, opened empty if nothing rests there. */
  open(key: number): number {
    const leafKey = key >>> LEAF_LOG2
    let leaf = leafKey === this.recentLeafKey ? this.recentLeaf : this.findLeaf(leafKey)
    if (leaf === 0) leaf = this.addLeaf(leafKey)
    const bit = 1 << (key & LEAF_MASK)
    const level = (leaf << LEAF_LOG2) | (key & LEAF_MASK)
    const bits = this.leafBits[leaf]
    if ((bits & bit) === 0) {
      this.leafBits[leaf] = bits | bit
      this.levelCount++
      if (key < this.bestKey) {
        this.bestKey = key
        this.bestLevel = level
      }
    }
    return level
  }

  /** Removes a level that has become empty. Its head, tail and total are zero by then. */
  close(level: number): void {
    const leaf = level >>> LEAF_LOG2
    const bits = this.leafBits[leaf] & ~(1 << (level & LEAF_MASK))
    this.leafBits[leaf] = bits
    this.levelCount--
    if (level === this.bestLevel) {
      const rest = above(bits, level & LEAF_MASK)
      if (rest !== 0) {
        const place = lowestBit(rest)
        this.bestLevel = (leaf << LEAF_LOG2) | place
        this.bestKey = (this.leafKeys[leaf] << LEAF_LOG2) | place
      } else {
        this.setBest(this.firstLevelAfter(this.leafKeys[leaf]))
      }
    }
    if (bits === 0) this.removeLeaf(leaf)
  }

  /** The next worse level, or 0. */
  next(level: number): number {
    const leaf = level >>> LEAF_LOG2
    const rest = above(this.leafBits[leaf], level & LEAF_MASK)
    return rest !== 0 ? (leaf << LEAF_LOG2) | lowestBit(rest) : this.firstLevelAfter(this.leafKeys[leaf])
  }

  /** Bytes held. */
  get bytes(): number {
    return this.words.byteLength + this.leafBits.byteLength + this.leafKeys.byteLength + this.nodes.byteLength
  }

  private setBest(level: number): void {
    this.bestLevel = level
    this.bestKey = level === 0 ? NO_KEY : this.keyOfLevel(level)
  }

  private findLeaf(leafKey: number): number {
    if (leafKey === this.recentLeafKey) return this.recentLeaf
    const nodes = this.nodes
    const middle = nodes[ROOT * NODE_WORDS + (leafKey >>> (2 * CHILDREN_LOG2))]
    const low = nodes[middle * NODE_WORDS + ((leafKey >>> CHILDREN_LOG2) & CHILD_MASK)]
    const leaf = nodes[low * NODE_WORDS + (leafKey & CHILD_MASK)]
    if (leaf !== 0) {
      this.recentLeafKey = leafKey
      this.recentLeaf = leaf
    }
    return leaf
  }

  private firstLevelAfter(leafKey: number): number {
    const root = ROOT
    const middle = this.nodes[root * NODE_WORDS + (leafKey >>> (2 * CHILDREN_LOG2))]
    const low = this.nodes[middle * NODE_WORDS + ((leafKey >>> CHILDREN_LOG2) & CHILD_MASK)]
    let leaf = this.childAfter(low, leafKey & CHILD_MASK)
    if (leaf === 0) {
      let nextLow = this.childAfter(middle, (leafKey >>> CHILDREN_LOG2) & CHILD_MASK)
      if (nextLow === 0) {
        const nextMiddle = this.childAfter(root, leafKey >>> (2 * CHILDREN_LOG2))
        if (nextMiddle === 0) return 0
        nextLow = this.childAfter(nextMiddle, -1)
      }
      leaf = this.childAfter(nextLow, -1)
    }
    return (leaf << LEAF_LOG2) | lowestBit(this.leafBits[leaf])
  }

  /** The first child of a node above `index`, or 0. */
  private childAfter(node: number, index: number): number {
    const nodes = this.nodes
    const base = node * NODE_WORDS
    let word = (index + 1) >>> 5
    if (word < CHILDREN / 32) {
      const here = nodes[base + BITMAP + word] & (-1 << ((index + 1) & 31))
      if (here !== 0) return nodes[base + (word << 5) + lowestBit(here)]
      const later = above(nodes[base + SUMMARY], word)
      if (later !== 0) {
        word = lowestBit(later)
        return nodes[base + (word << 5) + lowestBit(nodes[base + BITMAP + word])]
      }
    }
    return 0
  }

  private addLeaf(leafKey: number): number {
    const middle = this.ensureChild(ROOT, leafKey >>> (2 * CHILDREN_LOG2))
    const low = this.ensureChild(middle, (leafKey >>> CHILDREN_LOG2) & CHILD_MASK)
    let leaf = this.freeLeaf
    if (leaf !== 0) {
      this.freeLeaf = this.leafKeys[leaf]
    } else {
      if (this.freshLeaf === this.leafCapacity) this.growLeaves(this.leafCapacity * 2)
      leaf = this.freshLeaf++
    }
    this.leafKeys[leaf] = leafKey
    this.setChild(low, leafKey & CHILD_MASK, leaf)
    this.recentLeafKey = leafKey
    this.recentLeaf = leaf
    return leaf
  }

  private removeLeaf(leaf: number): void {
    const leafKey = this.leafKeys[leaf]
    if (this.recentLeafKey === leafKey) this.recentLeafKey = -1
    this.leafKeys[leaf] = this.freeLeaf
    this.freeLeaf = leaf
    const middleIndex = leafKey >>> (2 * CHILDREN_LOG2)
    const middle = this.nodes[ROOT * NODE_WORDS + middleIndex]
    const lowIndex = (leafKey >>> CHILDREN_LOG2) & CHILD_MASK
    const low = this.nodes[middle * NODE_WORDS + lowIndex]
    if (!this.clearChild(low, leafKey & CHILD_MASK)) return
    this.releaseNode(low)
    if (!this.clearChild(middle, lowIndex)) return
    this.releaseNode(middle)
    this.clearChild(ROOT, middleIndex)
  }

  private ensureChild(node: number, index: number): number {
    const child = this.nodes[node * NODE_WORDS + index]
    if (child !== 0) return child
    let added = this.freeNode
    if (added !== 0) {
      this.freeNode = this.nodes[added * NODE_WORDS]
      this.nodes[added * NODE_WORDS] = 0
    } else {
      added = this.freshNode++
      if (added * NODE_WORDS === this.nodes.length) this.growNodes()
    }
    this.setChild(node, index, added)
    return added
  }

  private releaseNode(node: number): void {
    this.nodes[node * NODE_WORDS] = this.freeNode
    this.freeNode = node
  }

  private setChild(node: number, index: number, child: number): void {
    const base = node * NODE_WORDS
    this.nodes[base + index] = child
    this.nodes[base + BITMAP + (index >>> 5)] |= 1 << (index & 31)
    this.nodes[base + SUMMARY] |= 1 << (index >>> 5)
  }

  /** Removes a child; answers whether the node is empty now. */
  private clearChild(node: number, index: number): boolean {
    const nodes = this.nodes
    const base = node * NODE_WORDS
    nodes[base + index] = 0
    const bits = nodes[base + BITMAP + (index >>> 5)] & ~(1 << (index & 31))
    nodes[base + BITMAP + (index >>> 5)] = bits
    if (bits !== 0) return false
    const summary = nodes[base + SUMMARY] & ~(1 << (index >>> 5))
    nodes[base + SUMMARY] = summary
    return summary === 0
  }

  private growNodes(): void {
    const nodes = new Int32Array(this.nodes.length * 2)
    nodes.set(this.nodes)
    this.nodes = nodes
  }

  private growLeaves(capacity: number): void {
    const buffer = new ArrayBuffer(capacity * 32 * 16)
    const words = new Int32Array(buffer)
    words.set(this.words)
    this.words = words
    this.doubles = new Float64Array(buffer)
    const leafBits = new Int32Array(capacity)
    leafBits.set(this.leafBits)
    this.leafBits = leafBits
    const leafKeys = new Int32Array(capacity)
    leafKeys.set(this.leafKeys)
    this.leafKeys = leafKeys
    this.leafCapacity = capacity
  }
}
