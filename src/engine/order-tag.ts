/**
 * The tag: the word of the pool with an order's account and the options that matter while it rests. The
 * lower bits have the positions of protocol/order/order-options.ts, so that one mask copies them.
 *
 *   bit 0    side
 *   bit 1-2  self-trade prevention
 *   bit 3    post-only
 *   bit 4    has an expiry time
 *   bit 5    the order is open
 *   bit 6…   account
 */

import { type BUY, GOOD_TILL_DATE, POST_ONLY, type SELL, SIDE_BIT, STP_MASK } from '../protocol/order/order-options.ts'

export type EngineSide = typeof BUY | typeof SELL

export const OPEN = 1 << 5
export const ACCOUNT_SHIFT = 6

/** The options that an order keeps while it rests. The others (market, IOC, FOK) never rest. */
export const LASTING = SIDE_BIT | STP_MASK | POST_ONLY | GOOD_TILL_DATE

/** The word that an order of `account` with `options` keeps in the pool. */
export function tagOf(options: number, account: number): number {
  return (account << ACCOUNT_SHIFT) | (options & LASTING) | OPEN
}
