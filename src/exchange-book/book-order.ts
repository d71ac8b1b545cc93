/** An order in the form that a program with an embedded engine writes. */

import type { OrderWords } from '../protocol/order/order-options.ts'

export interface BookOrder extends Omit<OrderWords, 'type'> {
  readonly id: string
  readonly quantity: string
  /** Absent for a market order. */
  readonly price?: string
  /** The owner's account, for self-trade prevention. */
  readonly account?: string
  /** For GTD orders. */
  readonly expiresAtMs?: number
  /** The time of this command, needed for expiries; it never decreases. */
  readonly timestampMs?: number
}
