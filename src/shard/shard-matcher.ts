/**
 * Matches what a shard of the order stream delivers, exactly once in effect. Records are delivered at least
 * once, the process may die at any await, and an older process may still be running.
 * docs/concepts/exactly-once.md gives the reason for each step.
 *
 * Symbols are processed side by side (symbol-batch.ts). The first record that fails stops its symbol, and the lowest
 * such position is reported: everything from there is delivered again. A symbol that cannot go on, or only with a newer
 * program, is put aside with its records, so that it does not stop the others. If no symbol of a batch has its book, nobody else needs the shard:
 * the batch waits until the books are rebuilt.
 */

import type { DeadLetters } from '../ports/dead-letters.ts'
import type { Position } from '../ports/order-stream.ts'
import type { ShardRecord } from '../ports/record-stream.ts'
import { OperationalFailure } from '../protocol/failure.ts'
import { type Checked, GapCheck, type GapPorts } from './gap-check.ts'
import { Parking, type ParkingPorts } from './parking.ts'
import { count, type ShardMetrics } from './shard-metrics.ts'
import { ShardRebuild } from './shard-rebuild.ts'
import { type ShardPlace, SymbolBatch, type SymbolBatchParts, type SymbolResult } from './symbol-batch.ts'
import type { RebuildNeeded, RecoveryPorts } from './symbol-recovery.ts'
import { WarmBooks } from './warm-books.ts'

export interface ShardMatcherOptions extends Omit<RecoveryPorts, 'states'> {
  readonly deadLetters: DeadLetters
  /** Absent: a symbol that cannot go on stops its shard. */
  readonly parking?: ParkingPorts
  /** Absent: batches are not compared with the stream. */
  readonly gaps?: GapPorts
  readonly metrics?: ShardMetrics
  readonly nowMs?: () => number
}

export interface BatchOptions {
  readonly shardId?: string
  /** When the invocation must have ended. */
  readonly deadlineMs?: number
}

export interface BatchResult {
  /** The lowest position that failed. Absent if all records are done. */
  readonly firstFailure?: Position
  readonly failures: readonly SymbolFailure[]
  /** Symbols that were parked by this batch. */
  readonly parked?: readonly SymbolFailure[]
  /** Symbols that wait for a newer program since this batch. */
  readonly waiting?: readonly SymbolFailure[]
}

export interface SymbolFailure {
  readonly symbol: string
  readonly position: Position
  readonly cause: unknown
}

export interface ShardMatcher {
  /** Records in the order of their positions, as the shard has them. Never rejects. */
  processBatch(records: readonly ShardRecord[], options?: BatchOptions): Promise<BatchResult>
}

/** How long a batch rebuilds books while others of its shard wait. */
const REBUILD_MS = 2_000
/** How long if no other symbol of the shard waits, within the time of an invocation: 60 seconds. */
const REBUILD_ALONE_MS = 45_000
/** How often a rebuilt book may be lost again in one batch. */
const ROUNDS_MAX = 6
/** Left of the invocation for the batch itself. */
const RESERVED_MS = 12_000

export function createShardMatcher(options: ShardMatcherOptions): ShardMatcher {
  return new Matcher(options)
}

class Matcher implements ShardMatcher {
  private readonly options: ShardMatcherOptions
  private readonly parts: SymbolBatchParts
  private readonly rebuild: ShardRebuild
  private readonly gaps: GapCheck | undefined
  private readonly nowMs: () => number
  private readonly warm = new WarmBooks()

  constructor(options: ShardMatcherOptions) {
    const { parking, metrics, gaps } = options
    this.options = options
    this.nowMs = options.nowMs ?? Date.now
    const ports = { ...options, ...(parking !== undefined && { states: parking.states }) }
    this.parts = {
      ports,
      parking: parking === undefined ? undefined : new Parking(parking, this.nowMs),
      metrics,
      nowMs: this.nowMs,
      warm: this.warm,
    }
    this.rebuild = new ShardRebuild(ports, this.nowMs)
    this.gaps = gaps === undefined ? undefined : new GapCheck(gaps, options.stream, this.nowMs, metrics)
  }

