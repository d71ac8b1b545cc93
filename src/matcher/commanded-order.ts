/**
 * The order that the present command concerns, as its events need it: the terms of an order that is being placed, and
 * an order as it was before it is amended.
 */

import type { OrderExtras } from '../protocol/order/order-terms.ts'

/** The values of the order that is being placed, each computed once. */
export interface PlacedOrder {
  /** Bits of order-options.ts. */
  readonly options: number
  /** Ticks; 0 for a market order. */
  readonly price: number
  readonly extras: OrderExtras | undefined
}

/** An order before it is amended. */
export interface AmendedOrder {
  readonly price: number
  /** All lots, filled ones included, and the open ones. */
  readonly quantity: number
  readonly open: number
}

export const NO_ORDER: PlacedOrder = { options: 0, price: 0, extras: undefined }
export const NOT_AMENDED: AmendedOrder = { price: 0, quantity: 0, open: 0 }
