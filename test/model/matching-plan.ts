/**
 * Price-time priority, said as plainly as possible: from the resting orders and a taker, the list of
 * what would happen, step by step, without touching either. Slow, and meant to be obviously right.
 */

import type { SelfTradePrevention, Side } from '../../src/protocol/order-words.ts'

export interface Maker {
  readonly account: string
  readonly side: Side
  readonly price: number
  readonly open: number
}

export interface Taker {
  readonly account: string
  readonly side: Side
  readonly open: number
  readonly selfTradePrevention: SelfTradePrevention
}

export interface Plan<M extends Maker> {
  readonly steps: readonly ({ readonly trade: number; readonly maker: M } | { readonly expire: M })[]
  /** Lots of the taker that are left after the steps. */
  readonly left: number
  readonly takerExpires: boolean
}

/** `resting` stands in order of time. The taker accepts prices up to (buying) or down to (selling) `limit`. */
export function planMatch<M extends Maker>(resting: readonly M[], taker: Taker, limit: number): Plan<M> {
  const buys = taker.side === 'BUY'
  const makers = resting
    .filter((order) => order.side !== taker.side)
    .filter((order) => (buys ? order.price <= limit : order.price >= limit))
    // Array.sort is stable: orders of one price stay in order of time.
    .sort((a, b) => (buys ? a.price - b.price : b.price - a.price))
  const steps: Plan<M>['steps'][number][] = []
  let left = taker.open
  for (const maker of makers) {
    if (left === 0) break
    if (maker.account === taker.account && taker.selfTradePrevention !== 'NONE') {
      if (taker.selfTradePrevention !== 'EXPIRE_TAKER') steps.push({ expire: maker })
      if (taker.selfTradePrevention !== 'EXPIRE_MAKER') return { steps, left, takerExpires: true }
    } else {
      const trade = Math.min(left, maker.open)
      steps.push({ trade, maker })
      left -= trade
    }
  }
  return { steps, left, takerExpires: false }
}