  async processBatch(records: readonly ShardRecord[], options: BatchOptions = {}): Promise<BatchResult> {
    if (records.length === 0) return { failures: [] }
    const { shardId } = options
    if (shardId === undefined) return this.matchBatch(records, NO_PLACE, options)
    if (this.gaps === undefined)
      return this.matchBatch(records, { ...NO_PLACE, shardId, from: records[0].position }, options)
    const first = records[0]
    const begunAtMs = this.nowMs()
    try {
      const checked = await this.gaps.before(shardId, records)
      if (checked.incomplete !== undefined)
        return await this.catchUp(this.gaps, checked, checked.incomplete, records, options)
      let isRepeated = false
      const noteRepeated = (batch: SymbolBatch): void => {
        isRepeated ||= batch.wasDoneBefore(first.position)
      }
      const place = { ...checked, shardId, from: first.position }
      const result = await this.matchBatch([...checked.missing, ...records], place, options, noteRepeated)
      if (result.firstFailure === undefined) await this.gaps.done(shardId, records, begunAtMs)
      // After a batch that was delivered before, batches may have been given up that this process never saw.
      if (result.firstFailure !== undefined || isRepeated) this.gaps.failed(shardId)
      // A record that was missing is not in the batch. Reporting the first makes all of it come again.
      if (result.firstFailure === undefined || result.firstFailure >= first.position) return result
      return { ...result, firstFailure: first.position }
    } catch (cause) {
      this.gaps.failed(shardId)
      return failedAt(first, cause)
    }
  }

  /** There is too much before the batch: it is delivered again. */
  private async catchUp(
    gaps: GapCheck,
    checked: Checked,
    source: string,
    records: readonly ShardRecord[],
    options: BatchOptions,
  ): Promise<BatchResult> {
    const { firstFailure, ...result } = await this.matchBatch(checked.missing, checked, options)
    if (firstFailure === undefined) await gaps.caughtUp(source, checked.missing)
    gaps.failed(options.shardId as string)
    const cause = new OperationalFailure('unavailable', 'records before the batch are matched first', {
      retryable: true,
    })
    const { failures } = failedAt(records[0], cause)
    return { ...result, firstFailure: records[0].position, failures: [...result.failures, ...failures] }
  }

  private async matchBatch(
    records: readonly ShardRecord[],
    place: BatchPlace,
    options: BatchOptions,
    onMatched: (batch: SymbolBatch) => void = () => {},
  ): Promise<BatchResult> {
    const groups = bySymbol(records)
    const results = new Map<string, SymbolResult>()
    const batchOf = (symbol: string): SymbolBatch => {
      const own = groups.get(symbol) as ShardRecord[]
      return new SymbolBatch(symbol, own, this.parts, placeOf(own, place))
    }
    const run = async (symbol: string, failure?: unknown): Promise<void> => {
      const batch = batchOf(symbol)
      results.set(symbol, await batch.run(failure))
      onMatched(batch)
    }
    await Promise.all([...groups.keys()].map((symbol) => run(symbol)))
    const untilMs = this.nowMs() + REBUILD_MS
    await this.restore(results, this.options.parking === undefined ? Number.POSITIVE_INFINITY : untilMs, place, run)
    if (lostIn(results).length > 0) {
      if (await this.othersWait(results)) {
        for (const { symbol } of lostIn(results)) {
          results.set(symbol, await batchOf(symbol).recoverLater())
        }
      } else {
        const aloneUntilMs = Math.min(this.nowMs() + REBUILD_ALONE_MS, (options.deadlineMs ?? Infinity) - RESERVED_MS)
        await this.restore(results, aloneUntilMs, place, run)
      }
    }
    return resultOf(results, groups)
  }

