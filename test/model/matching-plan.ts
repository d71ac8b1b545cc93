/**
 * Price-time priority in its simplest form: from the resting orders and a taker it computes the list of steps,
 * without changing either. It is slow, and so simple that a reader can check it.
 */

import type { SelfTradePrevention, Side } from '../../src/protocol/order/order-words.ts'

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
  /** Remaining lots of the taker after the steps. */
  readonly left: number
  readonly takerExpires: boolean
}

/** `resting` is in order of time. The taker accepts prices up to (buying) or down to (selling) `limit`. */
export function planMatch<M extends Maker>(resting: readonly M[], taker: Taker, limit: number): Plan<M> {
  const buys = taker.side === 'BUY'
  const makers = resting
    .filter((order) => order.side !== taker.side)
    .filter((order) => (buys ? order.price <= limit : order.price >= limit))
    // Array.sort is stable, so orders of one price stay in order of time.
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
