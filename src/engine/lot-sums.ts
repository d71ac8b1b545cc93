/**
 * Sums of the lots on one side of a book, of all orders or of one account, so that a fill-or-kill order far from the
 * best price does not visit every level. Each leaf and each node of the directory has a sum:
 *
 *   middle node: 8,388,608 prices │ low node: 16,384 prices │ leaf: 32 prices
 *
 * The sums follow from the orders, so no snapshot contains them. `far-look.ts` makes, follows and drops them.
 *
 * A side may hold more than 2^53 lots, so a sum has two parts: lots = upper × 2^26 + lower. Each part is exact:
 * 2^24 orders of 2^53 lots have an upper part of 2^51.
 */

import { CHILDREN, CHILDREN_LOG2, NODE_WORDS, ROOT } from './price-directory.ts'
import type { PriceLadder } from './price-ladder.ts'

export const LEAF_LOG2 = 5
const CHILD_MASK = CHILDREN - 1
const UPPER = 2 ** 26

/** The lots at each index, in two parts. An index beyond the end has none. */
interface Sums {
  upper: Float64Array
  lower: Float64Array
}

const NO_SUMS: Sums = { upper: new Float64Array(0), lower: new Float64Array(0) }

const sumsOf = (length: number): Sums => ({ upper: new Float64Array(length), lower: new Float64Array(length) })

/** The sums, with room for `index`; at most `length` are needed. */
function roomFor(sums: Sums, index: number, length: number): Sums {
  if (index < sums.upper.length) return sums
  const larger = sumsOf(length)
  larger.upper.set(sums.upper)
  larger.lower.set(sums.lower)
  return larger
}

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

  /** `lotsOf` returns the lots of a level that count. Cost O(levels). */
  constructor(ladder: PriceLadder, lotsOf: (level: number) => number) {
    this.ladder = ladder
    for (let level = ladder.bestLevel; level !== 0; level = ladder.next(level)) this.add(level, lotsOf(level))
  }

  /** Adds `lots` to a level, or takes them if negative. A level that becomes empty is still open then. */
  add(level: number, lots: number): void {
    const { leafKeys, directory } = this.ladder
    const leaf = level >>> LEAF_LOG2
    const leafKey = leafKeys[leaf]
    const middle = this.child(ROOT, leafKey >>> (2 * CHILDREN_LOG2))
    const low = this.child(middle, (leafKey >>> CHILDREN_LOG2) & CHILD_MASK)
    this.leaves = roomFor(this.leaves, leaf, leafKeys.length)
    this.nodes = roomFor(this.nodes, Math.max(middle, low), directory.nodes.length / NODE_WORDS)
    change(this.leaves, leaf, lots)
    change(this.nodes, low, lots)
    change(this.nodes, middle, lots)
  }

  /**
   * The lots in the leaves before `leafKey`, less those of `own`. Rounded if they are more than 2^53, which is more than
   * the quantity of an order. Visits at most 1,280 sums.
   */
  before(leafKey: number, own?: LotSums): number {
    const { nodes, leaves } = this
    let upper = 0
    let lower = 0
    const take = (sums: Sums, ownSums: Sums | undefined, index: number): void => {
      upper += (sums.upper[index] ?? 0) - (ownSums?.upper[index] ?? 0)
      lower += (sums.lower[index] ?? 0) - (ownSums?.lower[index] ?? 0)
    }
    const lastMiddle = leafKey >>> (2 * CHILDREN_LOG2)
    for (let index = 0; index < lastMiddle; index++) take(nodes, own?.nodes, this.child(ROOT, index))
    const middle = this.child(ROOT, lastMiddle)
    const lastLow = (leafKey >>> CHILDREN_LOG2) & CHILD_MASK
    for (let index = 0; index < lastLow; index++) take(nodes, own?.nodes, this.child(middle, index))
    const low = this.child(middle, lastLow)
    const lastLeaf = leafKey & CHILD_MASK
    for (let index = 0; index < lastLeaf; index++) take(leaves, own?.leaves, this.child(low, index))
    return upper * UPPER + lower
  }

  /** The key of the best leaf with lots; none: -1. Visits at most 1,280 sums. */
  firstLeafKey(): number {
    const { nodes, leaves } = this
    let key = 0
    let node = ROOT
    for (const sums of [nodes, nodes, leaves]) {
      let index = 0
      while (index < CHILDREN && isEmpty(sums, this.child(node, index))) index++
      if (index === CHILDREN) return -1
      key = key * CHILDREN + index
      node = this.child(node, index)
    }
    return key
  }

  /** For the check of the invariants. */
  equals({ leaves, nodes }: LotSums): boolean {
    return sameSums(this.leaves, leaves) && sameSums(this.nodes, nodes)
  }

  /** A child of a node of the directory, or 0: node 0 and leaf 0 have no lots. */
  private child(node: number, index: number): number {
    return this.ladder.directory.nodes[node * NODE_WORDS + index]
  }
}
