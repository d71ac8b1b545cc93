/**
 * How a shard's matcher gets the replica of a symbol that it does not hold: from the cache. The high-water mark says
 * up to where events were published: later ones are published next, earlier ones never again. If the cache is empty
 * or behind what was published, the book is lost, and shard-rebuild.ts makes it again from snapshot and stream.
 */

import type { BookCache, CachedBook, CacheVersion, LostBook } from '../ports/book-cache.ts'
import { BEGINNING, type Position } from '../ports/order-stream.ts'
import type { Mark, Publisher, StoredMark } from '../ports/publisher.ts'
import type { RawRecord, RecordStream } from '../ports/record-stream.ts'
import type { SnapshotStore } from '../ports/snapshot-store.ts'
import type { SnapshotMark, SymbolStates } from '../ports/symbol-states.ts'
import { checkVersion } from '../protocol/versions.ts'
import { mayEnd } from './passing-failure.ts'
import { readRecord } from './record-lines.ts'
import { storedOrders } from './stored-orders.ts'
import { SymbolReplica } from './symbol-replica.ts'

export interface RecoveryPorts {
  readonly cache: BookCache
  readonly publisher: Publisher
  /** The snapshots of a symbol. */
  readonly snapshots: (symbol: string) => SnapshotStore
  readonly stream: RecordStream
  readonly states?: Pick<SymbolStates, 'snapshotSaved'>
}

/** What a book is loaded from. */
export type LoadPorts = Pick<RecoveryPorts, 'cache' | 'publisher'>

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
  /** The newest snapshot, as far as this process knows. */
  snapshot: SnapshotMark | undefined
}

/** The cache does not have the book up to its mark. */
export class RebuildNeeded extends Error {
  override readonly name = 'RebuildNeeded'
  readonly symbol: string
  readonly mark: StoredMark
  /** What the cache has instead. */
  readonly cacheVersion: CacheVersion | undefined
  /** An older state, if the cache has one. */
  readonly known: SymbolReplica | undefined

  constructor(symbol: string, mark: StoredMark, cached?: CachedBook | LostBook, known?: SymbolReplica) {
    super(`${symbol}: the cache does not have the book up to ${mark.position}`)
    this.symbol = symbol
    this.mark = mark
    this.cacheVersion = cached?.cacheVersion
    this.known = known
  }
}

/** Throws {@link RebuildNeeded}. */
export async function loadSymbol(symbol: string, ports: LoadPorts): Promise<HeldSymbol> {
  let found = await ports.cache.load(symbol)
  // The mark is read after the cache, so that it is not older than the base: a base contains only published state.
  const mark = published(await ports.publisher.mark(symbol))
  if (isBehind(found, mark)) found = await ports.cache.load(symbol)
  if (found === undefined && mark === undefined) {
    const replica = SymbolReplica.empty(symbol, ports.publisher.wantsEveryEvent)
    const none = { cacheVersion: undefined, snapshot: undefined }
    return { replica, ...none, marked: BEGINNING, sinceBase: 0, baseTimestampMs: 0 }
  }
  const held = found === undefined || 'lost' in found ? undefined : await fromCache(symbol, found, mark, ports)
  if (held !== undefined && !isBehind(found, mark)) return held
  const target: StoredMark = mark ?? { position: BEGINNING, eventNumber: 0, tradeNumber: 0 }
  throw new RebuildNeeded(symbol, target, found, held?.replica)
}

/** A symbol may have a state beside its mark before anything of it was published. */
const published = (mark: StoredMark | undefined): StoredMark | undefined =>
  mark?.position === BEGINNING ? undefined : mark

const isBehind = (cached: CachedBook | LostBook | undefined, mark: Mark | undefined): boolean =>
  mark !== undefined && (cached === undefined || cached.cacheVersion.position < mark.position)

/**
 * Returns undefined if the cache has no state from which this program may continue. So does a book that fails while it
 * is restored: snapshot and stream lead to the right one, or to the same failure.
 */
async function fromCache(
  symbol: string,
  cached: CachedBook,
  mark: StoredMark | undefined,
  ports: LoadPorts,
): Promise<HeldSymbol | undefined> {
  const { cacheVersion, base, records } = cached
  const replica = baseOf(symbol, cached, mark, ports)
  if (replica === undefined) return undefined
  const baseTimestampMs = base === undefined ? (records[0]?.timestampMs ?? 0) : replica.timestampMs
  const sinceBase = await applyCommitted(symbol, replica, records, mark, ports).catch(lostUnlessItMayEnd)
  if (sinceBase === undefined) return undefined
  const marked = mark?.position ?? BEGINNING
  return { replica, cacheVersion, marked, sinceBase, baseTimestampMs, snapshot: mark?.snapshot }
}

