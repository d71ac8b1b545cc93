/**
 * How a shard's matcher gets the replica of a symbol that it does not hold: from the cache, or, if the cache is
 * empty or behind what was published, from the last snapshot and the stream. The high-water mark says up to
 * where events were published: later ones are published next, earlier ones never again.
 *
 * A symbol stays stopped if the stream can no longer lead to its mark, or if a newer program wrote its image.
 */

import { SnapshotRefused } from '../engine/snapshot.ts'
import type { BookCache, CachedBook, CacheVersion, LostBook } from '../ports/book-cache.ts'
import { BEGINNING, type Position, StreamTruncated } from '../ports/order-stream.ts'
import type { Mark, Publisher } from '../ports/publisher.ts'
import type { RawRecord, RecordStream } from '../ports/record-stream.ts'
import type { SnapshotStore } from '../ports/snapshot-store.ts'
import { checkVersion } from '../protocol/versions.ts'
import { readRecord } from './record-lines.ts'
import { storedOrders } from './stored-orders.ts'
import { SymbolReplica } from './symbol-replica.ts'

export interface RecoveryPorts {
  readonly cache: BookCache
  readonly publisher: Publisher
  /** The snapshots of a symbol. */
  readonly snapshots: (symbol: string) => SnapshotStore
  readonly stream: RecordStream
}

/** A replica in memory, and the version of the cache at which the two last agreed. */
export interface HeldSymbol {
  readonly replica: SymbolReplica
  /** undefined: the cache was empty. */
  cacheVersion: CacheVersion | undefined
  /** Position of the mark: everything up to here is published. */
  marked: Position
  /** Commands since the base. */
  sinceBase: number
  /** Arrival of the last record in the base, or of the first ever; 0 before it. */
  baseTimestampMs: number
  /** Whether it was rebuilt from the stream, because the cache did not have it. */
  readonly rebuilt: boolean
}

/** Returns undefined if another matcher changed the cache meanwhile. The caller then tries again. */
export async function loadSymbol(symbol: string, ports: RecoveryPorts): Promise<HeldSymbol | undefined> {
  let found = await ports.cache.load(symbol)
  // The mark is read after the cache, so that it is not older than the base: a base contains only published state.
  const mark = await ports.publisher.mark(symbol)
  if (isBehind(found, mark)) found = await ports.cache.load(symbol)
  if (found === undefined && mark === undefined) {
    const replica = SymbolReplica.empty(symbol)
    return { replica, cacheVersion: undefined, marked: BEGINNING, sinceBase: 0, baseTimestampMs: 0, rebuilt: false }
  }
  const held = found === undefined || 'lost' in found ? undefined : await fromCache(symbol, found, mark, ports)
  if (held !== undefined && !isBehind(found, mark)) return held
  return rebuild(symbol, found?.cacheVersion, held?.replica, mark, ports)
}

const isBehind = (cached: CachedBook | LostBook | undefined, mark: Mark | undefined): boolean =>
  mark !== undefined && (cached === undefined || cached.cacheVersion.position < mark.position)

/**
 * Applies to a book in memory what others committed since, so that it is at the mark or after it. Returns false if the
 * cache has no records that lead there. Then the memory may be ahead of the cache, and must not be used.
 */
export async function catchUp(symbol: string, held: HeldSymbol, mark: Mark, ports: RecoveryPorts): Promise<boolean> {
  const { replica, cacheVersion } = held
  const cached = cacheVersion && (await ports.cache.loadAfter(symbol, cacheVersion))
  if (cached === undefined || cached.cacheVersion.position < mark.position) return false
  checkVersion(`the cached book of ${symbol}`, cached.format)
  const commands = await applyCommitted(symbol, replica, cached.records, mark, ports)
  if (commands === undefined || replica.position !== cached.cacheVersion.position) return false
  held.sinceBase += commands
  held.cacheVersion = cached.cacheVersion
  held.marked = mark.position
  return true
}

