/**
 * One symbol's matcher as bytes and back. A restored matcher goes on exactly as the original would
 * have: the same events, the same numbers. Parts (snapshot-parts.ts):
 *
 *   JSON   header: version, symbol, counters, accounts by number, count of live orders
 *   u32    handles of the live orders
 *   f64    their numbers, NUMBERS of each (live-orders.ts)
 *   u32    their words, WORDS_KEPT of each
 *   text   their ids, each with a newline after it
 *   JSON   request ids, terms before an amendment, and fills, each by handle: most orders have none
 *   bytes  the book (engine/snapshot.ts)
 *
 * Little-endian, as every machine is that it runs on. Matching waits while it is written: columns take
 * a fraction of what JSON took.
 */

import { checkBook } from '../engine/invariants.ts'
import { restoreBook, SnapshotRefused, snapshotBook } from '../engine/snapshot.ts'
import { invariant } from '../protocol/assert.ts'
import { NAME_LENGTH_MAX } from '../protocol/limits.ts'
import type { PlacedTerms } from '../protocol/records.ts'
import { NUMBERS, WORDS, WORDS_KEPT } from './live-orders.ts'
import { OrderIndex } from './order-index.ts'
import { joinParts, jsonPart, partReader, readJson } from './snapshot-parts.ts'
import { SymbolMatcher } from './symbol-matcher.ts'

const VERSION = 4
const NEWLINE = 10

interface Header {
  readonly version: number
  readonly symbol: string
  readonly commandNumber: number
  readonly eventNumber: number
  readonly tradeNumber: number
  /** Names of the accounts 1, 2, 3 … */
  readonly accounts: readonly string[]
}

/** What few orders have, by handle. */
interface Sparse {
  readonly requestIds: [handle: number, requestId: string][]
  readonly placed: [handle: number, terms: PlacedTerms][]
  readonly fills: [handle: number, fills: number[]][]
}

/** Asserts the book's invariants first: a broken book must not become the state to recover. */
export function snapshotSymbol(matcher: SymbolMatcher): Uint8Array {
  const { symbol, book, orders, commandNumber, eventNumber, tradeNumber } = matcher
  checkBook(book)
  const { count } = book.orders
  const handles = new Uint32Array(count)
  const numbers = new Float64Array(count * NUMBERS)
  const words = new Int32Array(count * WORDS_KEPT)
  const ids = Buffer.allocUnsafe(count * (NAME_LENGTH_MAX + 1))
  const fills: Sparse['fills'] = []
  let place = 0
  let end = 0
  for (const handle of orders.handles()) {
    handles[place] = handle
    for (let i = 0; i < NUMBERS; i++) numbers[place * NUMBERS + i] = orders.numbers[handle * NUMBERS + i]
    for (let i = 0; i < WORDS_KEPT; i++) words[place * WORDS_KEPT + i] = orders.words[handle * WORDS + i]
    end += ids.write(orders.orderIds[handle], end, 'latin1')
    ids[end++] = NEWLINE
    const list = orders.fillsOf(handle)
    if (list.length > 0) fills.push([handle, [...list]])
    place++
  }
  invariant(place === count, `${symbol}: book and records disagree`)
  const counters = { commandNumber, eventNumber, tradeNumber }
  const header: Header = { version: VERSION, symbol, ...counters, accounts: orders.accounts }
  const sparse: Sparse = { requestIds: [...orders.requestIds], placed: [...orders.placed], fills }
  return joinParts([
    jsonPart(header),
    bytesOf(handles),
    bytesOf(numbers),
    bytesOf(words),
    ids.subarray(0, end),
    jsonPart(sparse),
    snapshotBook(book),
  ])
}

/**
 * Its orders join those that `index` holds. Throws SnapshotRefused if the bytes are of another version.
 */
export function restoreSymbol(bytes: Uint8Array, index = new OrderIndex()): SymbolMatcher {
  const next = partReader(bytes)
  const header: Header = readJson(next())
  if (header.version !== VERSION) throw new SnapshotRefused(`a symbol of version ${header.version}, not ${VERSION}`)
  const handles = new Uint32Array(aligned(next()))
  const numbers = new Float64Array(aligned(next()))
  const words = new Int32Array(aligned(next()))
  const ids = next()
  const sparse: Sparse = readJson(next())
  const matcher = new SymbolMatcher(header.symbol, restoreBook(next()), index)
  const { orders } = matcher
  matcher.commandNumber = header.commandNumber
  matcher.eventNumber = header.eventNumber
  matcher.tradeNumber = header.tradeNumber
  for (const account of header.accounts) orders.addAccount(account)
  const fills = new Map(sparse.fills)
  let at = 0
  for (let place = 0; place < handles.length; place++) {
    const handle = handles[place]
    const end = ids.indexOf(NEWLINE, at)
    const orderId = ids.toString('latin1', at, end)
    at = end + 1
    const ownNumbers = numbers.subarray(place * NUMBERS, (place + 1) * NUMBERS)
    const ownWords = words.subarray(place * WORDS_KEPT, (place + 1) * WORDS_KEPT)
    orders.restore(handle, orderId, ownNumbers, ownWords, fills.get(handle))
    matcher.adopt(handle)
  }
  orders.relink()
  for (const [handle, requestId] of sparse.requestIds) orders.requestIds.set(handle, requestId)
  for (const [handle, terms] of sparse.placed) orders.placed.set(handle, terms)
  invariant(handles.length === matcher.book.orders.count, `${header.symbol}: book and records disagree`)
  return matcher
}

const bytesOf = (array: ArrayBufferView): Uint8Array => new Uint8Array(array.buffer, array.byteOffset, array.byteLength)

/** A part begins where it happens to; an array of numbers must begin at a multiple of their size. */
function aligned(part: Buffer): ArrayBuffer {
  const bytes = new Uint8Array(part.length)
  bytes.set(part)
  return bytes.buffer
}
