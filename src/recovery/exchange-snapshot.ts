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

import { checkBook } from '../engine/invariants.ts'
import { SnapshotRefused } from '../engine/snapshot.ts'
import { ExchangeMatcher } from '../matcher/exchange-matcher.ts'
import type { Position } from '../ports/order-stream.ts'
import { finish, type Paced } from '../ports/paced.ts'
import type { SnapshotStore } from '../ports/snapshot-store.ts'
import { type CopyArray, sameArray } from '../protocol/copy-array.ts'
import { checkVersion } from '../protocol/versions.ts'
import { ExchangeState } from './exchange-state.ts'
import { joinPieces, jsonPart, partOf, partReader, readJson } from './snapshot-parts.ts'
import { encodeSymbol, type FrozenSymbol, freezeSymbol } from './symbol-encoder.ts'
import { restoreSymbol } from './symbol-snapshot.ts'

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

/** The state of an exchange at one position. */
export interface FrozenState {
  readonly header: Header
  /** Each is removed when it is encoded, so that its memory is free before the bytes are joined. */
  readonly symbols: FrozenSymbol[]
}

/**
 * Copies the state, so that it can be encoded while records are applied. With {@link sameArray} most of it is not
 * copied; the caller then encodes it before the next record.
 */
export function freezeState({ matcher, orders }: ExchangeState, copy: CopyArray): FrozenState {
  const { position, timestampMs, commandCount, eventCount, tradeCount, rules } = matcher
  const symbols = [...matcher.symbols.values()].map((one) => freezeSymbol(one, orders.fold.of(one.symbol), copy))
  const counters = { timestampMs, commandCount, eventCount, tradeCount }
  return { header: { version: rules, position, ...counters, symbols: symbols.length }, symbols }
}

/**
 * The bytes of a snapshot of a frozen state. Throws BrokenInvariant if a book contradicts itself, and OperationalFailure
 * if the snapshot is too large.
 */
export function* encodeState({ header, symbols }: FrozenState): Paced<Uint8Array> {
  const venue: Venue = { rules: header.version }
  const pieces = [header, venue, {}].flatMap((value) => partOf([jsonPart(value)]))
  for (let symbol = symbols.shift(); symbol !== undefined; symbol = symbols.shift()) {
    for (const piece of partOf(yield* encodeSymbol(symbol))) pieces.push(piece)
  }
  return yield* joinPieces(pieces)
}

/** The bytes of a snapshot of the present state, at once. Throws as {@link encodeState}. */
export function takeSnapshot(state: ExchangeState): Uint8Array {
  for (const { book } of state.matcher.symbols.values()) checkBook(book)
  return finish(encodeState(freezeState(state, sameArray)))
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
