/**
 * Sums of the lots on one side of a book, of all orders or of one account, so that a fill-or-kill order far from the
 * best price does not visit every level. Each leaf and each node of the directory has a sum, and so has each block of
 * 32 children of a node:
 *
 *   middle node: 8,388,608 prices │ low node: 16,384 prices │ leaf: 32 prices
 *
 * The sums follow from the orders, so no snapshot contains them. `far-look.ts` makes, follows and drops them.
 *
 * A side may hold more than 2^53 lots, so a sum has two parts (split-sums.ts). The lots of one level fit one number.
 */

import { BITMAP, CHILDREN, CHILDREN_LOG2, lowestBit, NODE_WORDS, ROOT } from './price-directory.ts'
import type { PriceLadder } from './price-ladder.ts'
import { change, isEmpty, roomFor, type Sums, sameNumbers, sameSums, sumsFor, UPPER } from './split-sums.ts'

export const LEAF_LOG2 = 5
const LEAF_MASK = 31
const CHILD_MASK = CHILDREN - 1
const BLOCK_LOG2 = 5
const BLOCKS = CHILDREN >>> BLOCK_LOG2
/** The depth of the root; that of the low nodes is 0. */
const DEPTH = 2

/** The orders that count, if not all do. */
export interface Counted {
  /** Adds the lots of each order that counts to its leaf, as loose parts. */
  addTo(leaves: Sums): void
  /** The lots of a level that count. */
  lotsAt(level: number): number
}

export class LotSums {
  private readonly ladder: PriceLadder
  private readonly counted: Counted | undefined
  private leaves: Sums
  private nodes: Sums
  /** By `node × BLOCKS + block`. */
  private blocks: Sums
  /** If only some orders count: by leaf, the lots of its 32 levels. Made at the first look at the leaf. */
  private readonly levels = new Map<number, Float64Array>()
  /** The result of {@link addBefore}. */
  private upper = 0
  private lower = 0

  /**
   * Without `counted` all orders count. Cost O(leaves), or O(orders): every order of the exchange waits while a first
   * look makes the sums. So it visits leaves and orders in the sequence of memory, and writes 16 bytes for each leaf.
   */
  constructor(ladder: PriceLadder, counted?: Counted) {
    this.ladder = ladder
    this.counted = counted
    const nodes = ladder.directory.nodes.length / NODE_WORDS
    this.leaves = sumsFor(ladder.leafKeys.length)
    this.nodes = sumsFor(nodes)
    this.blocks = sumsFor(nodes * BLOCKS)
    if (counted === undefined) this.sumLevels()
    else counted.addTo(this.leaves)
    this.sumChildren(ROOT, DEPTH)
  }

  /** Adds `lots` to a level, or takes them if negative. A level that becomes empty is still open then. */
  add(level: number, lots: number): void {
    const { leafKeys, directory } = this.ladder
    const leaf = level >>> LEAF_LOG2
    const leafKey = leafKeys[leaf]
    const middleIndex = leafKey >>> (2 * CHILDREN_LOG2)
    const lowIndex = (leafKey >>> CHILDREN_LOG2) & CHILD_MASK
    const middle = this.child(ROOT, middleIndex)
    const low = this.child(middle, lowIndex)
    const nodes = directory.nodes.length / NODE_WORDS
    const last = Math.max(middle, low)
    this.leaves = roomFor(this.leaves, leaf, leafKeys.length)
    this.nodes = roomFor(this.nodes, last, nodes)
    this.blocks = roomFor(this.blocks, last * BLOCKS + BLOCKS - 1, nodes * BLOCKS)
    const upper = Math.floor(lots / UPPER)
    const lower = lots - upper * UPPER
    change(this.leaves, leaf, upper, lower)
    change(this.blocks, blockOf(low, leafKey & CHILD_MASK), upper, lower)
    change(this.nodes, low, upper, lower)
    change(this.blocks, blockOf(middle, lowIndex), upper, lower)
    change(this.nodes, middle, upper, lower)
    change(this.blocks, blockOf(ROOT, middleIndex), upper, lower)
    if (this.counted === undefined) return
    const levels = this.levels.get(leaf)
    if (levels !== undefined) levels[level & LEAF_MASK] += lots
  }

  /**
   * The lots down to `key`, less those of `own`. Rounded if they are more than 2^53, which is more than the quantity of
   * an order. Visits at most 136 sums and 32 levels of each.
   */
  upTo(key: number, own?: LotSums): number {
    const leafKey = key >>> LEAF_LOG2
    this.addBefore(leafKey)
    own?.addBefore(leafKey)
    let lots = (this.upper - (own?.upper ?? 0)) * UPPER + (this.lower - (own?.lower ?? 0))
    const leaf = this.ladder.directory.find(leafKey)
    for (
      let bits = this.ladder.leafBits[leaf] & (-1 >>> (LEAF_MASK - (key & LEAF_MASK)));
      bits !== 0;
      bits &= bits - 1
    ) {
      const level = (leaf << LEAF_LOG2) | lowestBit(bits)
      lots += this.lotsAt(level) - (own?.lotsAt(level) ?? 0)
    }
    return lots
  }

