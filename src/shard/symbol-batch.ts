/**
 * One symbol's records of a batch: get the book; publish what an earlier attempt left; skip what is applied; apply in
 * memory; commit against the version of the cache, which is the fence; publish. docs/concepts/exactly-once.md gives
 * the reason for each step.
 *
 * A symbol that cannot go on is parked. A failure that may end by itself is no reason for that: a service that does
 * not answer, or a record that only a newer program can read.
 */

import type { BookCache, CacheVersion } from '../ports/book-cache.ts'
import type { DeadLetter, DeadLetters } from '../ports/dead-letters.ts'
import { BEGINNING, type Position, StreamTruncated } from '../ports/order-stream.ts'
import type { StoredMark } from '../ports/publisher.ts'
import type { RawRecord } from '../ports/record-stream.ts'
import { UnknownCommand } from '../protocol/command/undecodable-line.ts'
import { OperationalFailure } from '../protocol/failure.ts'
import type { Instrument } from '../protocol/instrument/instrument.ts'
import { isRefusal } from '../protocol/service-fault.ts'
import { UnknownVersion } from '../protocol/versions.ts'
import { checkpoint, isCheckpointDue } from './checkpoint.ts'
import type { Parking } from './parking.ts'
import { type ReadRecord, readRecord } from './record-lines.ts'
import { count, type ShardMetric, type ShardMetrics } from './shard-metrics.ts'
import { storedOrders } from './stored-orders.ts'
import { catchUp, type HeldSymbol, loadSymbol, RebuildNeeded, type RecoveryPorts } from './symbol-recovery.ts'

export interface SymbolBatchParts {
  readonly ports: RecoveryPorts & { readonly deadLetters: DeadLetters }
  readonly parking: Parking | undefined
  readonly metrics: ShardMetrics | undefined
  readonly nowMs: () => number
  /** Symbols that earlier invocations loaded. One in use is removed from the map, so that no two batches share it. */
  readonly warm: Map<string, HeldSymbol>
}

export interface ShardPlace {
  /** The shard that delivers the symbol. Absent: not known. */
  readonly shardId?: string
  /** A symbol whose mark is before this position may lack records (gap-check.ts). */
  readonly lostBefore: Position | undefined
  readonly shardBytes: number
}

export type SymbolResult =
  | { readonly kind: 'done' }
  /** Its records are kept. `cause`: why it was parked, if that was now. */
  | { readonly kind: 'recovering' | 'parked'; readonly position: Position; readonly cause?: unknown }
  | { readonly kind: 'failed'; readonly position: Position; readonly cause: unknown }
  /** Nothing is done: the book must be rebuilt first. */
  | { readonly kind: 'lost'; readonly lost: RebuildNeeded }

/** Maximum of records in one commit and publication, so that one Redis script and one set of writes stay small. */
const CHUNK_BYTES_MAX = 1_000_000
/** How often a batch may find another version in the cache than expected. */
const STALE_MAX = 5
/** Commands since the base that are worth a base if the cache is full: 200 KB. */
const COMPACTED_MIN = 1_000
/** How long a batch may match what was kept before, while the other symbols of its shard wait. */
const CATCH_UP_MS = 2_000
const DONE: SymbolResult = { kind: 'done' }

/** The records of one symbol in a batch. */
export class SymbolBatch {
  readonly symbol: string
  private readonly records: readonly RawRecord[]
  private readonly parts: SymbolBatchParts
  private readonly place: ShardPlace
  private readonly cache: BookCache
  /** undefined: not in memory, or possibly out of date. */
  private held: HeldSymbol | undefined
  /** The mark as it was last read. */
  private seen: StoredMark | undefined
  /** The position of the mark when it was read first. */
  private firstMark: Position | undefined
  /** Everything up to this position is published. It is the position of the mark. */
  private published: Position = BEGINNING
  private staleness = 0
  /** Why the result of a commit is not known. */
  private unanswered: OperationalFailure | undefined

  constructor(symbol: string, records: readonly RawRecord[], parts: SymbolBatchParts, place: ShardPlace) {
    this.symbol = symbol
    this.records = records
    this.parts = parts
    this.place = place
    this.cache = parts.ports.cache
    this.held = parts.warm.get(symbol)
    parts.warm.delete(symbol)
  }

