/**
 * Reads orders by account. What `OrderEntry.submit` has answered for can be read at once: an order
 * not matched yet is PENDING.
 */

import { isOpen, type OrderRecord, type OrderStatus, type TradeRecord } from '../protocol/records.ts'

export interface OrderReader {
  get(account: string, orderId: string): Promise<OrderRecord | undefined>
  /** The trades that the order's record lists, oldest first. */
  fills(order: OrderRecord): Promise<TradeRecord[]>
  /** Orders of an account, newest first. Throws {@link BadCursor}. */
  list(account: string, query: OrderQuery): Promise<Page<OrderRecord>>
}

export interface OrderQuery {
  readonly symbol?: string
  readonly status?: OrderStatus | 'OPEN'
  readonly limit: number
  /** `next` of the page before. */
  readonly cursor?: string
}

/** Whether an order belongs in the list. */
export function matchesQuery(order: OrderRecord, { symbol, status }: OrderQuery): boolean {
  if (symbol !== undefined && order.symbol !== symbol) return false
  if (status === undefined) return true
  return status === 'OPEN' ? isOpen(order.status) : order.status === status
}

export interface Page<T> {
  readonly rows: T[]
  /** Present while there may be more. */
  readonly next?: string
}

/** A cursor that no page of this list has given. */
export class BadCursor extends Error {
  override readonly name = 'BadCursor'
}
