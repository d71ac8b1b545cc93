/**
 * Writes one symbol's matcher and open orders as bytes (symbol-encoder.ts) and reads them back. A restored symbol gives
 * the same events with the same numbers as the original. Parts (snapshot-parts.ts):
 *
 *   JSON   header: version, symbol, counters, instrument, accounts by number
 *   u32    handles of the open orders; those of one account in the order in which they entered
 *   u32    of each order: its account number
 *   f64    of each order: NUMBERS numbers (orders/open-orders.ts)
 *   text   of each order: its id and a newline
 *   JSON   by handle, for the few orders that have them: request id, extras, terms as placed, fills
 *   bytes  the book (engine/snapshot.ts)
 *
 * Little-endian, like every machine that this program runs on. Most parts are columns of numbers, which take
 * a fraction of the time of JSON.
 */

import { checkBook } from '../engine/invariants.ts'
import { restoreBook } from '../engine/snapshot.ts'
import { hashOf, type OrderIndex } from '../matcher/order-index.ts'
import { SymbolMatcher } from '../matcher/symbol-matcher.ts'
import { NUMBERS, type OpenOrders } from '../orders/open-orders.ts'
import type { OrderFold } from '../orders/order-fold.ts'
import { finish } from '../ports/paced.ts'
import { invariant } from '../protocol/assert.ts'
import { sameArray } from '../protocol/copy-array.ts'
import type { InstrumentText } from '../protocol/instrument/instrument.ts'
import type { OrderExtras } from '../protocol/order/order-terms.ts'
import type { PlacedTerms } from '../protocol/records.ts'
import { checkVersion } from '../protocol/versions.ts'
import { joinPieces, partReader, readJson } from './snapshot-parts.ts'
import { encodeSymbol, freezeSymbol } from './symbol-encoder.ts'

const NEWLINE = 10

export interface SymbolHeader {
  readonly version: number
  readonly symbol: string
  readonly commandNumber: number
  readonly eventNumber: number
  readonly tradeNumber: number
  readonly instrument: InstrumentText | null
  readonly instrumentClosed: boolean
  /** Names of the accounts 1, 2, 3 … */
  readonly accounts: readonly string[]
}

/** Values that few orders have, by handle. */
interface Sparse {
  readonly requestIds: [handle: number, requestId: string][]
  readonly extras: [handle: number, extras: OrderExtras][]
  readonly placed: [handle: number, terms: PlacedTerms][]
  readonly fills: [handle: number, fills: number[]][]
}

/** Asserts the book's invariants first, so that an inconsistent book is never recovered. */
export function snapshotSymbol(matcher: SymbolMatcher, open: OpenOrders): Uint8Array {
  checkBook(matcher.book)
  return finish(joinPieces(finish(encodeSymbol(freezeSymbol(matcher, open, sameArray)))))
}

/**
 * Adds the orders of the symbol to `index` and `fold`. `fold` needs the names of the symbol, so `onMatcher` is
 * called before. Throws UnknownVersion or SnapshotRefused.
 */
export function restoreSymbol(
  bytes: Uint8Array,
  index: OrderIndex,
  onMatcher: (matcher: SymbolMatcher) => OrderFold,
): SymbolMatcher {
  const next = partReader(bytes)
  const header: SymbolHeader = readJson(next())
  checkVersion(`the snapshot of ${header.symbol}`, header.version)
  const handles = new Uint32Array(aligned(next()))
  const accounts = new Uint32Array(aligned(next()))
  const numbers = new Float64Array(aligned(next()))
  const ids = next()
  const sparse: Sparse = readJson(next())
  const matcher = new SymbolMatcher(header.symbol, restoreBook(next()), index)
  matcher.commandNumber = header.commandNumber
  matcher.eventNumber = header.eventNumber
  matcher.tradeNumber = header.tradeNumber
  matcher.instrument = header.instrument ?? undefined
  matcher.instrumentClosed = header.instrumentClosed
  const { names } = matcher
  for (const account of header.accounts) names.addAccount(account)
  const open = onMatcher(matcher).of(header.symbol)
  for (const [handle, requestId] of sparse.requestIds) open.requestIds.set(handle, requestId)
  for (const [handle, terms] of sparse.placed) {
    open.placed.set(handle, terms)
    names.placed.set(handle, terms)
  }
  for (const [handle, extras] of sparse.extras) {
    open.extras.set(handle, extras)
    names.extras.set(handle, extras)
  }
  const fills = new Map(sparse.fills)
  let at = 0
  for (let place = 0; place < handles.length; place++) {
    const handle = handles[place]
    const end = ids.indexOf(NEWLINE, at)
    const orderId = ids.toString('latin1', at, end)
    at = end + 1
    const account = accounts[place]
    open.restore(handle, numbers.subarray(place * NUMBERS, (place + 1) * NUMBERS), fills.get(handle))
    names.restore(handle, orderId, account, hashOf(header.accounts[account - 1], orderId))
    matcher.adopt(handle)
  }
  invariant(handles.length === matcher.book.orders.count, `${header.symbol}: book and open orders disagree`)
  return matcher
}

/** Copies a part, because it begins at any byte, and an array of numbers must begin at a multiple of their size. */
function aligned(part: Buffer): ArrayBuffer {
  const bytes = new Uint8Array(part.length)
  bytes.set(part)
  return bytes.buffer
}