  /** Never rejects. `failure`: why the book could not be rebuilt. */
  async run(failure?: unknown): Promise<SymbolResult> {
    try {
      return failure === undefined ? await this.match() : await this.parkOrThrow(failure)
    } catch (cause) {
      if (cause instanceof RebuildNeeded) return { kind: 'lost', lost: cause }
      if (!isFinal(cause) || this.parts.parking === undefined) return this.failed(cause)
      return this.again(cause)
    } finally {
      if (this.held !== undefined) this.parts.warm.set(this.symbol, this.held)
    }
  }

  /** Whether records from this position on were published before this batch began. Then it is not the newest batch. */
  wasDoneBefore(from: Position): boolean {
    const first = this.records.find(({ position }) => position >= from)
    return first !== undefined && this.firstMark !== undefined && this.firstMark >= first.position
  }

  /** Keeps the records until the book is rebuilt. */
  async recoverLater(): Promise<SymbolResult> {
    try {
      for (;;) {
        await this.readMark()
        const state = this.seen?.state
        const { parking } = this.parts
        if (parking === undefined) throw new Error('nowhere to keep records')
        const kept =
          state === undefined
            ? await parking.putAside(this.symbol, 'recovering', 'its book was lost', this.records, this.seen)
            : await parking.keep(this.symbol, state, this.records)
        if (kept) return this.aside(state?.kind ?? 'recovering')
        this.noteStale()
      }
    } catch (cause) {
      return this.failed(cause)
    }
  }

  failed(cause: unknown): SymbolResult {
    count(this.parts.metrics, 'failures', 1)
    // What is published is done. If the book failed its check, still report the last record, so that the symbol stops.
    const first =
      this.records.find(({ position }) => position > this.published) ?? this.records[this.records.length - 1]
    return { kind: 'failed', position: first.position, cause }
  }

  /** The memory may have been damaged: the symbol is parked only if it fails in the same way from the cache. */
  private async again(first: unknown): Promise<SymbolResult> {
    this.held = undefined
    try {
      return await this.match()
    } catch (cause) {
      if (cause instanceof RebuildNeeded) return { kind: 'lost', lost: cause }
      if (!isFinal(cause)) return this.failed(cause)
      this.held = undefined
      return this.parkOrThrow(cause ?? first).catch((refused) => this.failed(refused))
    }
  }

  private async parkOrThrow(cause: unknown): Promise<SymbolResult> {
    const { parking } = this.parts
    if (!isFinal(cause) || parking === undefined) throw cause
    await this.readMark()
    if (!(await parking.putAside(this.symbol, 'parked', String(cause), this.records, this.seen))) {
      throw new OperationalFailure('unavailable', `${this.symbol}: its state changed`, { retryable: true, cause })
    }
    return this.aside('parked', cause)
  }

  private aside(kind: 'recovering' | 'parked', cause?: unknown): SymbolResult {
    count(this.parts.metrics, kind, 1)
    return {
      kind,
      position: this.seen?.state?.position ?? this.records[0].position,
      ...(cause !== undefined && { cause }),
    }
  }

  private async match(): Promise<SymbolResult> {
    for (;;) {
      await this.readMark()
      const state = this.seen?.state
      if (state?.kind === 'parked') {
        if (await this.parts.parking?.keep(this.symbol, state, this.records)) return this.aside('parked')
        this.noteStale()
        continue
      }
      this.refuseGap()
      if (state === undefined) {
        await this.matchAll(this.records)
        return DONE
      }
      if (!(await this.catchUp(state.keptThrough))) {
        if (await this.parts.parking?.keep(this.symbol, state, this.records)) return this.aside('recovering')
      }
      this.noteStale()
    }
  }

