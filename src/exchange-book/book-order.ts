/** An order as a program that embeds the engine writes it. */

import type { OrderWords } from '../protocol/order-options.ts'

export interface BookOrder extends Omit<OrderWords, 'type'> {
  readonly id: string
  readonly quantity: string
  /** Absent for a market order. */
  readonly price?: string
  /** Whose it is, for self-trade prevention. */
  readonly account?: string
  /** Of GTD orders. */
  readonly expiresAtMs?: number
  /** The time of this command, if time matters; it never goes back. */
  readonly timestampMs?: number
}