  /** The best level with lots; none: 0. */
  firstLevel(): number {
    let node = ROOT
    for (const sums of [this.nodes, this.nodes, this.leaves]) {
      let block = node * BLOCKS
      const end = block + BLOCKS
      while (block < end && isEmpty(this.blocks, block)) block++
      if (block === end) return 0
      let index = (block - node * BLOCKS) << BLOCK_LOG2
      while (isEmpty(sums, this.child(node, index))) index++
      node = this.child(node, index)
    }
    let level = node << LEAF_LOG2
    while (this.lotsAt(level) === 0) level++
    return level
  }

  /** For the check of the invariants. `other` was made from the present orders. */
  equals(other: LotSums): boolean {
    const { leaves, nodes, blocks, counted } = other
    if (!sameSums(this.leaves, leaves) || !sameSums(this.nodes, nodes) || !sameSums(this.blocks, blocks)) return false
    if (counted === undefined) return true
    return [...this.levels].every(([leaf, levels]) => sameNumbers(levels, other.levelsOf(leaf, counted)))
  }

  /** Fills the leaves with the lots of all orders, as loose parts. */
  private sumLevels(): void {
    const { leafBits, doubles, freshLeaf } = this.ladder
    const { upper: uppers, lower: lowers } = this.leaves
    for (let leaf = 1; leaf < freshLeaf; leaf++) {
      for (let bits = leafBits[leaf]; bits !== 0; bits &= bits - 1) {
        let lots = doubles[(((leaf << LEAF_LOG2) | lowestBit(bits)) << 1) + 1]
        if (lots >= UPPER) {
          const upper = Math.floor(lots / UPPER)
          uppers[leaf] += upper
          lots -= upper * UPPER
        }
        lowers[leaf] += lots
      }
    }
  }

  /** Fills the blocks and the sum of a node from its children. At depth 0 these are leaves, whose parts may be loose. */
  private sumChildren(node: number, depth: number): void {
    const { nodes } = this.ladder.directory
    const { upper: uppers, lower: lowers } = depth === 0 ? this.leaves : this.nodes
    const { blocks } = this
    const firstChild = node * NODE_WORDS
    for (let block = 0; block < BLOCKS; block++) {
      let upper = 0
      let lower = 0
      for (let bits = nodes[firstChild + BITMAP + block]; bits !== 0; bits &= bits - 1) {
        const child = nodes[firstChild + (block << BLOCK_LOG2) + lowestBit(bits)]
        if (depth > 0) this.sumChildren(child, depth - 1)
        else if (lowers[child] >= UPPER) change(this.leaves, child, 0, 0)
        upper += uppers[child]
        lower += lowers[child]
      }
      if (upper === 0 && lower === 0) continue
      const carry = Math.floor(lower / UPPER)
      blocks.upper[node * BLOCKS + block] = upper + carry
      blocks.lower[node * BLOCKS + block] = lower - carry * UPPER
      if (depth < DEPTH) change(this.nodes, node, upper + carry, lower - carry * UPPER)
    }
  }

  private lotsAt(level: number): number {
    if (this.counted === undefined) return this.ladder.doubles[(level << 1) + 1]
    return this.levelsOf(level >>> LEAF_LOG2, this.counted)[level & LEAF_MASK]
  }

  /** Cost O(orders of a leaf), once for each leaf. */
  private levelsOf(leaf: number, counted: Counted): Float64Array {
    let levels = this.levels.get(leaf)
    if (levels === undefined) {
      levels = new Float64Array(LEAF_MASK + 1)
      for (let bits = this.ladder.leafBits[leaf]; bits !== 0; bits &= bits - 1) {
        levels[lowestBit(bits)] = counted.lotsAt((leaf << LEAF_LOG2) | lowestBit(bits))
      }
      this.levels.set(leaf, levels)
    }
    return levels
  }

  /** Sets {@link upper} and {@link lower} to the lots in the leaves before `leafKey`. */
  private addBefore(leafKey: number): void {
    this.upper = 0
    this.lower = 0
    const middleIndex = leafKey >>> (2 * CHILDREN_LOG2)
    const lowIndex = (leafKey >>> CHILDREN_LOG2) & CHILD_MASK
    const middle = this.child(ROOT, middleIndex)
    this.addChildren(this.nodes, ROOT, middleIndex)
    this.addChildren(this.nodes, middle, lowIndex)
    this.addChildren(this.leaves, this.child(middle, lowIndex), leafKey & CHILD_MASK)
  }

  /** Adds the lots of the first `count` children of a node. */
  private addChildren(sums: Sums, node: number, count: number): void {
    const { blocks, ladder } = this
    if (node === 0) return
    let { upper, lower } = this
    const whole = count >>> BLOCK_LOG2
    const firstBlock = node * BLOCKS
    if (firstBlock < blocks.upper.length) {
      for (let block = firstBlock; block < firstBlock + whole; block++) {
        upper += blocks.upper[block]
        lower += blocks.lower[block]
      }
      const { nodes } = ladder.directory
      const firstChild = node * NODE_WORDS
      for (let index = whole << BLOCK_LOG2; index < count; index++) {
        const child = nodes[firstChild + index]
        if (child >= sums.upper.length) continue
        upper += sums.upper[child]
        lower += sums.lower[child]
      }
    }
    this.upper = upper
    this.lower = lower
  }

  /** A child of a node of the directory, or 0: node 0 and leaf 0 have no lots. */
  private child(node: number, index: number): number {
    return this.ladder.directory.nodes[node * NODE_WORDS + index]
  }
}

const blockOf = (node: number, index: number): number => node * BLOCKS + (index >>> BLOCK_LOG2)
