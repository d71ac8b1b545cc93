/**
 * The steps by which one symbol's records are matched: get the book; publish what an earlier attempt left; skip what
 * is applied; apply in memory; commit against the version of the cache, which is the fence; publish.
 * docs/concepts/exactly-once.md gives the reason for each step. Whether the records may be matched at all is decided
 * by symbol-batch.ts.
 */

import type { CacheVersion } from '../ports/book-cache.ts'
import type { DeadLetter, DeadLetters } from '../ports/dead-letters.ts'
import { BEGINNING, type Position } from '../ports/order-stream.ts'
import type { StoredMark } from '../ports/publisher.ts'
import type { RawRecord } from '../ports/record-stream.ts'
import { OperationalFailure } from '../protocol/failure.ts'
import { isRefusal } from '../protocol/service-fault.ts'
import { checkpoint, isCheckpointDue, savePublished } from './checkpoint.ts'
import { type ReadRecord, readRecords } from './record-lines.ts'
import { count, type ShardMetric, type ShardMetrics } from './shard-metrics.ts'
import { storedOrders } from './stored-orders.ts'
import { catchUp, type HeldSymbol, loadSymbol, type RecoveryPorts } from './symbol-recovery.ts'

export interface MatchingParts {
  readonly ports: RecoveryPorts & { readonly deadLetters: DeadLetters }
  readonly metrics: ShardMetrics | undefined
  readonly nowMs: () => number
}

/** The shard of a batch. */
export interface DeliveredBy {
  /** Absent: not known. */
  readonly shardId?: string
  /** What the shard has delivered so far. */
  readonly shardBytes: number
}

/** Maximum of records in one commit and publication, so that one Redis script and one set of writes stay small. */
const CHUNK_BYTES_MAX = 1_000_000
/** How often a batch may find another version in the cache than expected. */
const STALE_MAX = 5
/** Commands since the base that are worth a base if the cache is full: 200 KB. */
const COMPACTED_MIN = 1_000

export class SymbolMatching {
  readonly symbol: string
  /** undefined: not in memory, or possibly out of date. */
  held: HeldSymbol | undefined
  /** The mark as it was last read. */
  seen: StoredMark | undefined
  /** The position of the mark when it was read first. */
  firstMark: Position | undefined
  /** Everything up to this position is published. It is the position of the mark. */
  published: Position = BEGINNING
  private readonly parts: MatchingParts
  private readonly shard: DeliveredBy
  private staleness = 0
  /** Why the result of a commit is not known. */
  private unanswered: OperationalFailure | undefined

  constructor(symbol: string, held: HeldSymbol | undefined, parts: MatchingParts, shard: DeliveredBy) {
    this.symbol = symbol
    this.held = held
    this.parts = parts
    this.shard = shard
  }

  /** Matches the records that are not applied yet. Without any, publishes what is left. Throws RebuildNeeded. */
  async matchAll(records: readonly RawRecord[]): Promise<void> {
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
  async readMark(): Promise<void> {
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
      const publication = replica.publication(this.shard.shardId)
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
    const reads = await this.read(chunk, held)
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
      const committed = await this.parts.ports.cache.commit(this.symbol, held.cacheVersion, delta, held.replica.version)
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

  /** Decodes records, and keeps what is no command as dead letters before anything is applied. Throws UnknownCommand. */
  private async read(records: readonly RawRecord[], { replica }: HeldSymbol): Promise<ReadRecord[]> {
    const dead: DeadLetter[] = []
    const reads = readRecords(this.symbol, records, replica.instruments, dead)
    if (dead.length > 0) {
      await this.parts.ports.deadLetters.keep(dead)
      count(this.parts.metrics, 'deadLetters', dead.length)
    }
    return reads
  }

  /** A failure here loses nothing, because everything is published. It only costs time. */
  private async checkpoint(held: HeldSymbol): Promise<void> {
    if (isCheckpointDue(held, this.shard.shardBytes)) await this.makeBase(held)
  }

  private async makeBase(held: HeldSymbol): Promise<void> {
    const { metrics, ports } = this.parts
    this.held = undefined
    try {
      this.held = await checkpoint(this.symbol, held, ports, this.shard.shardBytes)
      count(metrics, 'checkpoints', 1)
    } catch (cause) {
      if (!(cause instanceof OperationalFailure)) throw cause
      count(metrics, 'failedCheckpoints', 1)
    }
  }

  /**
   * Makes a snapshot of what is published, for a symbol that is about to be parked. A failure is no reason not to park
   * it: the snapshot before is used then.
   */
  async savePublished(): Promise<void> {
    const { metrics, ports } = this.parts
    if (this.seen === undefined || this.seen.position === BEGINNING) return
    try {
      await savePublished(this.symbol, this.seen, ports, this.shard.shardBytes)
    } catch {
      count(metrics, 'failedCheckpoints', 1)
    }
  }

  /** Throws if other matchers changed the cache too often. */
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
