/**
 * Where an order stands among those of its account: by arrival, then by the event that entered it, then
 * by symbol. Lists go from the newest place to the oldest; a cursor is the place where a page ended.
 */

import type { OrderRecord } from './records.ts'

export type OrderPlace = readonly [receivedAtMs: number, firstEvent: number, symbol: string]

export const placeOf = ({ receivedAtMs, firstEvent, symbol }: OrderRecord): OrderPlace => [
  receivedAtMs,
  firstEvent,
  symbol,
]

/** Below 0 if `a` is older than `b`. */
export function comparePlaces(a: OrderPlace, b: OrderPlace): number {
  if (a[0] !== b[0]) return a[0] - b[0]
  if (a[1] !== b[1]) return a[1] - b[1]
  return a[2] < b[2] ? -1 : a[2] > b[2] ? 1 : 0
}

/** A place as a word that a client hands back. */
export const encodePlace = (place: OrderPlace): string => Buffer.from(JSON.stringify(place)).toString('base64url')

/** undefined: not a word of {@link encodePlace}. */
export function decodePlace(word: string): OrderPlace | undefined {
  try {
    const [receivedAtMs, firstEvent, symbol] = JSON.parse(Buffer.from(word, 'base64url').toString('utf8'))
    if (typeof receivedAtMs === 'number' && typeof firstEvent === 'number' && typeof symbol === 'string') {
      return [receivedAtMs, firstEvent, symbol]
    }
  } catch {
    // Not a word of ours: said below.
  }
  return undefined
}
