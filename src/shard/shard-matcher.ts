/**
 * Matches what a shard of the order stream delivers, exactly once in effect. Records are delivered at least
 * once, the process may die at any await, and an older process may still be running.
 * docs/concepts/exactly-once.md gives the reason for each step.
 *
 * Symbols are processed side by side. For each symbol: publish what an earlier attempt left; load the book;
 * skip what is applied; apply in memory; commit against the version of the cache, which is the fence; publish;
 * after that the batch is done. The first record that fails stops its symbol, and the lowest such position is
 * reported: everything from there is delivered again.
 */

import type { BookCache, CacheVersion } from '../ports/book-cache.ts'
import type { DeadLetter, DeadLetters } from '../ports/dead-letters.ts'
import { BEGINNING, type Position } from '../ports/order-stream.ts'
import type { RawRecord, ShardRecord } from '../ports/record-stream.ts'
import { UnknownCommand } from '../protocol/command/undecodable-line.ts'
import { OperationalFailure } from '../protocol/failure.ts'
import type { Instrument } from '../protocol/instrument/instrument.ts'
import { isRefusal } from '../protocol/service-fault.ts'
import { checkpoint, isCheckpointDue } from './checkpoint.ts'
import { type ReadRecord, readRecord } from './record-lines.ts'
import { count, type ShardMetric, type ShardMetrics } from './shard-metrics.ts'
import { storedOrders } from './stored-orders.ts'
import { catchUp, type HeldSymbol, loadSymbol, type RecoveryPorts } from './symbol-recovery.ts'

export interface ShardMatcherOptions extends RecoveryPorts {
  readonly deadLetters: DeadLetters
  readonly metrics?: ShardMetrics
  /** For metrics only. Matching does not depend on it. */
  readonly nowMs?: () => number
}

export interface BatchResult {
  /** The lowest position that failed. Absent if all records are done. */
  readonly firstFailure?: Position
  readonly failures: readonly SymbolFailure[]
}

export interface SymbolFailure {
  readonly symbol: string
  readonly position: Position
  readonly cause: unknown
}

export interface ShardMatcher {
  /** Records in the order of their positions, as the shard has them. Never rejects. */
  processBatch(records: readonly ShardRecord[]): Promise<BatchResult>
}

/** Maximum of records in one commit and publication, so that one Redis script and one set of writes stay small. */
const CHUNK_BYTES_MAX = 1_000_000

/** How often a batch may find another version in the cache than expected. */
const STALE_MAX = 5

export function createShardMatcher(options: ShardMatcherOptions): ShardMatcher {
  /** Symbols that earlier invocations loaded. One in use is removed from the map, so that no two batches share it. */
  const warm = new Map<string, HeldSymbol>()
  return {
    async processBatch(records) {
      const bySymbol = new Map<string, ShardRecord[]>()
      for (const record of records) {
        const group = bySymbol.get(record.symbol)
        if (group === undefined) bySymbol.set(record.symbol, [record])
        else group.push(record)
      }
      const work = [...bySymbol].map(([symbol, group]) => new SymbolBatch(symbol, group, options, warm).run())
      const failures = (await Promise.all(work)).filter((failure) => failure !== undefined)
      failures.sort((a, b) => (a.position < b.position ? -1 : 1))
      return failures.length === 0 ? { failures } : { firstFailure: failures[0].position, failures }
    },
  }
}

/** The records of one symbol in a batch. */
class SymbolBatch {
  private readonly symbol: string
  private readonly records: readonly RawRecord[]
  private readonly options: ShardMatcherOptions
  private readonly warm: Map<string, HeldSymbol>
  private readonly cache: BookCache
  private readonly metrics: ShardMetrics | undefined
  private readonly nowMs: () => number
  /** undefined: not in memory, or possibly out of date. */
  private held: HeldSymbol | undefined
  /** Everything up to this position is published. It is the position of the mark. */
  private published: Position = BEGINNING
  private staleness = 0
  /** Why the result of a commit is not known. */
  private unanswered: OperationalFailure | undefined

  constructor(
    symbol: string,
    records: readonly RawRecord[],
    options: ShardMatcherOptions,
    warm: Map<string, HeldSymbol>,
  ) {
    this.symbol = symbol
    this.records = records
    this.options = options
    this.warm = warm
    this.cache = options.cache
    this.metrics = options.metrics
    this.nowMs = options.nowMs ?? Date.now
    this.held = warm.get(symbol)
    warm.delete(symbol)
  }

  async run(): Promise<SymbolFailure | undefined> {
    try {
      await this.match()
      return undefined
    } catch (cause) {
      count(this.metrics, 'failures', 1)
      // What is published is done. If the book failed its check, still report the last record, so that the symbol stops.
      const failed = this.records.find(({ position }) => position > this.published) ?? this.records.at(-1)
      return failed && { symbol: this.symbol, position: failed.position, cause }
    } finally {
      if (this.held !== undefined) this.warm.set(this.symbol, this.held)
    }
  }

