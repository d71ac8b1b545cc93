/**
 * Stops the core within a time. The log is completed first. The commit, the snapshot, the lake, the state hash and the
 * closing of the store follow as far as there is time, because the next start rebuilds all of them from the log. The lock of
 * the directory is released only after the last write. Else it ends with the process.
 */

import type { CoreStopped } from '../../adapters/embedded/threads/core-messages.ts'
import type { Kept } from '../../ports/commit-store.ts'

export interface StoppingParts {
  readonly stream: { close(): Promise<void> }
  readonly exchange: {
    close(leftMs: () => number): Promise<Kept>
    stateHash(): string
    counts(): { readonly openOrders: number; readonly uncommittedEvents: number }
  }
  readonly store: { close(): Promise<void> }
  /** Resolves when the lake's thread writes nothing any more. */
  readonly lake: { end(store: boolean): Promise<void> }
  readonly lock: { release(): void }
  readonly nowMs: () => number
}

/** Time that the state hash may take for each open order. 8.7 ms for each thousand on the development machine. */
const HASH_MS_PER_ORDER = 0.012
/** Time that is kept for closing the store, which takes a millisecond. If its disk has failed it may never end. */
const CLOSE_MS = 250

export async function stopCore(
  { stream, exchange, store, lake, lock, nowMs }: StoppingParts,
  withinMs: number,
): Promise<CoreStopped> {
  const endMs = nowMs() + withinMs
  const leftMs = () => endMs - CLOSE_MS - nowMs()
  await stream.close()
  const { openOrders, uncommittedEvents } = exchange.counts()
  const late: Kept = { unstoredEvents: uncommittedEvents, snapshot: 'skipped' }
  // The lake's thread has the last events now, and stores them beside the records.
  const lakeEnded = lake.end(true)
  const stored = exchange.close(leftMs)
  const kept = await within(leftMs(), stored, late)
  const stopped = openOrders * HASH_MS_PER_ORDER > leftMs() ? kept : { stateHash: exchange.stateHash(), ...kept }
  const ms = kept.unstoredEvents > 0 ? CLOSE_MS : endMs - nowMs()
  if (await endsWithin(ms, Promise.all([stored, store.close(), lakeEnded]))) lock.release()
  return stopped
}

/**
 * Ends the core after a failure, or a start that does not continue. Nothing more is stored: another process may write
 * to the directory, or the disk may have failed.
 */
export async function leaveCore(
  parts: { readonly exchange?: { abandon(): Promise<void> }; readonly lake?: StoppingParts['lake'] } & Pick<
    StoppingParts,
    'store' | 'lock'
  >,
): Promise<void> {
  const { exchange, store, lake, lock } = parts
  const written = [exchange?.abandon(), lake?.end(false), store.close()]
  if (await endsWithin(CLOSE_MS, Promise.all(written))) lock.release()
}

/** Whether it ends in time. A failure is an end too. */
const endsWithin = (ms: number, writing: Promise<unknown>): Promise<boolean> =>
  within(
    ms,
    writing.then(
      () => true,
      () => true,
    ),
    false,
  )

/** The result, or `otherwise` if it takes longer. */
async function within<T>(ms: number, result: Promise<T>, otherwise: T): Promise<T> {
  if (ms === Number.POSITIVE_INFINITY) return result
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<T>((resolve) => {
    timer = setTimeout(() => resolve(otherwise), Math.max(ms, 0))
  })
  try {
    return await Promise.race([result, late])
  } finally {
    clearTimeout(timer)
  }
}
