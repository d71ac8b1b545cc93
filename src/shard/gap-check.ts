/**
 * Makes sure that a batch directly follows what was matched before, whatever the event source mapping did: a mapping
 * that gives up a batch delivers the next one as if nothing were missing. Each shard has a durable cursor. Before a
 * batch, the stream is read after the cursor, up to the batch. Records that are found there are matched first. If
 * the stream does not have the record at the cursor any more, records may be lost, and the shard's symbols must not
 * trade on without an operator.
 *
 * The stream is not read if this process itself matched the batch before, as the first that did, and began with it
 * less than one and a half seconds ago. A mapping, which polls once a second, needs longer to give a batch up between
 * the two. A process that was given up and resumes late has begun long ago. The cursor is written about once a second,
 * so it may be behind: then the records between are found, and skipped as already matched.
 */

import { BEGINNING, type Position } from '../ports/order-stream.ts'
import type { RecordStream, ShardRecord } from '../ports/record-stream.ts'
import type { ShardCursors } from '../ports/shard-cursors.ts'
import { OperationalFailure } from '../protocol/failure.ts'
import { count, type ShardMetrics } from './shard-metrics.ts'

export interface GapPorts {
  readonly cursors: ShardCursors
  /**
   * False if a shard is delivered in several lanes at once (ParallelizationFactor). Then the records between two
   * batches of a lane belong to another lane, and cannot be told from a gap. Bytes are counted in any case.
   */
  readonly isInOrder: boolean
}

const TRUSTED_MS = 1_500
const SAVE_MS = 1_000
/** In a backlog a second has many bytes, and another process would read all of them again. */
const SAVE_BYTES = 1_000_000
/** What is matched before a batch in one invocation. If there is more, the batch is delivered again. */
const CATCH_UP_BYTES_MAX = 8_000_000

interface Shard {
  position: Position
  bytes: number
  lostBefore: Position | undefined
  /** When this process began with the last batch that it matched, and the arrival of its last record. */
  begunAtMs: number
  timestampMs: number
  savedAtMs: number
  unsavedBytes: number
}

export interface Checked {
  /** To be matched before the batch. */
  readonly missing: readonly ShardRecord[]
  /** The shard of `missing`, if there is more between these and the batch. */
  readonly incomplete: string | undefined
  /** A symbol whose mark is before this position may lack records. */
  readonly lostBefore: Position | undefined
  readonly shardBytes: number
}

export class GapCheck {
  private readonly ports: GapPorts
  private readonly stream: RecordStream
  private readonly nowMs: () => number
  private readonly metrics: ShardMetrics | undefined
  private readonly shards = new Map<string, Shard>()

  constructor(ports: GapPorts, stream: RecordStream, nowMs: () => number, metrics: ShardMetrics | undefined) {
    this.ports = ports
    this.stream = stream
    this.nowMs = nowMs
    this.metrics = metrics
  }

  /** Throws OperationalFailure: nothing may be matched then. */
  async before(shardId: string, records: readonly ShardRecord[]): Promise<Checked> {
    const first = records[0]
    const known = this.shards.get(shardId)
    if (known !== undefined && this.directlyPrecedes(known, first)) return checked(known, [])
    const stored = await this.ports.cursors.read(shardId)
    const shard: Shard = {
      // The stored cursor is behind what this process has done itself.
      position: [known?.position ?? BEGINNING, stored?.position ?? BEGINNING].sort()[1],
      bytes: Math.max(known?.bytes ?? 0, stored?.bytes ?? 0),
      lostBefore: stored?.lostBefore,
      begunAtMs: Number.NEGATIVE_INFINITY,
      timestampMs: 0,
      savedAtMs: known?.savedAtMs ?? Number.NEGATIVE_INFINITY,
      unsavedBytes: known?.unsavedBytes ?? 0,
    }
    this.shards.set(shardId, shard)
    if (!this.ports.isInOrder || first.position <= shard.position) return checked(shard, [])
    return shard.position === BEGINNING ? this.ofNewShard(shardId, shard, first) : this.after(shardId, shard, first)
  }