  private async match(): Promise<void> {
    await this.distrustOldMemory()
    for (;;) {
      const held = this.held ?? (await this.load())
      if (held === undefined) continue
      await this.publish(held)
      const chunk = this.nextChunk(held.replica.position)
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
  private async distrustOldMemory(): Promise<void> {
    if (this.held === undefined) return
    const held = this.held
    this.held = undefined
    const mark = await this.options.publisher.mark(this.symbol)
    if (mark !== undefined && mark.position > held.replica.position) {
      if (!(await this.timed('loadMs', catchUp(this.symbol, held, mark, this.options)))) return
      count(this.metrics, 'catchUps', 1)
    }
    this.held = held
  }

  private async load(): Promise<HeldSymbol | undefined> {
    this.held = await this.timed('loadMs', loadSymbol(this.symbol, this.options))
    if (this.held === undefined) this.noteStale()
    else if (this.held.rebuilt) count(this.metrics, 'rebuilds', 1)
    return this.held
  }

  private async timed<T>(metric: ShardMetric, work: Promise<T>): Promise<T> {
    const startMs = this.nowMs()
    const result = await work
    count(this.metrics, metric, this.nowMs() - startMs)
    return result
  }

  /** Publishes everything that is unpublished, of this batch or of an earlier one. */
  private async publish(held: HeldSymbol): Promise<void> {
    const { replica } = held
    if (replica.position > held.marked) {
      const startMs = this.nowMs()
      const publication = replica.publication()
      count(this.metrics, 'unpublishedEvents', replica.unpublished)
      await this.options.publisher.publish(publication)
      replica.forgetPublished()
      held.marked = replica.position
      count(this.metrics, 'publishMs', this.nowMs() - startMs)
      count(this.metrics, 'orders', publication.orders.length)
    }
    this.published = held.marked
  }

  /** The next records that are not applied, as many as fit in one commit, and at least one if there is one. */
  private nextChunk(applied: Position): RawRecord[] {
    const chunk: RawRecord[] = []
    let bytes = 0
    for (const record of this.records) {
      if (record.position <= (chunk.at(-1)?.position ?? applied)) continue
      bytes += record.bytes.length
      if (chunk.length > 0 && bytes > CHUNK_BYTES_MAX) break
      chunk.push(record)
    }
    return chunk
  }

  private async apply(held: HeldSymbol, chunk: readonly RawRecord[]): Promise<void> {
    const { replica } = held
    const reads = await this.read(chunk, replica.instruments)
    const applied = chunk.slice(0, reads.length)
    const stored = await storedOrders(this.symbol, reads, this.options.publisher)
    // From here on the memory is ahead of the cache. It counts again once the commit has succeeded.
    this.held = undefined
    const { duplicates } = replica
    const { tradeNumber } = replica.matcher
    for (const read of reads) replica.apply(read, stored)
    const startMs = this.nowMs()
    const cacheVersion = await this.commit(held, applied)
    if (cacheVersion === undefined) return this.noteStale()
    held.cacheVersion = cacheVersion
    const commands = reads.reduce((sum, read) => sum + read.commands.length, 0)
    if (held.sinceBase === 0 && held.baseTimestampMs === 0) held.baseTimestampMs = chunk[0].timestampMs
    held.sinceBase += commands
    this.held = held
    count(this.metrics, 'commitMs', this.nowMs() - startMs)
    count(this.metrics, 'commands', commands)
    count(this.metrics, 'duplicates', replica.duplicates - duplicates)
    count(this.metrics, 'trades', replica.matcher.tradeNumber - tradeNumber)
    count(this.metrics, 'lagMs', Math.max(0, this.nowMs() - replica.timestampMs))
  }

  /** undefined: the version was another one, or nobody knows; the cache will tell when it is asked again. */
  private async commit(held: HeldSymbol, records: readonly RawRecord[]): Promise<CacheVersion | undefined> {
    const delta = { records, view: held.replica.view() }
    try {
      return await this.cache.commit(this.symbol, held.cacheVersion, delta, held.replica.version)
    } catch (cause) {
      if (!(cause instanceof OperationalFailure) || isRefusal(cause.fault)) throw cause
      this.unanswered = cause
      return undefined
    }
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
      await this.options.deadLetters.keep(dead)
      count(this.metrics, 'deadLetters', dead.length)
    }
    return reads
  }

  /** A failure here loses nothing, because everything is published. It only costs time. */
  private async checkpoint(held: HeldSymbol): Promise<void> {
    if (!isCheckpointDue(held)) return
    this.held = undefined
    try {
      this.held = await checkpoint(this.symbol, held, this.options)
      count(this.metrics, 'checkpoints', 1)
    } catch (cause) {
      if (!(cause instanceof OperationalFailure)) throw cause
      count(this.metrics, 'failedCheckpoints', 1)
    }
  }

  private noteStale(): void {
    count(this.metrics, 'staleCommits', 1)
    if (++this.staleness > STALE_MAX) {
      if (this.unanswered !== undefined) throw this.unanswered
      throw new OperationalFailure('unavailable', `${this.symbol}: other matchers keep changing the cache`, {
        retryable: true,
      })
    }
  }
}
