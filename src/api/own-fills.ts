/**
 * The fills of an account, or of one of its orders. An order's record lists its trades, so the fills of an order are
 * read through it. Only an order with more trades than its record lists is searched in the fills of the account, and
 * only within its lifetime.
 */

import type { EntryPorts } from '../entry/entry-ports.ts'
import { type Fill, type FillQuery, type FillReader, fillsOf, pageOfFills } from '../ports/fill-reader.ts'
import type { Page } from '../ports/order-reader.ts'
import { FILLS_LISTED_MAX } from '../protocol/limits.ts'
import { Rejection } from '../protocol/rejection.ts'
import type { ProblemCode } from './problems.ts'

export interface FillPorts extends Pick<EntryPorts, 'orderReader'> {
  /** Absent: fills are listed by order only. */
  readonly fillReader?: FillReader
}

export const BY_ORDER_ONLY = 'This exchange lists fills by order only: send orderId.'

export const noFillReader = (): Rejection<ProblemCode> => new Rejection('not_offered', BY_ORDER_ONLY)

/** Rejections: order_not_found, not_offered. Throws BadCursor. */
export async function ownFills(
  { orderReader, fillReader }: FillPorts,
  account: string,
  query: FillQuery,
): Promise<Page<Fill> | Rejection<ProblemCode>> {
  if (query.orderId === undefined) return fillReader?.list(account, query) ?? noFillReader()
  const order = await orderReader.get(account, query.orderId)
  if (order === undefined) return new Rejection('order_not_found', 'The account has no such order.')
  if (order.fills.length < FILLS_LISTED_MAX) {
    const trades = order.fills.length === 0 ? [] : await orderReader.fills(order)
    return pageOfFills(
      trades.flatMap((trade) => fillsOf(account, trade)),
      query,
    )
  }
  const fromMs = Math.max(query.fromMs ?? 0, order.receivedAtMs)
  const toMs = Math.min(query.toMs ?? Number.MAX_SAFE_INTEGER, order.updatedAtMs + 1)
  if (toMs <= fromMs || (query.symbol ?? order.symbol) !== order.symbol) return { rows: [] }
  if (fillReader === undefined) return noFillReader()
  return fillReader.list(account, { ...query, symbol: order.symbol, fromMs, toMs })
}
