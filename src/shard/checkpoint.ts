/**
 * Decides when the records in the cache become a base, and makes the base. The same bytes become a snapshot in
 * case the cache is lost. Only published state may become a base, because the events of an unpublished record
 * can only be made again from the record.
 *
 * The cost is small compared with matching. A base costs a few microseconds for each open order, and is made
 * once in twice as many commands as there are open orders. An interval of time applies too: a quiet symbol must
 * be in a snapshot long before its last records leave the stream.
 */

import { BrokenInvariant, invariant } from '../protocol/assert.ts'
import { OperationalFailure } from '../protocol/failure.ts'
import type { HeldSymbol, RecoveryPorts } from './symbol-recovery.ts'

/** 20,000 commands of about 200 bytes are 4 MB to load, and 50 ms to apply. */
const COMMANDS_MIN = 20_000
const COMMANDS_PER_ORDER = 2
const INTERVAL_MS = 15 * 60_000

export function isCheckpointDue({ replica, sinceBase, baseTimestampMs }: HeldSymbol): boolean {
  if (sinceBase === 0) return false
  if (replica.timestampMs - baseTimestampMs >= INTERVAL_MS) return true
  return sinceBase >= Math.max(COMMANDS_MIN, replica.matcher.book.orders.count * COMMANDS_PER_ORDER)
}

/** Returns undefined if another matcher changed the cache meanwhile. Throws OperationalFailure if it failed. */
export async function checkpoint(
  symbol: string,
  held: HeldSymbol,
  { cache, snapshots }: RecoveryPorts,
): Promise<HeldSymbol | undefined> {
  const { replica, cacheVersion } = held
  invariant(replica.position === held.marked, `${symbol}: a base would drop unpublished events`)
  const base = replica.base()
  try {
    await snapshots(symbol).save({ position: base.position, bytes: base.bytes })
    const rebased = await cache.rebase(symbol, cacheVersion, base, replica.version)
    return rebased && { ...held, cacheVersion: rebased, sinceBase: 0, baseTimestampMs: replica.timestampMs }
  } catch (cause) {
    if (cause instanceof OperationalFailure || cause instanceof BrokenInvariant) throw cause
    throw new OperationalFailure('unavailable', `${symbol}: no checkpoint`, { retryable: true, cause })
  }
}
