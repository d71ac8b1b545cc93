/**
 * When and how the records in the cache become a base, and a snapshot for the day the cache is lost.
 * Only what is published may become a base: the outbox of an unpublished record is that record.
 *
 * Cost is kept small beside the matching: a base costs a few microseconds an order, and is made once
 * in twice as many commands as there are orders. Time bounds it too, because the stream forgets: a quiet
 * symbol must be in a snapshot long before its last records are dropped.
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

/** undefined: another matcher went on meanwhile. Throws OperationalFailure if it could not be done. */
export async function checkpoint(
  symbol: string,
  held: HeldSymbol,
  { cache, snapshots }: RecoveryPorts,
): Promise<HeldSymbol | undefined> {
  const { replica, stand } = held
  invariant(replica.position === held.marked, `${symbol}: a base would hide what is not published`)
  const base = replica.base()
  try {
    await snapshots(symbol).save({ position: base.position, bytes: base.bytes })
    const rebased = await cache.rebase(symbol, stand, base, replica.version)
    return rebased && { ...held, stand: rebased, sinceBase: 0, baseTimestampMs: replica.timestampMs }
  } catch (cause) {
    if (cause instanceof OperationalFailure || cause instanceof BrokenInvariant) throw cause
    throw new OperationalFailure('unavailable', `${symbol}: no checkpoint`, { retryable: true, cause })
  }
}