/** The state at the mark, from the cache. undefined: the cache does not have it. */
export async function loadPublished(
  symbol: string,
  mark: StoredMark,
  ports: LoadPorts,
): Promise<SymbolReplica | undefined> {
  const cached = await ports.cache.load(symbol)
  const replica = cached === undefined || 'lost' in cached ? undefined : baseOf(symbol, cached, mark, ports)
  if (replica === undefined) return undefined
  const records = (cached as CachedBook).records.filter(({ position }) => position <= mark.position)
  const commands = await applyCommitted(symbol, replica, records, mark, ports)
  return commands !== undefined && replica.position === mark.position ? replica : undefined
}

/** The replica at the base, before the records that follow it. undefined: it does not fit to the mark. */
function baseOf(
  symbol: string,
  { format, base }: CachedBook,
  mark: StoredMark | undefined,
  ports: LoadPorts,
): SymbolReplica | undefined {
  checkVersion(`the cached book of ${symbol}`, format)
  const replica =
    base === undefined ? SymbolReplica.empty(symbol, ports.publisher.wantsEveryEvent) : restored(base, ports)
  if (replica === undefined || replica.matcher.symbol !== symbol) return undefined
  if (base !== undefined && replica.position > (mark?.position ?? BEGINNING)) return undefined
  return agrees(replica, mark) ? replica : undefined
}

/**
 * Applies to a book in memory what others committed since, so that it is at the mark or after it. Returns false if the
 * cache has no records that lead there. Then the memory may be ahead of the cache, and must not be used.
 */
export async function catchUp(symbol: string, held: HeldSymbol, mark: StoredMark, ports: LoadPorts): Promise<boolean> {
  const { replica, cacheVersion } = held
  const cached = cacheVersion && (await ports.cache.loadAfter(symbol, cacheVersion))
  if (cached === undefined || cached.cacheVersion.position < mark.position) return false
  checkVersion(`the cached book of ${symbol}`, cached.format)
  const commands = await applyCommitted(symbol, replica, cached.records, mark, ports)
  if (commands === undefined || replica.position !== cached.cacheVersion.position) return false
  held.sinceBase += commands
  held.cacheVersion = cached.cacheVersion
  held.marked = mark.position
  held.snapshot = mark.snapshot
  return true
}

/** Returns how many commands the records have, or undefined if they do not lead to the numbers of the mark. */
async function applyCommitted(
  symbol: string,
  replica: SymbolReplica,
  records: readonly RawRecord[],
  mark: Mark | undefined,
  ports: LoadPorts,
): Promise<number | undefined> {
  let commands = 0
  for (const record of records) {
    commands += await applyAgain(symbol, replica, record, ports)
    if (!agrees(replica, mark)) return undefined
    if (mark !== undefined && replica.position <= mark.position) replica.forgetPublished()
  }
  return commands
}

/** undefined: the bytes are no snapshot, whatever is wrong with them. Throws UnknownVersion. */
export function restored(base: Uint8Array, { publisher }: Pick<RecoveryPorts, 'publisher'>): SymbolReplica | undefined {
  try {
    return SymbolReplica.restore(base, publisher.wantsEveryEvent)
  } catch (cause) {
    return lostUnlessItMayEnd(cause)
  }
}

/** A service that does not answer and a newer program say nothing about the bytes: such causes are thrown. */
function lostUnlessItMayEnd(cause: unknown): undefined {
  if (mayEnd(cause)) throw cause
  return undefined
}

/** At the mark's position, event and trade numbers must equal the mark's. */
export function agrees({ position, matcher }: SymbolReplica, mark: Mark | undefined): boolean {
  if (position !== mark?.position) return true
  return matcher.eventNumber === mark.eventNumber && matcher.tradeNumber === mark.tradeNumber
}

/**
 * Applies a record that was applied before, and returns how many commands it has. Lines that are no commands became
 * dead letters when they were first read.
 */
export async function applyAgain(
  symbol: string,
  replica: SymbolReplica,
  raw: RawRecord,
  { publisher }: Pick<RecoveryPorts, 'publisher'>,
): Promise<number> {
  const read = readRecord(symbol, raw, replica.instruments, [])
  replica.apply(read, await storedOrders(symbol, [read], publisher))
  return read.commands.length
}
