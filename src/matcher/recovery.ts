/**
 * How a matcher comes back: the newest snapshot that the store has caught up with, then the stream
 * from there. What the store holds already is applied to the books only; what it does not hold is
 * committed as it is applied. Determinism makes both the same as if nothing had happened.
 */

import type { CommitStore } from '../ports/commit-store.ts'
import { type OrderStream, StreamTruncated } from '../ports/order-stream.ts'
import type { SnapshotStore } from '../ports/snapshot-store.ts'
import { ExchangeMatcher } from './exchange-matcher.ts'
import { restoreLatest } from './snapshot.ts'

export interface Recovery {
  readonly matcher: ExchangeMatcher
  /** The snapshot's position, or the beginning. */
  readonly snapshotPosition: string
  /** Commands applied again from the stream. */
  readonly replayedCommands: number
}

/** Events gathered before the store is brought up to them. */
const UNCOMMITTED_MAX = 10_000

export async function recover(
  stream: OrderStream,
  store: CommitStore,
  snapshots: SnapshotStore,
  onProgress?: (commands: number) => void,
): Promise<Recovery> {
  const applied = await store.appliedPosition()
  const matcher = (await restoreLatest(snapshots, applied)) ?? new ExchangeMatcher()
  const snapshotPosition = matcher.position
  const before = matcher.commandCount
  for await (const records of stream.read(matcher.position)) {
    for (const record of records) {
      matcher.apply(record)
      if (matcher.position <= applied) matcher.skipCommit()
    }
    if (matcher.uncommitted > UNCOMMITTED_MAX) await commitPending(matcher, store)
    onProgress?.(matcher.commandCount - before)
  }
  if (matcher.position < applied) {
    throw new StreamTruncated(`the records stand at ${applied}, but the order stream ends at ${matcher.position}`)
  }
  await commitPending(matcher, store)
  return { matcher, snapshotPosition, replayedCommands: matcher.commandCount - before }
}

/** Brings the store up to where the matcher stands, in one transaction. One call at a time. */
export async function commitPending(matcher: ExchangeMatcher, store: CommitStore): Promise<void> {
  const commit = matcher.takeCommit()
  if (commit === undefined) return
  try {
    await store.commit(commit)
  } catch (cause) {
    matcher.commitFailed()
    throw cause
  }
  matcher.committedUpTo(commit.to)
}
