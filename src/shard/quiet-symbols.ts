/**
 * Says which symbols need a record although no order arrives, so that the heartbeat sends the time to these alone.
 * A symbol needs one if an order has expired, if its records are kept, if a reader found its book lost, or if it has
 * records after its newest snapshot: without a snapshot, a rebuild would read more and more of the stream, and fail in
 * the end.
 *
 * A shard that delivers nothing gets a record every few minutes. Gaps are looked for before a batch, and the record at
 * the shard's cursor must not leave the stream. The record also shows that cache and tables still accept writes.
 *
 * What is not known counts as due: a mark of a program without schedules, or none at all.
 */

import type { StoredMark } from '../ports/publisher.ts'
import { isLongPass } from './checkpoint.ts'

export interface QuietSymbol {
  readonly symbol: string
  readonly closed: boolean
}

/** The rows of the table of marks. */
export interface StoredPlaces {
  readonly marks: ReadonlyMap<string, StoredMark>
  /** What each shard has delivered. */
  readonly shardBytes: ReadonlyMap<string, number>
}

/**
 * Longer than the interval of checkpoints, so that the record makes one due, and much shorter than the stream keeps
 * records. The bytes of the shard bound a rebuild, not this time.
 */
const UNSAVED_MS = 60 * 60_000
/** Together with the interval of the heartbeat: a record in each period of five minutes, the period of the alarms. */
export const SILENT_MS = 4 * 60_000

/** The symbols that need a record now, each once. */
export function symbolsDue(
  symbols: Iterable<QuietSymbol>,
  { marks, shardBytes }: StoredPlaces,
  nowMs: number,
): string[] {
  const due: string[] = []
  const listed = new Set<string>()
  const shards = new Map<string, Shard>()
  for (const each of symbols) {
    const { symbol } = each
    listed.add(symbol)
    const mark = marks.get(symbol)
    const isNow = isDue(each, mark, shardBytes, nowMs)
    if (isNow) due.push(symbol)
    if (mark?.schedule === undefined || mark.state !== undefined) continue
    const { shardId = '', recordAtMs } = mark.schedule
    let shard = shards.get(shardId)
    if (shard === undefined) {
      shard = { lastAtMs: 0, hasDue: false, unsaved: [], quietest: undefined }
      shards.set(shardId, shard)
    }
    shard.lastAtMs = Math.max(shard.lastAtMs, recordAtMs)
    shard.hasDue ||= isNow
    if (isUnsaved(mark)) shard.unsaved.push(symbol)
    if (isQuieter({ ...each, recordAtMs }, shard.quietest)) shard.quietest = { ...each, recordAtMs }
  }
  for (const { lastAtMs, hasDue, unsaved, quietest } of shards.values()) {
    if (hasDue || nowMs - lastAtMs < SILENT_MS) continue
    if (unsaved.length > 0) due.push(...unsaved)
    else if (quietest !== undefined) due.push(quietest.symbol)
  }
  for (const [symbol, { state }] of marks) {
    // Its definition is among the records that are kept.
    if (state?.kind === 'recovering' && !listed.has(symbol)) due.push(symbol)
  }
  return due
}

function isDue(
  { symbol, closed }: QuietSymbol,
  mark: StoredMark | undefined,
  shardBytes: StoredPlaces['shardBytes'],
  nowMs: number,
): boolean {
  if (mark === undefined) return !closed
  const { state, schedule, snapshot, wantedAtMs = 0 } = mark
  if (state !== undefined || wantedAtMs > (schedule?.recordAtMs ?? 0)) return true
  if (schedule === undefined) return !closed || isUnsaved(mark)
  if (schedule.nextExpiryMs !== undefined && schedule.nextExpiryMs <= nowMs) return true
  if (!isUnsaved(mark)) return false
  if (nowMs - schedule.recordAtMs >= UNSAVED_MS) return true
  const delivered = schedule.shardId === undefined ? undefined : shardBytes.get(schedule.shardId)
  return delivered === undefined || isLongPass(symbol, snapshot, delivered)
}

const isUnsaved = ({ position, snapshot }: StoredMark): boolean => (snapshot?.position ?? '') < position

/** The healthy symbols of a shard. */
interface Shard {
  /** Arrival of the last record of any of them. */
  lastAtMs: number
  hasDue: boolean
  /** With records after their newest snapshots. After a split they lengthen a rebuild in the new shards. */
  readonly unsaved: string[]
  quietest: Quiet | undefined
}

type Quiet = QuietSymbol & { readonly recordAtMs: number }

/** Open instruments come first. */
const isQuieter = (one: Quiet, other: Quiet | undefined): boolean =>
  other === undefined || (one.closed === other.closed ? one.recordAtMs < other.recordAtMs : other.closed)
