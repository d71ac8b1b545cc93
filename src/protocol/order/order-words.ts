/** The words of an order's fields, in FIX's spelling. The lists are permanent, because an index is stored as bits. */

export const SIDES = ['BUY', 'SELL'] as const
export type Side = (typeof SIDES)[number]

export const ORDER_TYPES = ['LIMIT', 'MARKET'] as const
export type OrderType = (typeof ORDER_TYPES)[number]

export const TIMES_IN_FORCE = ['GTC', 'IOC', 'FOK', 'GTD'] as const
export type TimeInForce = (typeof TIMES_IN_FORCE)[number]

/** The taker's choice if the next maker is of the same account. */
export const SELF_TRADE_PREVENTIONS = ['NONE', 'EXPIRE_TAKER', 'EXPIRE_MAKER', 'EXPIRE_BOTH'] as const
export type SelfTradePrevention = (typeof SELF_TRADE_PREVENTIONS)[number]
