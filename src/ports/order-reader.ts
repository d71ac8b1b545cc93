/**
 * Reads orders by account. An order can be read as soon as `OrderEntry.submit` has resolved. Before it is
 * matched, it is PENDING.
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
  /** `next` of the previous page. */
  readonly cursor?: string
}

/** Whether a query lists an order. */
export function isListedBy(order: OrderRecord, { symbol, status }: OrderQuery): boolean {
  if (symbol !== undefined && order.symbol !== symbol) return false
  if (status === undefined) return true
  return status === 'OPEN' ? isOpen(order.status) : order.status === status
}

export interface Page<T> {
  readonly rows: T[]
  /** Present if there may be more rows. */
  readonly next?: string
}

/** A cursor that is not the `next` of a page of this list. */
export class BadCursor extends Error {
  override readonly name = 'BadCursor'
}
