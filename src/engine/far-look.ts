/**
 * Whether one side of a book can fill an order that needs more than the best levels. It keeps the sums of lots of all
 * orders, and of a few accounts with self-trade prevention, while orders look far. It drops them when nobody has
 * looked for so many changes that they cost more than building them again.
 */

import { STP_EXPIRE_MAKER } from '../protocol/order/order-options.ts'
import { LEAF_LOG2, LotSums } from './lot-sums.ts'
import { DOUBLES_LOG2, LEVEL, NEXT, type OrderPool, REMAINING, TAG, WORDS_LOG2 } from './order-pool.ts'
import { ACCOUNT_SHIFT } from './order-tag.ts'
import type { PriceLadder } from './price-ladder.ts'

/** An account that no order has: the guard of a taker without self-trade prevention. */
export const NO_ACCOUNT = -1
/** Accounts whose sums are kept. The one that has not looked for the longest time goes first. */
const ACCOUNTS_MAX = 4
/** Changes without a look after which the sums are dropped, for each level. */
const CHANGES_PER_LEVEL = 4

export class FarLook {
  private readonly ladder: PriceLadder
  private readonly pool: OrderPool
  private readonly all: LotSums
  /** The last to look is last. */
  private readonly own = new Map<number, LotSums>()
  private changesLeft = 0

  /** Cost O(levels). */
  constructor(ladder: PriceLadder, pool: OrderPool) {
    this.ladder = ladder
    this.pool = pool
    this.all = this.sumsOf(NO_ACCOUNT)
  }

  /** An order at a level gains or loses `lots`. Returns false if the sums are not worth keeping. */
  note(handle: number, lots: number): boolean {
    if (--this.changesLeft < 0) return false
    const { words } = this.pool
    const order = handle << WORDS_LOG2
    const level = words[order + LEVEL]
    this.all.add(level, lots)
    this.own.get(words[order + TAG] >>> ACCOUNT_SHIFT)?.add(level, lots)
    return true
  }

  /**
   * Whether an order takes `quantity` lots down to `limitKey`. `guard` is its account, or NO_ACCOUNT, and `mode` its
   * self-trade prevention. Cost O(1) without a guard. With one O(orders) at the first look of the account, and then
   * O(orders at the 32 prices where the answer is decided).
   */
  canFill(limitKey: number, quantity: number, guard: number, mode: number): boolean {
    this.changesLeft = CHANGES_PER_LEVEL * this.ladder.levelCount
    const lastLeafKey = limitKey >>> LEAF_LOG2
    if (this.all.before(lastLeafKey + 1) < quantity) return false
    const own = guard === NO_ACCOUNT ? undefined : this.sumsOfAccount(guard)
    if (own === undefined || mode === STP_EXPIRE_MAKER) {
      const found = this.all.before(lastLeafKey, own)
      return found >= quantity || this.fillsInLeaf(lastLeafKey, limitKey, quantity - found, guard, mode)
    }
    const ownLeafKey = own.firstLeafKey()
    const decided = ownLeafKey < 0 ? lastLeafKey : Math.min(ownLeafKey, lastLeafKey)
    const found = this.all.before(decided)
    return found >= quantity || this.fillsInLeaf(decided, limitKey, quantity - found, guard, mode)
  }

  /** For the check of the invariants: whether the sums are those of the orders. */
  agrees(): boolean {
    if (!this.all.equals(this.sumsOf(NO_ACCOUNT))) return false
    for (const [account, sums] of this.own) if (!sums.equals(this.sumsOf(account))) return false
    return true
  }

  /** Whether the levels of one leaf, down to `limitKey`, have `left` lots for the order. */
  private fillsInLeaf(leafKey: number, limitKey: number, left: number, guard: number, mode: number): boolean {
    const { ladder, pool } = this
    const end = Math.min(limitKey, ((leafKey + 1) << LEAF_LOG2) - 1)
    for (let key = leafKey << LEAF_LOG2; key <= end; key++) {
      const level = ladder.find(key)
      if (level === 0) continue
      if (guard === NO_ACCOUNT) {
        left -= ladder.doubles[(level << 1) + 1]
      } else {
        for (let maker = ladder.words[level << 2]; maker !== 0; maker = pool.words[(maker << WORDS_LOG2) + NEXT]) {
          if (pool.words[(maker << WORDS_LOG2) + TAG] >>> ACCOUNT_SHIFT !== guard) {
            left -= pool.doubles[(maker << DOUBLES_LOG2) + REMAINING]
            if (left <= 0) return true
          } else if (mode !== STP_EXPIRE_MAKER) {
            return false
          }
        }
      }
      if (left <= 0) return true
    }
    return false
  }

  private sumsOfAccount(account: number): LotSums {
    const sums = this.own.get(account) ?? this.sumsOf(account)
    this.own.delete(account)
    this.own.set(account, sums)
    if (this.own.size > ACCOUNTS_MAX) for (const oldest of this.own.keys()) return this.forget(oldest, sums)
    return sums
  }

  private forget(account: number, kept: LotSums): LotSums {
    this.own.delete(account)
    return kept
  }

  private sumsOf(account: number): LotSums {
    const { ladder, pool } = this
    if (account === NO_ACCOUNT) return new LotSums(ladder, (level) => ladder.doubles[(level << 1) + 1])
    return new LotSums(ladder, (level) => {
      let lots = 0
      for (let maker = ladder.words[level << 2]; maker !== 0; maker = pool.words[(maker << WORDS_LOG2) + NEXT]) {
        if (pool.words[(maker << WORDS_LOG2) + TAG] >>> ACCOUNT_SHIFT === account) {
          lots += pool.doubles[(maker << DOUBLES_LOG2) + REMAINING]
        }
      }
      return lots
    })
  }
}
