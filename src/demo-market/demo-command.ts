/** What the demo market does next: the fields of an order, or a change of one that it has sent. */

import type { Side } from '../protocol/order/order-words.ts'

export type DemoCommand =
  | {
      readonly kind: 'place'
      readonly account: string
      readonly symbol: string
      readonly orderId: string
      readonly side: Side
      /** In ticks; undefined: a market order. */
      readonly price: number | undefined
      /** In lots. */
      readonly quantity: number
      /** rest: good till canceled, and post-only. take: immediate or cancel. */
      readonly purpose: 'rest' | 'take'
    }
  | { readonly kind: 'cancel'; readonly account: string; readonly symbol: string; readonly orderId: string }
  | {
      readonly kind: 'amend'
      readonly account: string
      readonly symbol: string
      readonly orderId: string
      readonly price: number
    }
