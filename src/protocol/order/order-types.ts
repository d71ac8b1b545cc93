/**
 * What each type of order allows. Order entry, the codec and the ticket of the screen follow this table. A new type
 * does not compile until it has its row here and its bits in order-options.ts.
 */

import type { OrderType, TimeInForce } from './order-words.ts'

export interface OrderTypeTerms {
  /** Required with this type, or rejected. */
  readonly hasPrice: boolean
  /** What order entry accepts. The first is its default. */
  readonly timesInForce: readonly TimeInForce[]
}

export const ORDER_TYPE_TERMS: Readonly<Record<OrderType, OrderTypeTerms>> = {
  LIMIT: { hasPrice: true, timesInForce: ['GTC', 'IOC', 'FOK', 'GTD'] },
  MARKET: { hasPrice: false, timesInForce: ['IOC', 'FOK'] },
}
