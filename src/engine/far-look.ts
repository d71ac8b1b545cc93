/**
 * Whether one side of a book can fill an order that needs more than the best levels. It keeps the sums of lots of all
 * orders, and of a few accounts with self-trade prevention, while orders look far. It drops them when nobody has
 * looked for so many changes that they cost more than building them again.
 */

import { SIDE_BIT, STP_EXPIRE_MAKER } from '../protocol/order/order-options.ts'
import { LEAF_LOG2, LotSums } from './lot-sums.ts'
import { DOUBLES_LOG2, LEVEL, NEXT, type OrderPool, REMAINING, TAG, WORDS_LOG2 } from './order-pool.ts'
import { ACCOUNT_SHIFT, OPEN } from './order-tag.ts'
import type { PriceLadder } from './price-ladder.ts'
import { type Sums, UPPER } from './split-sums.ts'

/** An account that no order has: the guard of a taker without self-trade prevention. */
export const NO_ACCOUNT = -1
/** Accounts whose sums are kept. The one that has not looked for the longest time goes first. */
const ACCOUNTS_MAX = 4
/** Changes without a look after which the sums are dropped, for each level. Building them costs as much. */
const CHANGES_PER_LEVEL = 4
/** Orders whose visits take as long as a level. */
const ORDERS_PER_LEVEL_LOG2 = 4

/** The bits of a tag that say whose open order it is, and on which side. */
const OWNER = (-1 << ACCOUNT_SHIFT) | OPEN | SIDE_BIT

/** The orders of one account. */
interface OwnLots {
  readonly sums: LotSums
  /** The best level with one of its orders, and the lots ahead of it there; 0: not known. */
  firstLevel: number
  ahead: number
}

export class FarLook {
  private readonly ladder: PriceLadder
  private readonly pool: OrderPool
  private readonly all: LotSums
  /** The last to look is last. */
  private readonly own = new Map<number, OwnLots>()
  private changesLeft = 0

  /** Cost O(levels). */
  constructor(ladder: PriceLadder, pool: OrderPool) {
    this.ladder = ladder
    this.pool = pool
    this.all = new LotSums(ladder)
  }

  /** An order at a level gains or loses `lots`. Returns false if the sums are not worth keeping. */
  note(handle: number, lots: number): boolean {
    if (--this.changesLeft < 0) return false
    const { words } = this.pool
    const order = handle << WORDS_LOG2
    const level = words[order + LEVEL]
    this.all.add(level, lots)
    this.own.get(words[order + TAG] >>> ACCOUNT_SHIFT)?.sums.add(level, lots)
    // An order that enters is behind all others of its level.
    if (lots < 0) for (const own of this.own.values()) if (own.firstLevel === level) own.firstLevel = 0
    return true
  }

  /** Whether a look of `guard` needs no walk over the orders. */
  knows(guard: number): boolean {
    return guard === NO_ACCOUNT || this.own.has(guard)
  }

  /**
   * Whether an order takes `quantity` lots down to `limitKey`. `guard` is its account, or NO_ACCOUNT, and `mode` its
   * self-trade prevention. Cost O(1), but O(orders) at the first look of an account. Without EXPIRE_MAKER it is also
   * O(orders of one level), once after orders have left the best level where the account has one.
   */
  canFill(limitKey: number, quantity: number, guard: number, mode: number): boolean {
    const { all, ladder, pool } = this
    this.changesLeft = CHANGES_PER_LEVEL * (ladder.levelCount + (pool.count >>> ORDERS_PER_LEVEL_LOG2))
    if (guard === NO_ACCOUNT) return all.upTo(limitKey) >= quantity
    const own = this.ownOf(guard)
    if (mode === STP_EXPIRE_MAKER) return all.upTo(limitKey, own.sums) >= quantity
    const first = own.sums.firstLevel()
    const firstKey = ladder.keyOfLevel(first)
    if (first === 0 || firstKey > limitKey) return all.upTo(limitKey) >= quantity
    const before = firstKey === 0 ? 0 : all.upTo(firstKey - 1)
    return before >= quantity || before + this.ahead(own, first, guard) >= quantity
  }

  /** For the check of the invariants: whether the sums are those of the orders. */
  agrees(): boolean {
    if (!this.all.equals(new LotSums(this.ladder))) return false
    for (const [account, { sums, firstLevel, ahead }] of this.own) {
      if (!sums.equals(this.sumsOf(account))) return false
      if (firstLevel !== 0 && ahead !== this.lotsAhead(firstLevel, account)) return false
    }
    return true
  }

  /** The lots at `level` ahead of the account's first order there. */
  private ahead(own: OwnLots, level: number, account: number): number {
    if (own.firstLevel !== level) {
      own.firstLevel = level
      own.ahead = this.lotsAhead(level, account)
    }
    return own.ahead
  }

  private lotsAhead(level: number, account: number): number {
    const { words, doubles } = this.pool
    let lots = 0
    for (let maker = this.ladder.words[level << 2]; maker !== 0; maker = words[(maker << WORDS_LOG2) + NEXT]) {
      if (words[(maker << WORDS_LOG2) + TAG] >>> ACCOUNT_SHIFT === account) break
      lots += doubles[(maker << DOUBLES_LOG2) + REMAINING]
    }
    return lots
  }

  private ownOf(account: number): OwnLots {
    const own = this.own.get(account) ?? { sums: this.sumsOf(account), firstLevel: 0, ahead: 0 }
    this.own.delete(account)
    this.own.set(account, own)
    if (this.own.size > ACCOUNTS_MAX) {
      const [oldest] = this.own.keys()
      this.own.delete(oldest)
    }
    return own
  }

  private sumsOf(account: number): LotSums {
    const { ladder, pool } = this
    return new LotSums(ladder, {
      addTo: (leaves) => addOrders(pool, account, ladder.side, leaves),
      lotsAt: (level) => {
        let lots = 0
        for (let maker = ladder.words[level << 2]; maker !== 0; maker = pool.words[(maker << WORDS_LOG2) + NEXT]) {
          if (pool.words[(maker << WORDS_LOG2) + TAG] >>> ACCOUNT_SHIFT === account) {
            lots += pool.doubles[(maker << DOUBLES_LOG2) + REMAINING]
          }
        }
        return lots
      },
    })
  }
}

/**
 * Adds the lots of an account's resting orders on a side to their leaves, as loose parts. The order that looks is on
 * the other side. Cost O(slots of orders). Without calls in the loop, because its code is cold at a first look.
 */
function addOrders({ words, doubles, fresh }: OrderPool, account: number, side: number, leaves: Sums): void {
  const { upper: uppers, lower: lowers } = leaves
  const wanted = (account << ACCOUNT_SHIFT) | OPEN | side
  for (let handle = 1; handle < fresh; handle++) {
    const order = handle << WORDS_LOG2
    if ((words[order + TAG] & OWNER) !== wanted) continue
    const leaf = words[order + LEVEL] >>> LEAF_LOG2
    let lots = doubles[(handle << DOUBLES_LOG2) + REMAINING]
    if (lots >= UPPER) {
      const upper = Math.floor(lots / UPPER)
      uppers[leaf] += upper
      lots -= upper * UPPER
    }
    lowers[leaf] += lots
  }
}
