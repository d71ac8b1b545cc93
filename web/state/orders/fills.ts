/** The fills of the account: pages of `GET /fills`, and those that the orders feed brings while the list is shown. */

import { get } from '../session/session.ts'
import { mergeFills, type OwnFill } from './order-lists.ts'
import { PagedList, pagePath } from './paged-list.ts'

export const fills = new PagedList<OwnFill>(async (filter, cursor, limit) => {
  const page = (await get(pagePath('/fills', filter, cursor, limit))) as {
    readonly fills: readonly OwnFill[]
    readonly nextCursor: string | null
  }
  return { rows: page.fills, next: page.nextCursor }
}, mergeFills)

let shownSymbol = ''

/** Reads the newest fills of a symbol, or of all. */
export function showFills(symbol: string): void {
  shownSymbol = symbol
  void fills.refresh(symbol === '' ? {} : { symbol })
}

export function noteFills(more: readonly OwnFill[]): void {
  fills.add(shownSymbol === '' ? more : more.filter(({ symbol }) => symbol === shownSymbol))
}
