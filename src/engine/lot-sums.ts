/**
 * Sums of the lots on one side of a book, of all orders or of one account, so that a fill-or-kill order far from the
 * best price does not visit every level. Each leaf and each node of the directory has a sum, and so has each block of
 * 32 children of a node:
 *
 *   middle node: 8,388,608 prices │ low node: 16,384 prices │ leaf: 32 prices
 *
 * The sums follow from the orders, so no snapshot contains them. `far-look.ts` makes, follows and drops them.
 *
 * A side may hold more than 2^53 lots, so a sum has two parts: lots = upper × 2^26 + lower. Each part is exact:
 * 2^24 orders of 2^53 lots have an upper part of 2^51. The lots of one level fit one number.
 */

import { CHILDREN, CHILDREN_LOG2, lowestBit, NODE_WORDS, ROOT } from './price-directory.ts'
import type { PriceLadder } from './price-ladder.ts'

const LEAF_LOG2 = 5
const LEAF_MASK = 31
const CHILD_MASK = CHILDREN - 1
const BLOCK_LOG2 = 5
const BLOCKS = CHILDREN >>> BLOCK_LOG2
const UPPER = 2 ** 26

/** The lots at each index, in two parts. An index beyond the end has none. */
interface Sums {
  upper: Float64Array
  lower: Float64Array
}

const NO_SUMS: Sums = { upper: new Float64Array(0), lower: new Float64Array(0) }
const NO_LOTS = new Float64Array(0)

/** The lots, with room for `index`; at most `length` are needed. */
function roomForLots(lots: Float64Array, index: number, length: number): Float64Array {
  if (index < lots.length) return lots
  const larger = new Float64Array(length)
  larger.set(lots)
  return larger
}

const roomFor = (sums: Sums, index: number, length: number): Sums =>
  index < sums.upper.length
    ? sums
    : { upper: roomForLots(sums.upper, index, length), lower: roomForLots(sums.lower, index, length) }

function change({ upper: uppers, lower: lowers }: Sums, index: number, lots: number): void {
  const upper = Math.floor(lots / UPPER)
  const lower = lowers[index] + (lots - upper * UPPER)
  const carry = Math.floor(lower / UPPER)
  lowers[index] = lower - carry * UPPER
  uppers[index] += upper + carry
}

const isEmpty = ({ upper, lower }: Sums, index: number): boolean => !upper[index] && !lower[index]

const same = (a: Float64Array, b: Float64Array): boolean =>
  (a.length < b.length ? b : a).every((_, i) => (a[i] ?? 0) === (b[i] ?? 0))
const sameSums = (a: Sums, b: Sums): boolean => same(a.upper, b.upper) && same(a.lower, b.lower)

export class LotSums {
  private readonly ladder: PriceLadder
  private leaves = NO_SUMS
  private nodes = NO_SUMS
  /** By `node × BLOCKS + block`. */
  private blocks = NO_SUMS
  /** By level; undefined: the totals of the ladder count. */
  private levels: Float64Array | undefined
  /** The result of {@link addBefore}. */
  private upper = 0
  private lower = 0

  /** `lotsOf` returns the lots of a level that count; without it all of them do. Cost O(levels). */
  constructor(ladder: PriceLadder, lotsOf?: (level: number) => number) {
    this.ladder = ladder
    this.levels = lotsOf === undefined ? undefined : NO_LOTS
    const count = lotsOf ?? ((level: number) => ladder.doubles[(level << 1) + 1])
    for (let level = ladder.bestLevel; level !== 0; level = ladder.next(level)) {
      const lots = count(level)
      if (lots !== 0) this.add(level, lots)
    }
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
    change(this.leaves, leaf, lots)
    change(this.blocks, blockOf(low, leafKey & CHILD_MASK), lots)
    change(this.nodes, low, lots)
    change(this.blocks, blockOf(middle, lowIndex), lots)
    change(this.nodes, middle, lots)
    change(this.blocks, blockOf(ROOT, middleIndex), lots)
    if (this.levels === undefined) return
    this.levels = roomForLots(this.levels, level, leafKeys.length << LEAF_LOG2)
    this.levels[level] += lots
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

  /** For the check of the invariants. */
  equals({ leaves, nodes, blocks, levels }: LotSums): boolean {
    return (
      sameSums(this.leaves, leaves) &&
      sameSums(this.nodes, nodes) &&
      sameSums(this.blocks, blocks) &&
      same(this.levels ?? NO_LOTS, levels ?? NO_LOTS)
    )
  }

  private lotsAt(level: number): number {
    return this.levels === undefined ? this.ladder.doubles[(level << 1) + 1] : (this.levels[level] ?? 0)
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
