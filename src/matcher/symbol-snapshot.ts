/**
 * One symbol's matcher as bytes and back. A restored matcher goes on exactly as the original would
 * have: the same events, the same numbers. Parts (snapshot-parts.ts):
 *
 *   JSON   header: version, symbol, counters, accounts by number, count of live orders
 *   f64    of each live order NUMBERS numbers, see `writeNumbers`; little-endian, as every machine it runs on
 *   text   order ids and fingerprints, each with a newline after it
 *   JSON   request ids by place in the list, and fills by place: most orders have neither
 *   bytes  the book (engine/snapshot.ts)
 *
 * Matching waits while it is written, so it is columns: JSON took twice as long and more. It leaves out what
 * every live order has in common: its type (LIMIT), that it has no reason, and its status, which follows
 * from what is filled.
 */

import { checkBook } from '../engine/invariants.ts'
import { restoreBook, SnapshotRefused, snapshotBook } from '../engine/snapshot.ts'
import { invariant } from '../protocol/assert.ts'
import { SELF_TRADE_PREVENTIONS, SIDES, TIMES_IN_FORCE } from '../protocol/commands.ts'
import { ORDER_ID_LENGTH_MAX } from '../protocol/limits.ts'
import type { Lots, Ticks } from '../protocol/units.ts'
import { type LiveOrder, NO_FILLS } from './live-order.ts'
import { OrderNames } from './order-names.ts'
import { joinParts, jsonPart, partReader, readJson } from './snapshot-parts.ts'
import { SymbolMatcher } from './symbol-matcher.ts'

const VERSION = 2
const NUMBERS = 11
/** Of 64 bits in base 36, twice. */
const FINGERPRINT_LENGTH_MAX = 14
const NEWLINE = 10
/** In the place of an expiry: the order has none. */
const NO_EXPIRY = Number.NaN

interface Header {
  readonly version: number
  readonly symbol: string
  readonly commandNumber: number
  readonly eventNumber: number
  readonly tradeNumber: number
  /** Names of the accounts 1, 2, 3 … */
  readonly accounts: readonly string[]
  readonly orders: number
}

/** By place in the list of orders. */
interface Sparse {
  readonly requestIds: [place: number, requestId: string][]
  readonly fills: [place: number, fills: readonly number[]][]
}

/** Asserts the book's invariants first: a broken book must not become the state to recover. */
export function snapshotSymbol(matcher: SymbolMatcher): Uint8Array {
  const { symbol, book, commandNumber, eventNumber, tradeNumber, accounts } = matcher
  checkBook(book)
  const count = book.orders.count
  const numbers = new Float64Array(count * NUMBERS)
  const names = Buffer.allocUnsafe(count * (ORDER_ID_LENGTH_MAX + FINGERPRINT_LENGTH_MAX + 2))
  const sparse: Sparse = { requestIds: [], fills: [] }
  let place = 0
  let end = 0
  for (const order of matcher.liveOrders()) {
    const { account, orderId, fingerprint, requestId, fills } = order.record
    writeNumbers(numbers, place * NUMBERS, order, accounts.get(account) as number)
    end += names.write(`${orderId}\n${fingerprint}\n`, end, 'latin1')
    if (requestId !== null) sparse.requestIds.push([place, requestId])
    if (fills.length > 0) sparse.fills.push([place, fills])
    place++
  }
  invariant(place === count, `${symbol}: book and records disagree`)
  const counters = { commandNumber, eventNumber, tradeNumber }
  const header: Header = { version: VERSION, symbol, ...counters, accounts: [...accounts.keys()], orders: count }
  return joinParts([
    jsonPart(header),
    new Uint8Array(numbers.buffer),
    names.subarray(0, end),
    jsonPart(sparse),
    snapshotBook(book),
  ])
}