  /** Everything up to the last of `records` is matched or kept. */
  async done(shardId: string, records: readonly ShardRecord[], begunAtMs: number): Promise<void> {
    const shard = this.shards.get(shardId)
    const last = records.at(-1)
    if (shard === undefined || last === undefined) return
    const bytes = records.reduce((sum, record) => sum + record.bytes.length, 0)
    shard.bytes += bytes
    shard.unsavedBytes += bytes
    // A repeated batch says nothing about what was delivered since.
    if (last.position > shard.position || !this.ports.isInOrder) {
      shard.position = last.position
      shard.timestampMs = last.timestampMs
      shard.begunAtMs = begunAtMs
    }
    if (this.nowMs() - shard.savedAtMs < SAVE_MS && shard.unsavedBytes < SAVE_BYTES) return
    try {
      const position = this.ports.isInOrder ? shard.position : BEGINNING
      await this.ports.cursors.advance(shardId, position, shard.unsavedBytes)
      shard.savedAtMs = this.nowMs()
      shard.unsavedBytes = 0
    } catch (cause) {
      // A cursor that is behind costs a longer read later, and nothing else.
      if (!(cause instanceof OperationalFailure)) throw cause
    }
  }

  /** The missing records of a check that was not complete are matched or kept. */
  async caughtUp(shardId: string, missing: readonly ShardRecord[]): Promise<void> {
    const last = missing[missing.length - 1]
    await this.ports.cursors.advance(shardId, last.position, 0)
  }

  /** After a failure the next batch is compared with the stream. */
  failed(shardId: string): void {
    const shard = this.shards.get(shardId)
    if (shard !== undefined) shard.begunAtMs = Number.NEGATIVE_INFINITY
  }

  private directlyPrecedes(shard: Shard, { position, timestampMs }: ShardRecord): boolean {
    if (!this.ports.isInOrder) return shard.begunAtMs > Number.NEGATIVE_INFINITY
    if (this.nowMs() - shard.begunAtMs >= TRUSTED_MS) return false
    return position <= shard.position || timestampMs - shard.timestampMs < TRUSTED_MS
  }

  private async after(shardId: string, shard: Shard, first: ShardRecord): Promise<Checked> {
    const missing: ShardRecord[] = []
    const isComplete = await this.collect(shardId, shard.position, first.position, missing, async () => {
      count(this.metrics, 'gaps', 1)
      await this.ports.cursors.lose(shardId, first.position)
      shard.lostBefore = first.position
    })
    return this.found(shard, missing, isComplete ? undefined : shardId)
  }

  /**
   * A shard without a cursor. What its parents still have comes first. Its own first records may have been given up
   * too. If there are many, it is an old shard of an exchange that had no cursors yet.
   */
  private async ofNewShard(shardId: string, shard: Shard, first: ShardRecord): Promise<Checked> {
    const missing: ShardRecord[] = []
    let isNew = false
    for (const parent of await this.stream.parentsOf(shardId)) {
      const cursor = await this.ports.cursors.read(parent)
      if (cursor === undefined) continue
      isNew = true
      const ofParent: ShardRecord[] = []
      const isEnd = await this.collect(parent, cursor.position || undefined, undefined, ofParent, async () => {})
      if (!isEnd) return this.found(shard, ofParent, parent)
      missing.push(...ofParent)
    }
    const own: ShardRecord[] = []
    const isComplete = await this.collect(shardId, undefined, first.position, own, async () => {})
    if (!isComplete && !isNew) return this.found(shard, missing, undefined)
    return this.found(shard, [...missing, ...own], isComplete ? undefined : shardId)
  }

  private found(shard: Shard, missing: readonly ShardRecord[], incomplete: string | undefined): Checked {
    if (missing.length > 0) count(this.metrics, 'caughtUp', missing.length)
    return checked(shard, missing, incomplete)
  }

  /** Adds the records after `after` and before `before`. Returns false if there are too many. */
  private async collect(
    shardId: string,
    after: Position | undefined,
    before: Position | undefined,
    missing: ShardRecord[],
    onTorn: () => Promise<void>,
  ): Promise<boolean> {
    let bytes = 0
    for await (const { records, isContinuous } of this.stream.follow(shardId, after)) {
      if (!isContinuous) await onTorn()
      for (const record of records) {
        if (before !== undefined && record.position >= before) return true
        missing.push(record)
        bytes += record.bytes.length
      }
      if (bytes > CATCH_UP_BYTES_MAX) return false
    }
    return true
  }
}

const checked = (shard: Shard, missing: readonly ShardRecord[], incomplete?: string): Checked => ({
  missing,
  incomplete,
  lostBefore: shard.lostBefore,
  shardBytes: shard.bytes,
})
