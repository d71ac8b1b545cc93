/**
 * Writes the state of an exchange as bytes and reads it back. Parts (snapshot-parts.ts):
 *
 *   JSON   header: version, position, counters, count of symbols
 *   JSON   the venue: the rules in force
 *   JSON   the accounts: nothing yet; balances and limits of accounts go here
 *   bytes  each symbol (symbol-snapshot.ts), in the order in which they were defined
 *
 * The snapshot store checks that the bytes are complete.
 */

import { SnapshotRefused } from '../engine/snapshot.ts'
import { ExchangeMatcher } from '../matcher/exchange-matcher.ts'
import type { Position } from '../ports/order-stream.ts'
import type { SnapshotStore } from '../ports/snapshot-store.ts'
import { checkVersion } from '../protocol/versions.ts'
import { ExchangeState } from './exchange-state.ts'
import { joinParts, jsonPart, partReader, readJson } from './snapshot-parts.ts'
import { restoreSymbol, snapshotSymbol } from './symbol-snapshot.ts'

interface Header {
  readonly version: number
  readonly position: Position
  readonly timestampMs: number
  readonly commandCount: number
  readonly eventCount: number
  readonly tradeCount: number
  readonly symbols: number
}

interface Venue {
  readonly rules: number
}

export function takeSnapshot({ matcher, orders }: ExchangeState): Uint8Array {
  const { position, timestampMs, commandCount, eventCount, tradeCount, rules } = matcher
  const symbols = [...matcher.symbols.values()].map((symbol) => snapshotSymbol(symbol, orders.fold.of(symbol.symbol)))
  const counters = { timestampMs, commandCount, eventCount, tradeCount }
  const header: Header = { version: rules, position, ...counters, symbols: symbols.length }
  const venue: Venue = { rules }
  return joinParts([jsonPart(header), jsonPart(venue), jsonPart({}), ...symbols])
}

/** Throws UnknownVersion if a newer program wrote the bytes, SnapshotRefused if they are not a snapshot. */
export function restoreSnapshot(bytes: Uint8Array): ExchangeState {
  const next = partReader(bytes)
  const header = readHeader(next())
  checkVersion('the snapshot', header.version)
  const venue: Venue = readJson(next())
  // The accounts have no state yet.
  next()
  const matcher = new ExchangeMatcher(header.position)
  matcher.timestampMs = header.timestampMs
  matcher.commandCount = header.commandCount
  matcher.eventCount = header.eventCount
  matcher.tradeCount = header.tradeCount
  matcher.rules = venue.rules
  const state = new ExchangeState(matcher)
  for (let i = 0; i < header.symbols; i++) {
    restoreSymbol(next(), matcher.index, (symbol) => {
      matcher.addSymbol(symbol)
      return state.orders.fold
    })
  }
  return state
}

/** The newest snapshot at or before `position`, restored. Throws UnknownVersion. */
export async function restoreLatest(snapshots: SnapshotStore, position: Position): Promise<ExchangeState | undefined> {
  const snapshot = await snapshots.latest(position)
  return snapshot === undefined ? undefined : restoreSnapshot(snapshot.bytes)
}

function readHeader(part: Buffer): Header {
  try {
    return readJson(part)
  } catch {
    throw new SnapshotRefused('the header of the snapshot is not JSON')
  }
}