  /** Matches what was kept. Returns false if the time was too short for all of it. */
  private async catchUp(keptThrough: Position): Promise<boolean> {
    const { parking, nowMs } = this.parts
    if (parking === undefined) throw new Error(`${this.symbol} has a state, but kept records cannot be read`)
    const untilMs = nowMs() + CATCH_UP_MS
    await this.matchAll([])
    for await (const records of parking.kept.read(this.symbol, this.published)) {
      // Another process may have matched and deleted what was before these. Then the mark, which is read after them,
      // has passed it, and so does the book.
      await this.readMark()
      await this.matchAll(records)
      if (nowMs() < untilMs || this.published >= keptThrough) continue
      // There may be very many: the next batch does not list these again.
      await parking.kept.forget(this.symbol, this.published)
      return false
    }
    await this.readMark()
    if (this.published < keptThrough) {
      throw new StreamTruncated(`${this.symbol}: records up to ${keptThrough} were kept, but end at ${this.published}`)
    }
    await parking.release(this.symbol, this.published)
    return true
  }

  private async matchAll(records: readonly RawRecord[]): Promise<void> {
    for (;;) {
      const held = this.held ?? (await this.load())
      await this.publish(held)
      const chunk = nextChunk(records, held.replica.position)
      if (chunk.length === 0) return this.checkpoint(held)
      await this.apply(held, chunk)
    }
  }

  /**
   * An idle process may hold a book that is older than what other processes committed. A cache that was restored
   * to an older state may have the same version. Then the fence accepts the commit, and the records between are
   * lost. Success is only reported up to the mark. So a book that is not behind the mark is not behind the batch. One
   * that is behind it catches up from the cache.
   */
  private async readMark(): Promise<void> {
    const { held } = this
    this.held = undefined
    this.seen = await this.parts.ports.publisher.mark(this.symbol)
    this.firstMark ??= this.seen?.position ?? BEGINNING
    if (this.seen !== undefined && this.seen.position > this.published) this.published = this.seen.position
    if (held === undefined) return
    if (this.seen !== undefined && this.seen.position > held.replica.position) {
      const { metrics, ports } = this.parts
      if (!(await this.timed('loadMs', catchUp(this.symbol, held, this.seen, ports)))) return
      count(metrics, 'catchUps', 1)
    }
    if (this.published <= held.replica.position) this.held = held
  }

  private refuseGap(): void {
    const { lostBefore } = this.place
    if (lostBefore === undefined || this.published === BEGINNING || this.published >= lostBefore) return
    if ((this.seen?.acceptedLoss ?? BEGINNING) >= lostBefore) return
    throw new StreamTruncated(`${this.symbol}: records between ${this.published} and ${lostBefore} may be lost`)
  }

  private async load(): Promise<HeldSymbol> {
    this.held = await this.timed('loadMs', loadSymbol(this.symbol, this.parts.ports))
    return this.held
  }

  private async timed<T>(metric: ShardMetric, work: Promise<T>): Promise<T> {
    const { metrics, nowMs } = this.parts
    const startMs = nowMs()
    const result = await work
    count(metrics, metric, nowMs() - startMs)
    return result
  }

  /** Publishes everything that is unpublished, of this batch or of an earlier one. */
  private async publish(held: HeldSymbol): Promise<void> {
    const { replica } = held
    const { metrics, nowMs, ports } = this.parts
    if (replica.position > held.marked) {
      const startMs = nowMs()
      const publication = replica.publication(this.place.shardId)
      count(metrics, 'unpublishedEvents', replica.unpublished)
      await ports.publisher.publish(publication)
      replica.forgetPublished()
      held.marked = replica.position
      count(metrics, 'publishMs', nowMs() - startMs)
      count(metrics, 'orders', publication.orders.length)
    }
    this.published = held.marked
  }

  private async apply(held: HeldSymbol, chunk: readonly RawRecord[]): Promise<void> {
    const { replica } = held
    const { metrics, nowMs, ports } = this.parts
    const reads = await this.read(chunk, replica.instruments)
    const applied = chunk.slice(0, reads.length)
    const stored = await storedOrders(this.symbol, reads, ports.publisher)
    // From here on the memory is ahead of the cache. It counts again once the commit has succeeded.
    this.held = undefined
    const { duplicates } = replica
    const { tradeNumber } = replica.matcher
    for (const read of reads) replica.apply(read, stored)
    const startMs = nowMs()
    const cacheVersion = await this.commit(held, applied)
    if (cacheVersion === undefined) return
    held.cacheVersion = cacheVersion
    const commands = reads.reduce((sum, read) => sum + read.commands.length, 0)
    if (held.sinceBase === 0 && held.baseTimestampMs === 0) held.baseTimestampMs = chunk[0].timestampMs
    held.sinceBase += commands
    this.held = held
    count(metrics, 'commitMs', nowMs() - startMs)
    count(metrics, 'commands', commands)
    count(metrics, 'duplicates', replica.duplicates - duplicates)
    count(metrics, 'trades', replica.matcher.tradeNumber - tradeNumber)
    count(metrics, 'lagMs', Math.max(0, nowMs() - replica.timestampMs))
  }

