/**
 * The state of a matcher of many symbols as bytes and back. A restored matcher goes on exactly as the
 * original would have: the same events, the same numbers. Parts (snapshot-parts.ts):
 *
 *   JSON   header: version, position, counters, count of symbols
 *   bytes  each symbol (symbol-snapshot.ts)
 *
 * Whether the bytes are whole is the snapshot store's business.
 */

import { SnapshotRefused } from '../engine/snapshot.ts'
import type { Position } from '../ports/order-stream.ts'
import type { SnapshotStore } from '../ports/snapshot-store.ts'
import { ExchangeMatcher } from './exchange-matcher.ts'
import { joinParts, jsonPart, partReader, readJson } from './snapshot-parts.ts'
import { restoreSymbol, snapshotSymbol } from './symbol-snapshot.ts'

const VERSION = 4

interface Header {
  readonly version: number
  readonly position: Position
  readonly timestampMs: number
  readonly commandCount: number
  readonly eventCount: number
  readonly tradeCount: number
  readonly symbols: number
}

export function takeSnapshot(matcher: ExchangeMatcher): Uint8Array {
  const { position, timestampMs, commandCount, eventCount, tradeCount } = matcher
  const symbols = [...matcher.symbols.values()].map(snapshotSymbol)
  const counters = { timestampMs, commandCount, eventCount, tradeCount }
  const header: Header = { version: VERSION, position, ...counters, symbols: symbols.length }
  return joinParts([jsonPart(header), ...symbols])
}

/** Throws SnapshotRefused if the bytes are of another version. */
export function restoreSnapshot(bytes: Uint8Array): ExchangeMatcher {
  const next = partReader(bytes)
  const header: Header = readJson(next())
  if (header.version !== VERSION) throw new SnapshotRefused(`a snapshot of version ${header.version}, not ${VERSION}`)
  const matcher = new ExchangeMatcher(header.position)
  matcher.timestampMs = header.timestampMs
  matcher.commandCount = header.commandCount
  matcher.eventCount = header.eventCount
  matcher.tradeCount = header.tradeCount
  for (let i = 0; i < header.symbols; i++) {
    matcher.addSymbol(restoreSymbol(next(), matcher.index))
  }
  return matcher
}

/**
 * The newest snapshot at or before `position`, restored. One that another version of the program has
 * written is none: the stream makes the same books again, only slower.
 */
export async function restoreLatest(
  snapshots: SnapshotStore,
  position: Position,
): Promise<ExchangeMatcher | undefined> {
  const snapshot = await snapshots.latest(position)
  if (snapshot === undefined) return undefined
  try {
    return restoreSnapshot(snapshot.bytes)
  } catch (cause) {
    if (cause instanceof SnapshotRefused) return undefined
    throw cause
  }
}