/** Its orders join those that `live` holds. Throws SnapshotRefused if the bytes are of another version. */
export function restoreSymbol(bytes: Uint8Array, live = new OrderNames<LiveOrder>()): SymbolMatcher {
  const next = partReader(bytes)
  const header: Header = readJson(next())
  if (header.version !== VERSION) throw new SnapshotRefused(`a symbol of version ${header.version}, not ${VERSION}`)
  const numbers = doublesOf(next())
  const names = next()
  const sparse: Sparse = readJson(next())
  const matcher = new SymbolMatcher(header.symbol, restoreBook(next()), live)
  matcher.commandNumber = header.commandNumber
  matcher.eventNumber = header.eventNumber
  matcher.tradeNumber = header.tradeNumber
  for (const account of header.accounts) matcher.accounts.set(account, matcher.accounts.size + 1)
  const requestIds = new Map(sparse.requestIds)
  const fills = new Map(sparse.fills)
  let at = 0
  const word = (): string => {
    const end = names.indexOf(NEWLINE, at)
    const text = names.toString('latin1', at, end)
    at = end + 1
    return text
  }
  for (let place = 0; place < header.orders; place++) {
    const order = readOrder(numbers, place * NUMBERS, header, word(), word())
    order.record.requestId = requestIds.get(place) ?? null
    order.record.fills = fills.get(place) ?? order.record.fills
    matcher.adopt(order)
  }
  invariant(header.orders === matcher.book.orders.count, `${header.symbol}: book and records disagree`)
  return matcher
}

function writeNumbers(numbers: Float64Array, at: number, { handle, record }: LiveOrder, account: number): void {
  invariant(record.type === 'LIMIT' && record.reason === null, 'only limit orders rest')
  const side = SIDES.indexOf(record.side)
  const timeInForce = TIMES_IN_FORCE.indexOf(record.timeInForce)
  const selfTradePrevention = SELF_TRADE_PREVENTIONS.indexOf(record.selfTradePrevention)
  numbers[at] = handle
  numbers[at + 1] = account
  numbers[at + 2] = side | ((record.postOnly ? 1 : 0) << 1) | (timeInForce << 2) | (selfTradePrevention << 4)
  numbers[at + 3] = record.price as number
  numbers[at + 4] = record.quantity
  numbers[at + 5] = record.filled
  numbers[at + 6] = record.expiresAtMs ?? NO_EXPIRY
  numbers[at + 7] = record.receivedAtMs
  numbers[at + 8] = record.updatedAtMs
  numbers[at + 9] = record.firstEvent
  numbers[at + 10] = record.lastEvent
}

function readOrder(
  numbers: Float64Array,
  at: number,
  { accounts, symbol }: Header,
  orderId: string,
  fingerprint: string,
): LiveOrder {
  const options = numbers[at + 2]
  const filled = numbers[at + 5] as Lots
  const expiresAtMs = numbers[at + 6]
  const record: LiveOrder['record'] = {
    account: accounts[numbers[at + 1] - 1],
    orderId,
    symbol,
    side: SIDES[options & 1],
    type: 'LIMIT',
    timeInForce: TIMES_IN_FORCE[(options >> 2) & 3],
    postOnly: ((options >> 1) & 1) === 1,
    selfTradePrevention: SELF_TRADE_PREVENTIONS[options >> 4],
    price: numbers[at + 3] as Ticks,
    quantity: numbers[at + 4] as Lots,
    filled,
    status: filled > 0 ? 'PARTIALLY_FILLED' : 'NEW',
    reason: null,
    expiresAtMs: Number.isNaN(expiresAtMs) ? null : expiresAtMs,
    receivedAtMs: numbers[at + 7],
    updatedAtMs: numbers[at + 8],
    firstEvent: numbers[at + 9],
    lastEvent: numbers[at + 10],
    fills: NO_FILLS,
    fingerprint,
    requestId: null,
  }
  return { record, handle: numbers[at], mark: 0 }
}

/** A part begins where it happens to; doubles must begin at a multiple of eight. */
function doublesOf(part: Buffer): Float64Array {
  const bytes = new Uint8Array(part.length)
  bytes.set(part)
  return new Float64Array(bytes.buffer)
}
