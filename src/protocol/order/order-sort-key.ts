/**
 * The key by which an account's orders are sorted in lists: by arrival, then by the first event of the order,
 * then by symbol. Lists go from the newest key to the oldest. A cursor is the key at the end of a page, as text
 * that a client sends back.
 */

import type { OrderRecord } from '../records.ts'

export type OrderSortKey = readonly [receivedAtMs: number, firstEvent: number, symbol: string]

export const sortKeyOf = ({ receivedAtMs, firstEvent, symbol }: OrderRecord): OrderSortKey => [
  receivedAtMs,
  firstEvent,
  symbol,
]

/** Below 0 if `a` is older than `b`. */
export function compareSortKeys(a: OrderSortKey, b: OrderSortKey): number {
  if (a[0] !== b[0]) return a[0] - b[0]
  if (a[1] !== b[1]) return a[1] - b[1]
  return a[2] < b[2] ? -1 : a[2] > b[2] ? 1 : 0
}

/** A key as a cursor: base64url of its JSON, which is ASCII because symbols are. */
export const encodeSortKey = (key: OrderSortKey): string =>
  btoa(JSON.stringify(key)).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')

/** undefined: not made by {@link encodeSortKey}. */
export function decodeSortKey(cursor: string): OrderSortKey | undefined {
  try {
    const [receivedAtMs, firstEvent, symbol] = JSON.parse(atob(cursor.replaceAll('-', '+').replaceAll('_', '/')))
    if (typeof receivedAtMs === 'number' && typeof firstEvent === 'number' && typeof symbol === 'string') {
      return [receivedAtMs, firstEvent, symbol]
    }
  } catch {
    // Not base64, or not the JSON of a list: return undefined.
  }
  return undefined
}
