/**
 * Decides when the records in the cache become a base, and makes the base. The same bytes become a snapshot in
 * case the cache is lost. Only published state may become a base, because the events of an unpublished record
 * can only be made again from the record.
 *
 * The cost is small compared with matching. A base costs a few microseconds for each open order, and is made
 * once in twice as many commands as there are open orders. An interval of time applies too: a quiet symbol must
 * be in a snapshot long before its last records leave the stream. So do the bytes of the shard: a rebuild reads
 * everything that the shard delivered since the oldest snapshot that it needs.
 */

import type { StoredMark } from '../ports/publisher.ts'
import type { SnapshotMark } from '../ports/symbol-states.ts'
import { BrokenInvariant, invariant } from '../protocol/assert.ts'
import { OperationalFailure } from '../protocol/failure.ts'
import { type HeldSymbol, loadPublished, type RecoveryPorts } from './symbol-recovery.ts'

/** 20,000 commands of about 200 bytes are 4 MB to load, and 50 ms to apply. */
const COMMANDS_MIN = 20_000
const COMMANDS_PER_ORDER = 2
const INTERVAL_MS = 15 * 60_000
/**
 * A quiet symbol learns a minute late, at its heartbeat, that a checkpoint is due. A full shard delivers 60 MB until
 * then, so that a pass over it is at most 48 + 60 = 108 MB: about a minute at 1.8 MB/s.
 */
const SHARD_BYTES_MAX = 48_000_000

/** `shardBytes`: what the shard has delivered so far. */
export function isCheckpointDue(held: HeldSymbol, shardBytes: number): boolean {
  const { replica, sinceBase, baseTimestampMs, snapshot } = held
  if (sinceBase === 0) return false
  if (replica.timestampMs - baseTimestampMs >= INTERVAL_MS) return true
  if (isLongPass(replica.matcher.symbol, snapshot, shardBytes)) return true
  return sinceBase >= Math.max(COMMANDS_MIN, replica.matcher.book.orders.count * COMMANDS_PER_ORDER)
}

/** Whether a rebuild that begins at the snapshot would have to read much of the shard. */
export function isLongPass(symbol: string, snapshot: SnapshotMark | undefined, shardBytes: number): boolean {
  // Less than at the snapshot: the symbol has moved to another shard, which counts from 0.
  const delivered = shardBytes - (snapshot?.shardBytes ?? 0)
  return delivered < 0 || delivered >= bytesMax(symbol)
}

/** Half of the maximum to all of it, different for each symbol, so that they do not all become due at once. */
function bytesMax(symbol: string): number {
  let hash = 0
  for (let i = 0; i < symbol.length; i++) hash = (hash * 31 + symbol.charCodeAt(i)) & 0xffff
  return SHARD_BYTES_MAX * (0.5 + hash / 0x20000)
}

/** Returns undefined if another matcher changed the cache meanwhile. Throws OperationalFailure if it failed. */
export async function checkpoint(
  symbol: string,
  held: HeldSymbol,
  { cache, snapshots, states }: RecoveryPorts,
  shardBytes: number,
): Promise<HeldSymbol | undefined> {
  const { replica, cacheVersion } = held
  invariant(replica.position === held.marked, `${symbol}: a base would drop unpublished events`)
  const base = replica.base()
  const snapshot = { position: base.position, shardBytes }
  try {
    await snapshots(symbol).save({ position: base.position, bytes: base.bytes })
    await states?.snapshotSaved(symbol, snapshot)
    const rebased = await cache.rebase(symbol, cacheVersion, base, replica.version)
    return rebased && { ...held, cacheVersion: rebased, sinceBase: 0, baseTimestampMs: replica.timestampMs, snapshot }
  } catch (cause) {
    if (cause instanceof OperationalFailure || cause instanceof BrokenInvariant) throw cause
    throw new OperationalFailure('unavailable', `${symbol}: no checkpoint`, { retryable: true, cause })
  }
}

/**
 * Makes a snapshot of the state at the mark, without a base in the cache. A parked symbol waits for an operator, and
 * meanwhile its book may leave the cache, and the records since its last snapshot the stream. The cache may have more
 * than what is published: its later records are not in the snapshot. Does nothing if the cache does not have that state.
 * Throws if it cannot be read or saved, or if the book fails its check.
 */
export async function savePublished(
  symbol: string,
  mark: StoredMark,
  ports: RecoveryPorts,
  shardBytes: number,
): Promise<void> {
  if (mark.snapshot?.position === mark.position) return
  const replica = await loadPublished(symbol, mark, ports)
  if (replica === undefined) return
  const { position, bytes } = replica.base()
  await ports.snapshots(symbol).save({ position, bytes })
  await ports.states?.snapshotSaved(symbol, { position, shardBytes })
}