/** Returns undefined if the cache has no state from which this program may continue. */
async function fromCache(
  symbol: string,
  { cacheVersion, format, base, records }: CachedBook,
  mark: Mark | undefined,
  ports: RecoveryPorts,
): Promise<HeldSymbol | undefined> {
  checkVersion(`the cached book of ${symbol}`, format)
  const replica = base === undefined ? SymbolReplica.empty(symbol) : restore(base)
  if (replica === undefined || (base !== undefined && replica.position > (mark?.position ?? BEGINNING)))
    return undefined
  const baseTimestampMs = base === undefined ? (records[0]?.timestampMs ?? 0) : replica.timestampMs
  if (!agrees(replica, mark)) return undefined
  const sinceBase = await applyCommitted(symbol, replica, records, mark, ports)
  if (sinceBase === undefined) return undefined
  return { replica, cacheVersion, marked: mark?.position ?? BEGINNING, sinceBase, baseTimestampMs, rebuilt: false }
}

/** Returns how many commands the records have, or undefined if they do not lead to the numbers of the mark. */
async function applyCommitted(
  symbol: string,
  replica: SymbolReplica,
  records: readonly RawRecord[],
  mark: Mark | undefined,
  ports: RecoveryPorts,
): Promise<number | undefined> {
  let commands = 0
  for await (const { read, stored } of readAll(symbol, replica, records, ports)) {
    replica.apply(read, stored)
    commands += read.commands.length
    if (!agrees(replica, mark)) return undefined
    if (mark !== undefined && replica.position <= mark.position) replica.forgetPublished()
  }
  return commands
}

function restore(base: Uint8Array): SymbolReplica | undefined {
  try {
    return SymbolReplica.restore(base)
  } catch (cause) {
    if (cause instanceof SnapshotRefused) return undefined
    throw cause
  }
}

/** At the mark's position, event and trade numbers must equal the mark's. */
function agrees({ position, matcher }: SymbolReplica, mark: Mark | undefined): boolean {
  if (position !== mark?.position) return true
  return matcher.eventNumber === mark.eventNumber && matcher.tradeNumber === mark.tradeNumber
}

/** Starts at the newer of the snapshot and the cached state, applies the stream up to the mark, and fills the cache. */
async function rebuild(
  symbol: string,
  cacheVersion: CacheVersion | undefined,
  known: SymbolReplica | undefined,
  mark: Mark | undefined,
  ports: RecoveryPorts,
): Promise<HeldSymbol | undefined> {
  const target = mark?.position ?? BEGINNING
  const snapshot = await ports.snapshots(symbol).latest(target)
  let replica = known !== undefined && known.position <= target ? known : SymbolReplica.empty(symbol)
  if (snapshot !== undefined && snapshot.position > replica.position) replica = restore(snapshot.bytes) ?? replica
  const from = replica.position
  if (from < target) {
    for await (const batch of ports.stream.read(symbol, from, target)) {
      for await (const { read, stored } of readAll(symbol, replica, batch, ports)) {
        replica.apply(read, stored)
        replica.forgetPublished()
      }
    }
  }
  replica.forgetPublished()
  if (replica.position !== target || !agrees(replica, mark)) {
    const { eventNumber } = replica.matcher
    throw new StreamTruncated(
      `${symbol}: published up to event ${mark?.eventNumber} at ${target}, but from '${from}' the stream leads to ` +
        `event ${eventNumber} at ${replica.position}`,
    )
  }
  const rebased = await ports.cache.rebase(symbol, cacheVersion, replica.base(), replica.version)
  if (rebased === undefined) return undefined
  return {
    replica,
    cacheVersion: rebased,
    marked: target,
    sinceBase: 0,
    baseTimestampMs: replica.timestampMs,
    rebuilt: true,
  }
}

/** Decodes records one by one. Lines that are no commands became dead letters when they were first read. */
async function* readAll(symbol: string, replica: SymbolReplica, records: readonly RawRecord[], ports: RecoveryPorts) {
  for (const raw of records) {
    const read = readRecord(symbol, raw, replica.instruments, [])
    yield { read, stored: await storedOrders(symbol, [read], ports.publisher) }
  }
}
