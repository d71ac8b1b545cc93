/**
 * How a shard's matcher comes by the replica of a symbol that it does not hold: from the cache, or,
 * if the cache is empty, behind what has been published, or another program's, from the last snapshot
 * and the stream. The mark says how far the world has been told: what lies after it is in the
 * replica's outbox, and what lies before it is never told anew.
 *
 * It refuses to guess. A symbol whose mark the stream can no longer lead to stays stopped.
 */

import { SnapshotRefused } from '../engine/snapshot.ts'
import type { BookCache, CachedBook, Stand } from '../ports/book-cache.ts'
import { BEGINNING, type Position, StreamTruncated } from '../ports/order-stream.ts'
import type { Mark, Publisher } from '../ports/publisher.ts'
import type { RawRecord, RecordStream } from '../ports/record-stream.ts'
import type { SnapshotStore } from '../ports/snapshot-store.ts'
import type { Instruments } from '../protocol/codec.ts'
import { readRecord } from './record-lines.ts'
import { storedOrders } from './stored-orders.ts'
import { SymbolMatcher } from './symbol-matcher.ts'
import { REPLICA_FORMAT, SymbolReplica } from './symbol-replica.ts'

export interface RecoveryPorts {
  readonly cache: BookCache
  readonly publisher: Publisher
  /** The snapshots of a symbol. */
  readonly snapshots: (symbol: string) => SnapshotStore
  readonly stream: RecordStream
  readonly instruments: Instruments
}

/** A replica in memory, and where the cache stood when the two were last known to agree. */
export interface HeldSymbol {
  readonly replica: SymbolReplica
  /** undefined: the cache was empty. */
  stand: Stand | undefined
  /** Where the mark stands: everything up to here is published. */
  marked: Position
  /** Commands since the base. */
  sinceBase: number
  /** Arrival of the last record in the base, or of the first ever; 0 before it. */
  baseTimestampMs: number
  /** Whether it was made from the stream, because the cache did not have it. */
  readonly rebuilt: boolean
}

/** undefined: another matcher went on meanwhile; try again. */
export async function loadSymbol(symbol: string, ports: RecoveryPorts): Promise<HeldSymbol | undefined> {
  let cached = await ports.cache.load(symbol)
  // The mark is read after the cache, so that it is not older than the base: a base holds nothing unpublished.
  const mark = await ports.publisher.mark(symbol)
  if (isBehind(cached, mark)) cached = await ports.cache.load(symbol)
  if (cached === undefined && mark === undefined) {
    const replica = new SymbolReplica(new SymbolMatcher(symbol))
    return { replica, stand: undefined, marked: BEGINNING, sinceBase: 0, baseTimestampMs: 0, rebuilt: false }
  }
  const held = cached === undefined ? undefined : await fromCache(symbol, cached, mark, ports)
  if (held !== undefined && !isBehind(cached, mark)) return held
  return rebuild(symbol, cached?.stand, held?.replica, mark, ports)
}

const isBehind = (cached: CachedBook | undefined, mark: Mark | undefined): boolean =>
  mark !== undefined && (cached === undefined || cached.stand.position < mark.position)

/** undefined: the cache holds nothing that this program may go on from. */
async function fromCache(
  symbol: string,
  { stand, format, base, records }: CachedBook,
  mark: Mark | undefined,
  ports: RecoveryPorts,
): Promise<HeldSymbol | undefined> {
  if (format !== REPLICA_FORMAT) return undefined
  const replica = base === undefined ? new SymbolReplica(new SymbolMatcher(symbol)) : restore(base)
  if (replica === undefined || (base !== undefined && replica.position > (mark?.position ?? BEGINNING)))
    return undefined
  const baseTimestampMs = base === undefined ? (records[0]?.timestampMs ?? 0) : replica.timestampMs
  if (!agrees(replica, mark)) return undefined
  let sinceBase = 0
  for await (const record of readAll(symbol, records, ports)) {
    replica.apply(record.read, record.stored)
    sinceBase += record.read.commands.length
    if (!agrees(replica, mark)) return undefined
    if (mark !== undefined && replica.position <= mark.position) replica.forgetPublished()
  }
  return { replica, stand, marked: mark?.position ?? BEGINNING, sinceBase, baseTimestampMs, rebuilt: false }
}

function restore(base: Uint8Array): SymbolReplica | undefined {
  try {
    return SymbolReplica.restore(base)
  } catch (cause) {
    if (cause instanceof SnapshotRefused) return undefined
    throw cause
  }
}

/** Whether the replica has come to what was published when it stood where it stands. */
function agrees({ position, matcher }: SymbolReplica, mark: Mark | undefined): boolean {
  if (position !== mark?.position) return true
  return matcher.eventNumber === mark.eventNumber && matcher.tradeNumber === mark.tradeNumber
}

/** From the newest of snapshot and what the cache had, along the stream, to the mark; and into the cache. */
async function rebuild(
  symbol: string,
  stand: Stand | undefined,
  known: SymbolReplica | undefined,
  mark: Mark | undefined,
  ports: RecoveryPorts,
): Promise<HeldSymbol | undefined> {
  const target = mark?.position ?? BEGINNING
  const snapshot = await ports.snapshots(symbol).latest(target)
  let replica = known !== undefined && known.position <= target ? known : new SymbolReplica(new SymbolMatcher(symbol))
  if (snapshot !== undefined && snapshot.position > replica.position) replica = restore(snapshot.bytes) ?? replica
  const from = replica.position
  if (from < target) {
    for await (const batch of ports.stream.read(symbol, from, target)) {
      for await (const { read, stored } of readAll(symbol, batch, ports)) {
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
  const rebased = await ports.cache.rebase(symbol, stand, replica.base(), REPLICA_FORMAT)
  if (rebased === undefined) return undefined
  return { replica, stand: rebased, marked: target, sinceBase: 0, baseTimestampMs: replica.timestampMs, rebuilt: true }
}

/** Decodes records as they are needed; what is no command was set aside when it was first met. */
async function* readAll(symbol: string, records: readonly RawRecord[], ports: RecoveryPorts) {
  for (const raw of records) {
    const read = readRecord(symbol, raw, ports.instruments, [])
    yield { read, stored: await storedOrders(symbol, [read], ports.publisher) }
  }
}
