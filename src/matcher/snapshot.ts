/**
 * The state of a matcher as bytes and back. A restored matcher goes on exactly as the original would
 * have: the same events, the same numbers.
 *
 *   u32 length, JSON   header: version, position, counters, symbols
 *   for each symbol, for each chunk of its live orders:
 *     u32 length, JSON   array of [handle, record]
 *   for each symbol:
 *     u32 length, bytes  its book (engine/snapshot.ts)
 *
 * Little-endian. Whether the bytes are whole is the snapshot store's business.
 */

import { restoreBook, snapshotBook } from '../engine/snapshot.ts'
import type { Position } from '../ports/order-stream.ts'
import { invariant } from '../protocol/assert.ts'
import { ExchangeMatcher } from './exchange-matcher.ts'
import { type LiveOrder, liveOrderOf } from './live-order.ts'
import { SymbolMatcher } from './symbol-matcher.ts'

const VERSION = 1
const ORDERS_PER_CHUNK = 10_000

interface Header {
  readonly version: number
  readonly position: Position
  readonly timestampMs: number
  readonly commandCount: number
  readonly eventCount: number
  readonly tradeCount: number
  readonly symbols: readonly SymbolHeader[]
}

interface SymbolHeader {
  readonly symbol: string
  readonly commandNumber: number
  readonly eventNumber: number
  readonly tradeNumber: number
  /** Names of the accounts 1, 2, 3 … */
  readonly accounts: readonly string[]
  readonly chunks: number
}

export function takeSnapshot(matcher: ExchangeMatcher): Uint8Array {
  const parts: Uint8Array[] = []
  const chunks: Uint8Array[] = []
  const books: Uint8Array[] = []
  const symbols: SymbolHeader[] = []
  for (const symbol of matcher.symbols.values()) {
    const before = chunks.length
    const rows = [...symbol.liveOrders()].map((order) => [order.handle, order.record])
    for (let i = 0; i < rows.length; i += ORDERS_PER_CHUNK) {
      chunks.push(Buffer.from(JSON.stringify(rows.slice(i, i + ORDERS_PER_CHUNK))))
    }
    books.push(snapshotBook(symbol.book))
    symbols.push({
      symbol: symbol.symbol,
      commandNumber: symbol.commandNumber,
      eventNumber: symbol.eventNumber,
      tradeNumber: symbol.tradeNumber,
      accounts: [...symbol.accounts.keys()],
      chunks: chunks.length - before,
    })
  }
  const { position, timestampMs, commandCount, eventCount, tradeCount } = matcher
  const header: Header = { version: VERSION, position, timestampMs, commandCount, eventCount, tradeCount, symbols }
  for (const part of [Buffer.from(JSON.stringify(header)), ...chunks, ...books]) {
    const length = Buffer.alloc(4)
    length.writeUInt32LE(part.length)
    parts.push(length, part)
  }
  return Buffer.concat(parts)
}

/** Throws if the bytes are of another version. */
export function restoreSnapshot(bytes: Uint8Array): ExchangeMatcher {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let offset = 0
  const next = (): Buffer => {
    const length = buffer.readUInt32LE(offset)
    const part = buffer.subarray(offset + 4, offset + 4 + length)
    offset += 4 + length
    return part
  }
  const header: Header = JSON.parse(next().toString('utf8'))
  if (header.version !== VERSION) throw new RangeError(`a snapshot of version ${header.version}, not ${VERSION}`)
  const matcher = new ExchangeMatcher(header.position)
  matcher.timestampMs = header.timestampMs
  matcher.commandCount = header.commandCount
  matcher.eventCount = header.eventCount
  matcher.tradeCount = header.tradeCount
  const liveOrders = header.symbols.map(({ chunks }) =>
    Array.from({ length: chunks }, () => JSON.parse(next().toString('utf8')) as [number, LiveOrder['record']][]).flat(),
  )
  for (const [i, one] of header.symbols.entries()) {
    const symbol = new SymbolMatcher(one.symbol, restoreBook(next()))
    symbol.commandNumber = one.commandNumber
    symbol.eventNumber = one.eventNumber
    symbol.tradeNumber = one.tradeNumber
    for (const account of one.accounts) symbol.accounts.set(account, symbol.accounts.size + 1)
    for (const [handle, record] of liveOrders[i]) symbol.adopt(liveOrderOf(record, handle))
    invariant(liveOrders[i].length === symbol.book.orders.count, `${one.symbol}: book and records disagree`)
    matcher.symbols.set(one.symbol, symbol)
  }
  return matcher
}
