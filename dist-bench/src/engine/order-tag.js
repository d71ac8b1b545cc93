/**
 * The options of an order as bits, and the word that keeps the lasting ones beside its account.
 * A plain good-till-canceled limit order has no bit set, so that one compare with 0 finds the
 * common case.
 *
 * Options (of the incoming order)      Tag (of the order in the pool)
 *   bit 0    side: 0 buy, 1 sell         bit 0    side
 *   bit 1-2  self-trade prevention       bit 1-2  self-trade prevention
 *   bit 3    post-only                   bit 3    post-only
 *   bit 4    has an expiry time          bit 4    has an expiry time
 *   bit 5    market                      bit 5    lives
 *   bit 6    immediate or cancel         bit 6…   account
 *   bit 7    fill or kill
 */
export const BUY = 0;
export const SELL = 1;
export const SIDE_BIT = 1;
export const STP_SHIFT = 1;
export const STP_MASK = 3 << STP_SHIFT;
export const STP_NONE = 0;
export const STP_EXPIRE_TAKER = 1 << STP_SHIFT;
export const STP_EXPIRE_MAKER = 2 << STP_SHIFT;
export const STP_EXPIRE_BOTH = 3 << STP_SHIFT;
export const POST_ONLY = 1 << 3;
export const GOOD_TILL_DATE = 1 << 4;
export const MARKET = 1 << 5;
export const IMMEDIATE_OR_CANCEL = 1 << 6;
export const FILL_OR_KILL = 1 << 7;
export const LIVES = 1 << 5;
export const ACCOUNT_SHIFT = 6;
const LASTING = SIDE_BIT | STP_MASK | POST_ONLY | GOOD_TILL_DATE;
/** The word that an order of `account` with `options` keeps in the pool. */
export function tagOf(options, account) {
    return (account << ACCOUNT_SHIFT) | (options & LASTING) | LIVES;
}