  /** undefined: the version was another one, or nobody knows; the cache will tell when it is asked again. */
  private async commit(held: HeldSymbol, records: readonly RawRecord[]): Promise<CacheVersion | undefined> {
    const delta = { records, view: held.replica.view() }
    try {
      const committed = await this.cache.commit(this.symbol, held.cacheVersion, delta, held.replica.version)
      if (committed !== undefined) return committed
    } catch (cause) {
      if (!(cause instanceof OperationalFailure)) throw cause
      if (cause.fault === 'cache_full' && held.sinceBase >= COMPACTED_MIN) return this.compact()
      if (isRefusal(cause.fault)) throw cause
      this.unanswered = cause
    }
    this.noteStale()
    return undefined
  }

  /** The cache is full. A base in place of the records makes room, often more than it needs. */
  private async compact(): Promise<undefined> {
    const held = await this.load()
    await this.publish(held)
    await this.makeBase(held)
  }

  /**
   * Decodes records, and keeps what is no command as dead letters before anything is applied. Stops before a
   * record that this program does not know how to read; throws UnknownCommand if that is the first.
   */
  private async read(records: readonly RawRecord[], instruments: Map<string, Instrument>): Promise<ReadRecord[]> {
    const dead: DeadLetter[] = []
    const reads: ReadRecord[] = []
    for (const raw of records) {
      try {
        reads.push(readRecord(this.symbol, raw, instruments, dead))
      } catch (cause) {
        if (!(cause instanceof UnknownCommand) || reads.length === 0) throw cause
        break
      }
    }
    if (dead.length > 0) {
      await this.parts.ports.deadLetters.keep(dead)
      count(this.parts.metrics, 'deadLetters', dead.length)
    }
    return reads
  }

  /** A failure here loses nothing, because everything is published. It only costs time. */
  private async checkpoint(held: HeldSymbol): Promise<void> {
    if (isCheckpointDue(held, this.place.shardBytes)) await this.makeBase(held)
  }

  private async makeBase(held: HeldSymbol): Promise<void> {
    const { metrics, ports } = this.parts
    const { shardBytes } = this.place
    this.held = undefined
    try {
      this.held = await checkpoint(this.symbol, held, ports, shardBytes)
      count(metrics, 'checkpoints', 1)
    } catch (cause) {
      if (!(cause instanceof OperationalFailure)) throw cause
      count(metrics, 'failedCheckpoints', 1)
    }
  }

  noteStale(): void {
    count(this.parts.metrics, 'staleCommits', 1)
    if (++this.staleness > STALE_MAX) {
      if (this.unanswered !== undefined) throw this.unanswered
      throw new OperationalFailure('unavailable', `${this.symbol}: other matchers keep changing the cache`, {
        retryable: true,
      })
    }
  }
}

/** The next records that are not applied, as many as fit in one commit, and at least one if there is one. */
function nextChunk(records: readonly RawRecord[], applied: Position): RawRecord[] {
  const chunk: RawRecord[] = []
  let bytes = 0
  for (const record of records) {
    if (record.position <= (chunk.at(-1)?.position ?? applied)) continue
    bytes += record.bytes.length
    if (chunk.length > 0 && bytes > CHUNK_BYTES_MAX) break
    chunk.push(record)
  }
  return chunk
}

/** Whether neither time nor a newer program helps. */
function isFinal(cause: unknown): boolean {
  const mayEnd = [OperationalFailure, UnknownCommand, UnknownVersion, RebuildNeeded]
  return !mayEnd.some((kind) => cause instanceof kind)
}
