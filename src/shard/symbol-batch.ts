/**
 * What happens to one symbol's records of a batch: they are matched (symbol-matching.ts), kept for later, or failed.
 * The state beside the mark decides first, then what the matching throws.
 *
 * A symbol that cannot go on is parked. One that only a newer program can continue is put aside too, but it goes on by
 * itself when that program runs. A failure that may end by itself is no reason for either: a service that does not
 * answer.
 */

import { BEGINNING, type Position, StreamTruncated } from '../ports/order-stream.ts'
import type { RawRecord } from '../ports/record-stream.ts'
import { OperationalFailure } from '../protocol/failure.ts'
import type { Parking } from './parking.ts'
import { mayEnd, waitsAlone } from './passing-failure.ts'
import { count, type ShardMetric } from './shard-metrics.ts'
import { type DeliveredBy, type MatchingParts, SymbolMatching } from './symbol-matching.ts'
import { RebuildNeeded } from './symbol-recovery.ts'
import type { WarmBooks } from './warm-books.ts'

export interface SymbolBatchParts extends MatchingParts {
  readonly parking: Parking | undefined
  /** Symbols that earlier invocations loaded. One in use is removed from the map, so that no two batches share it. */
  readonly warm: WarmBooks
}

export interface ShardPlace extends DeliveredBy {
  /** A symbol whose mark is before this position may lack records (gap-check.ts). */
  readonly lostBefore: Position | undefined
}

export type SymbolResult =
  | { readonly kind: 'done' }
  /** Its records are kept. `cause`: why it was parked or waits for a newer program, if that was now. */
  | { readonly kind: 'recovering' | 'parked'; readonly position: Position; readonly cause?: unknown }
  | { readonly kind: 'failed'; readonly position: Position; readonly cause: unknown }
  /** Nothing is done: the book must be rebuilt first. */
  | { readonly kind: 'lost'; readonly lost: RebuildNeeded }

/** How long a batch may match what was kept before, while the other symbols of its shard wait. */
const CATCH_UP_MS = 2_000
const DONE: SymbolResult = { kind: 'done' }

/** The records of one symbol in a batch. */
export class SymbolBatch {
  readonly symbol: string
  private readonly records: readonly RawRecord[]
  private readonly parts: SymbolBatchParts
  private readonly place: ShardPlace
  private readonly matching: SymbolMatching

  constructor(symbol: string, records: readonly RawRecord[], parts: SymbolBatchParts, place: ShardPlace) {
    this.symbol = symbol
    this.records = records
    this.parts = parts
    this.place = place
    this.matching = new SymbolMatching(symbol, parts.warm.take(symbol), parts, place)
  }

  /** Never rejects. `failure`: why the book could not be rebuilt. */
  async run(failure?: unknown): Promise<SymbolResult> {
    try {
      return failure === undefined ? await this.match() : await this.parkOrThrow(failure)
    } catch (cause) {
      if (cause instanceof RebuildNeeded) return { kind: 'lost', lost: cause }
      if (this.parts.parking === undefined) return this.failed(cause)
      if (waitsAlone(cause)) return this.waitForNewer(cause, this.parts.parking)
      return isFinal(cause) ? this.again(cause) : this.failed(cause)
    } finally {
      const { held } = this.matching
      if (held !== undefined) this.parts.warm.keep(this.symbol, held)
    }
  }

  /** Whether records from this position on were published before this batch began. Then it is not the newest batch. */
  wasDoneBefore(from: Position): boolean {
    const { firstMark } = this.matching
    const first = this.records.find(({ position }) => position >= from)
    return first !== undefined && firstMark !== undefined && firstMark >= first.position
  }

  /** Keeps the records until the book is rebuilt. */
  async recoverLater(): Promise<SymbolResult> {
    try {
      for (;;) {
        await this.matching.readMark()
        const state = this.matching.seen?.state
        const { parking } = this.parts
        if (parking === undefined) throw new Error('nowhere to keep records')
        const kept =
          state === undefined
            ? await parking.putAside(this.symbol, 'recovering', 'its book was lost', this.records, this.matching.seen)
            : await parking.keep(this.symbol, state, this.records)
        if (kept) return this.aside(state?.kind ?? 'recovering')
        this.matching.noteStale()
      }
    } catch (cause) {
      return this.failed(cause)
    }
  }

  failed(cause: unknown): SymbolResult {
    count(this.parts.metrics, 'failures', 1)
    // What is published is done. If the book failed its check, still report the last record, so that the symbol stops.
    const first =
      this.records.find(({ position }) => position > this.matching.published) ?? this.records[this.records.length - 1]
    return { kind: 'failed', position: first.position, cause }
  }

