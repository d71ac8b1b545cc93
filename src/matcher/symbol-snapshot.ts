/**
 * One symbol's matcher as bytes and back. A restored matcher goes on exactly as the original would
 * have: the same events, the same numbers. Parts (snapshot-parts.ts):
 *
 *   JSON   header: version, symbol, counters, accounts by number, count of chunks
 *   JSON   each chunk of live orders: an array of rows, see `rowOf`
 *   bytes  the book (engine/snapshot.ts)
 *
 * A row leaves out what every live order has in common: its type (LIMIT), that it has no reason, and
 * its status, which follows from what is filled.
 */

import { checkBook } from '../engine/invariants.ts'
import { restoreBook, SnapshotRefused, snapshotBook } from '../engine/snapshot.ts'
import { invariant } from '../protocol/assert.ts'
import { SELF_TRADE_PREVENTIONS, SIDES, TIMES_IN_FORCE } from '../protocol/commands.ts'
import type { Lots, Ticks } from '../protocol/units.ts'
import type { LiveOrder } from './live-order.ts'
import { OrderNames } from './order-names.ts'
import { joinParts, jsonPart, partReader, readJson } from './snapshot-parts.ts'
import { SymbolMatcher } from './symbol-matcher.ts'

const VERSION = 1
const ORDERS_PER_CHUNK = 10_000

interface Header {
  readonly version: number
  readonly symbol: string
  readonly commandNumber: number
  readonly eventNumber: number
  readonly tradeNumber: number
  /** Names of the accounts 1, 2, 3 … */
  readonly accounts: readonly string[]
  readonly chunks: number
}

/** Asserts the book's invariants first: a broken book must not become the state to recover. */
export function snapshotSymbol(matcher: SymbolMatcher): Uint8Array {
  checkBook(matcher.book)
  const { symbol, commandNumber, eventNumber, tradeNumber, accounts } = matcher
  const chunks: Uint8Array[] = []
  let rows: Row[] = []
  for (const order of matcher.liveOrders()) {
    rows.push(rowOf(order, accounts.get(order.record.account) as number))
    if (rows.length === ORDERS_PER_CHUNK) {
      chunks.push(jsonPart(rows))
      rows = []
    }
  }
  if (rows.length > 0) chunks.push(jsonPart(rows))
  const header: Header = {
    version: VERSION,
    symbol,
    commandNumber,
    eventNumber,
    tradeNumber,
    accounts: [...accounts.keys()],
    chunks: chunks.length,
  }
  return joinParts([jsonPart(header), ...chunks, snapshotBook(matcher.book)])
}

/** Its orders join those that `live` holds. Throws SnapshotRefused if the bytes are of another version. */
export function restoreSymbol(bytes: Uint8Array, live = new OrderNames<LiveOrder>()): SymbolMatcher {
  const next = partReader(bytes)
  const header: Header = readJson(next())
  if (header.version !== VERSION) throw new SnapshotRefused(`a symbol of version ${header.version}, not ${VERSION}`)
  const rows: Row[] = []
  for (let i = 0; i < header.chunks; i++) for (const row of readJson(next()) as Row[]) rows.push(row)
  const matcher = new SymbolMatcher(header.symbol, restoreBook(next()), live)
  matcher.commandNumber = header.commandNumber
  matcher.eventNumber = header.eventNumber
  matcher.tradeNumber = header.tradeNumber
  for (const account of header.accounts) matcher.accounts.set(account, matcher.accounts.size + 1)
  for (const row of rows) matcher.adopt(orderOf(row, header))
  invariant(rows.length === matcher.book.orders.count, `${header.symbol}: book and records disagree`)
  return matcher
}

type Row = ReturnType<typeof rowOf>

function rowOf({ handle, record }: LiveOrder, account: number) {
  invariant(record.type === 'LIMIT' && record.reason === null, 'only limit orders rest')
  return [
    handle,
    account,
    record.orderId,
    SIDES.indexOf(record.side),
    TIMES_IN_FORCE.indexOf(record.timeInForce),
    record.postOnly ? 1 : 0,
    SELF_TRADE_PREVENTIONS.indexOf(record.selfTradePrevention),
    record.price as number,
    record.quantity as number,
    record.filled as number,
    record.expiresAtMs,
    record.receivedAtMs,
    record.updatedAtMs,
    record.firstEvent,
    record.lastEvent,
    record.fills,
    record.fingerprint,
    record.requestId,
  ] as const
}

function orderOf(row: Row, header: Header): LiveOrder {
  const filled = row[9] as Lots
  const record: LiveOrder['record'] = {
    account: header.accounts[row[1] - 1],
    orderId: row[2],
    symbol: header.symbol,
    side: SIDES[row[3]],
    type: 'LIMIT',
    timeInForce: TIMES_IN_FORCE[row[4]],
    postOnly: row[5] === 1,
    selfTradePrevention: SELF_TRADE_PREVENTIONS[row[6]],
    price: row[7] as Ticks,
    quantity: row[8] as Lots,
    filled,
    status: filled > 0 ? 'PARTIALLY_FILLED' : 'NEW',
    reason: null,
    expiresAtMs: row[10],
    receivedAtMs: row[11],
    updatedAtMs: row[12],
    firstEvent: row[13],
    lastEvent: row[14],
    fills: row[15],
    fingerprint: row[16],
    requestId: row[17],
  }
  return { record, handle: row[0], mark: 0 }
}
