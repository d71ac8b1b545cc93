/**
 * Sums of the lots on one side of a book, of all orders or of one account, so that a fill-or-kill order far from the
 * best price does not visit every level:
 *
 *   high: 8,388,608 prices │ low: 16,384 prices │ leaf: 32 prices │ level: 1 price
 *
 * The sums follow from the orders, so no snapshot contains them. `far-look.ts` makes, follows and drops them.
 *
 * A side may hold more than 2^53 lots, so a sum has two parts: lots = upper × 2^26 + lower. Each part is exact:
 * 2^24 orders of 2^53 lots have an upper part of 2^51.
 */

import type { PriceLadder } from './price-ladder.ts'

export const LEAF_LOG2 = 5
const CHILDREN_LOG2 = 9
const CHILDREN = 1 << CHILDREN_LOG2
const LOWS = 2 ** (31 - LEAF_LOG2 - CHILDREN_LOG2)
const HIGHS = LOWS >> CHILDREN_LOG2
const UPPER = 2 ** 26

/** The lots of one group of prices at each index, in two parts. */
interface Sums {
  upper: Float64Array
  lower: Float64Array
}

const sumsOf = (length: number): Sums => ({ upper: new Float64Array(length), lower: new Float64Array(length) })

function change(sums: Sums, index: number, lots: number): void {
  const upper = Math.floor(lots / UPPER)
  const lower = sums.lower[index] + (lots - upper * UPPER)
  const carry = Math.floor(lower / UPPER)
  sums.lower[index] = lower - carry * UPPER
  sums.upper[index] += upper + carry
}

/** A leaf that was added after the last growth of the sums has no lots in them. */
const isEmpty = ({ upper, lower }: Sums, index: number): boolean => !upper[index] && !lower[index]

const same = (a: Float64Array, b: Float64Array): boolean =>
  (a.length < b.length ? b : a).every((_, i) => (a[i] ?? 0) === (b[i] ?? 0))
const sameSums = (a: Sums, b: Sums): boolean => same(a.upper, b.upper) && same(a.lower, b.lower)

export class LotSums {
  private readonly ladder: PriceLadder
  private readonly highs = sumsOf(HIGHS)
  private readonly lows = sumsOf(LOWS)
  /** By leaf, not by its key. */
  private readonly leaves: Sums

  /** `lotsOf` returns the lots of a level that count. Cost O(levels). */
  constructor(ladder: PriceLadder, lotsOf: (level: number) => number) {
    this.ladder = ladder
    this.leaves = sumsOf(ladder.leafKeys.length)
    for (let level = ladder.bestLevel; level !== 0; level = ladder.next(level)) this.add(level, lotsOf(level))
  }

  /** Adds `lots` to a level, or takes them if negative. A level that becomes empty is still open then. */
  add(level: number, lots: number): void {
    const leaf = level >>> LEAF_LOG2
    const leafKey = this.ladder.leafKeys[leaf]
    if (leaf >= this.leaves.lower.length) this.growLeaves()
    change(this.leaves, leaf, lots)
    change(this.lows, leafKey >>> CHILDREN_LOG2, lots)
    change(this.highs, leafKey >>> (2 * CHILDREN_LOG2), lots)
  }

  /**
   * The lots in the leaves before `leafKey`, less those of `own`. Rounded if they are more than 2^53, which is more than
   * the quantity of an order. Visits at most 1,280 sums.
   */
  before(leafKey: number, own?: LotSums): number {
    const { ladder, highs, lows, leaves } = this
    const first = ladder.bestKey >>> LEAF_LOG2
    const lastLow = leafKey >>> CHILDREN_LOG2
    const lastHigh = lastLow >>> CHILDREN_LOG2
    let upper = 0
    let lower = 0
    const take = (sums: Sums, ownSums: Sums | undefined, index: number): void => {
      upper += sums.upper[index] - (ownSums?.upper[index] ?? 0)
      lower += sums.lower[index] - (ownSums?.lower[index] ?? 0)
    }
    for (let high = first >>> (2 * CHILDREN_LOG2); high < lastHigh; high++) take(highs, own?.highs, high)
    const firstLow = Math.max(lastHigh << CHILDREN_LOG2, first >>> CHILDREN_LOG2)
    for (let low = firstLow; low < lastLow; low++) take(lows, own?.lows, low)
    for (let key = Math.max(lastLow << CHILDREN_LOG2, first); key < leafKey; key++) {
      take(leaves, own?.leaves, ladder.directory.find(key))
    }
    return upper * UPPER + lower
  }

  /** The key of the best leaf with lots; none: -1. Visits at most 1,280 sums. */
  firstLeafKey(): number {
    const { ladder, highs, lows, leaves } = this
    for (let high = 0; high < HIGHS; high++) {
      if (isEmpty(highs, high)) continue
      let low = high << CHILDREN_LOG2
      while (isEmpty(lows, low)) low++
      for (let key = low << CHILDREN_LOG2; key < (low << CHILDREN_LOG2) + CHILDREN; key++) {
        const leaf = ladder.directory.find(key)
        if (leaf !== 0 && !isEmpty(leaves, leaf)) return key
      }
    }
    return -1
  }

  /** For the check of the invariants. Cost O(2^17). */
  equals({ highs, lows, leaves }: LotSums): boolean {
    return sameSums(this.highs, highs) && sameSums(this.lows, lows) && sameSums(this.leaves, leaves)
  }

  private growLeaves(): void {
    const { length } = this.ladder.leafKeys
    const { upper, lower } = this.leaves
    this.leaves.upper = new Float64Array(length)
    this.leaves.lower = new Float64Array(length)
    this.leaves.upper.set(upper)
    this.leaves.lower.set(lower)
  }
}