  /** The memory may have been damaged: the symbol is parked only if it fails in the same way from the cache. */
  private async again(first: unknown): Promise<SymbolResult> {
    this.matching.held = undefined
    try {
      return await this.match()
    } catch (cause) {
      if (cause instanceof RebuildNeeded) return { kind: 'lost', lost: cause }
      if (waitsAlone(cause)) return this.waitForNewer(cause, this.parts.parking as Parking)
      if (!isFinal(cause)) return this.failed(cause)
      this.matching.held = undefined
      return this.parkOrThrow(cause ?? first).catch((refused) => this.failed(refused))
    }
  }

  /**
   * Keeps the records until a program runs that can read on. Each batch tries it first. The memory is dropped, because
   * a part of the record may have been read into it.
   */
  private async waitForNewer(cause: unknown, parking: Parking): Promise<SymbolResult> {
    this.matching.held = undefined
    const reason = String(cause)
    try {
      for (;;) {
        await this.matching.readMark()
        const state = this.matching.seen?.state
        const isNew = state === undefined || (state.kind === 'recovering' && state.reason !== reason)
        if (isNew) await this.matching.savePublished()
        const kept = isNew
          ? await parking.putAside(this.symbol, 'recovering', reason, this.records, this.matching.seen)
          : await parking.keep(this.symbol, state, this.records)
        if (kept) {
          await this.refuseOrders(parking)
          return this.aside(state?.kind ?? 'recovering', isNew ? cause : undefined, 'waiting')
        }
        this.matching.noteStale()
      }
    } catch (refused) {
      return this.failed(refused)
    }
  }

  /** A newer process may have ended the state meanwhile. A healthy symbol must not stay suspended. */
  private async refuseOrders(parking: Parking): Promise<void> {
    if (!(await parking.suspend(this.symbol))) return
    await this.matching.readMark()
    if (this.matching.seen?.state === undefined) await parking.accept(this.symbol)
  }

  private async parkOrThrow(cause: unknown): Promise<SymbolResult> {
    const { parking } = this.parts
    if (!isFinal(cause) || parking === undefined) throw cause
    await this.matching.readMark()
    await this.matching.savePublished()
    if (!(await parking.putAside(this.symbol, 'parked', String(cause), this.records, this.matching.seen))) {
      throw new OperationalFailure('unavailable', `${this.symbol}: its state changed`, { retryable: true, cause })
    }
    return this.aside('parked', cause)
  }

  private aside(kind: 'recovering' | 'parked', cause?: unknown, metric: ShardMetric = kind): SymbolResult {
    count(this.parts.metrics, metric, 1)
    return {
      kind,
      position: this.matching.seen?.state?.position ?? this.records[0].position,
      ...(cause !== undefined && { cause }),
    }
  }

  private async match(): Promise<SymbolResult> {
    for (;;) {
      await this.matching.readMark()
      const state = this.matching.seen?.state
      if (state?.kind === 'parked') {
        if (await this.parts.parking?.keep(this.symbol, state, this.records)) return this.aside('parked')
        this.matching.noteStale()
        continue
      }
      this.refuseGap()
      if (state === undefined) {
        await this.matching.matchAll(this.records)
        return DONE
      }
      if (!(await this.catchUp(state.keptThrough))) {
        if (await this.parts.parking?.keep(this.symbol, state, this.records)) return this.aside('recovering')
      }
      this.matching.noteStale()
    }
  }

  /** Matches what was kept. Returns false if the time was too short for all of it. */
  private async catchUp(keptThrough: Position): Promise<boolean> {
    const { parking, nowMs } = this.parts
    if (parking === undefined) throw new Error(`${this.symbol} has a state, but kept records cannot be read`)
    const untilMs = nowMs() + CATCH_UP_MS
    await this.matching.matchAll([])
    for await (const records of parking.kept.read(this.symbol, this.matching.published)) {
      // Another process may have matched and deleted what was before these. Then the mark, which is read after them,
      // has passed it, and so does the book.
      await this.matching.readMark()
      await this.matching.matchAll(records)
      if (nowMs() < untilMs || this.matching.published >= keptThrough) continue
      // There may be very many: the next batch does not list these again.
      await parking.kept.forget(this.symbol, this.matching.published)
      return false
    }
    await this.matching.readMark()
    const { published } = this.matching
    if (published < keptThrough) {
      throw new StreamTruncated(`${this.symbol}: records up to ${keptThrough} were kept, but end at ${published}`)
    }
    await parking.release(this.symbol, published)
    return true
  }

  private refuseGap(): void {
    const { lostBefore } = this.place
    const { published, seen } = this.matching
    if (lostBefore === undefined || published === BEGINNING || published >= lostBefore) return
    if ((seen?.acceptedLoss ?? BEGINNING) >= lostBefore) return
    throw new StreamTruncated(`${this.symbol}: records between ${published} and ${lostBefore} may be lost`)
  }
}

/** Whether neither time nor a newer program helps. */
const isFinal = (cause: unknown): boolean => !mayEnd(cause) && !(cause instanceof RebuildNeeded)