  /** Rebuilds lost books until about `untilMs`, and matches the records of those that are complete. */
  private async restore(
    results: Map<string, SymbolResult>,
    untilMs: number,
    place: ShardPlace,
    run: (symbol: string, failure?: unknown) => Promise<void>,
  ): Promise<void> {
    for (let rounds = 1; rounds <= ROUNDS_MAX; rounds++) {
      const lost = lostIn(results)
      if (lost.length === 0) return
      const { books, failures } = await this.rebuild.run(lost, untilMs, place.shardBytes)
      for (const [symbol, held] of books) {
        if (held === undefined) continue
        this.warm.keep(symbol, held)
        count(this.options.metrics, 'rebuilds', 1)
      }
      await Promise.all([...books.keys()].map((symbol) => run(symbol)))
      await Promise.all([...failures].map(([symbol, cause]) => run(symbol, cause)))
      if (this.nowMs() >= untilMs || (books.size === 0 && failures.size === 0)) return
    }
  }

  /** Whether a symbol of the shard has its book, so that it must not wait for a rebuild. */
  private async othersWait(results: ReadonlyMap<string, SymbolResult>): Promise<boolean> {
    if (this.options.parking === undefined) return false
    if ([...results.values()].some(({ kind }) => kind === 'done')) return true
    const other = [...this.warm.symbols()].find((symbol) => !results.has(symbol))
    if (other === undefined) return false
    const view = await this.options.cache.view(other).catch(() => undefined)
    return view !== undefined
  }
}

/** `from`: the first record that the shard delivered in this batch. Before it are records that were missing. */
type BatchPlace = ShardPlace & { readonly from?: Position }

const NO_PLACE: ShardPlace = { lostBefore: undefined, shardBytes: 0 }

/** A missing record may come from a parent of the shard, and its symbol may be in another shard now. */
function placeOf(records: readonly ShardRecord[], { shardId, from = '', ...place }: BatchPlace): ShardPlace {
  const isHere = shardId !== undefined && records[records.length - 1].position >= from
  return isHere ? { ...place, shardId } : place
}

function bySymbol(records: readonly ShardRecord[]): Map<string, ShardRecord[]> {
  const groups = new Map<string, ShardRecord[]>()
  for (const record of records) {
    const group = groups.get(record.symbol)
    if (group === undefined) groups.set(record.symbol, [record])
    else group.push(record)
  }
  return groups
}

const lostIn = (results: ReadonlyMap<string, SymbolResult>): RebuildNeeded[] =>
  [...results.values()].flatMap((result) => (result.kind === 'lost' ? [result.lost] : []))

function failedAt({ symbol, position }: ShardRecord, cause: unknown): BatchResult {
  return { firstFailure: position, failures: [{ symbol, position, cause }] }
}

function resultOf(
  results: ReadonlyMap<string, SymbolResult>,
  groups: ReadonlyMap<string, readonly ShardRecord[]>,
): BatchResult {
  const failures: SymbolFailure[] = []
  const parked: SymbolFailure[] = []
  const waiting: SymbolFailure[] = []
  for (const [symbol, result] of results) {
    if (result.kind === 'failed') failures.push({ symbol, position: result.position, cause: result.cause })
    if ((result.kind === 'parked' || result.kind === 'recovering') && result.cause !== undefined) {
      const { kind, position, cause } = result
      const isParked = kind === 'parked'
      ;(isParked ? parked : waiting).push({ symbol, position, cause })
    }
    if (result.kind === 'lost') {
      const { mark, message } = result.lost
      const first = groups.get(symbol)?.find(({ position }) => position > mark.position) ?? groups.get(symbol)?.at(-1)
      const cause = new OperationalFailure('unavailable', message, { retryable: true, cause: result.lost })
      failures.push({ symbol, position: first?.position as Position, cause })
    }
  }
  failures.sort((a, b) => (a.position < b.position ? -1 : 1))
  return {
    ...(failures.length > 0 && { firstFailure: failures[0].position }),
    failures,
    ...(parked.length > 0 && { parked }),
    ...(waiting.length > 0 && { waiting }),
  }
}
