/**
 * Recovers an exchange at start: it restores the newest snapshot that is not ahead of the store, then applies
 * the stream from there. Records that the store does not have yet are committed. Matching is deterministic, so the
 * result equals that of an uninterrupted run.
 *
 * Nothing is committed before the whole stream has been read, because a command that this program does not support
 * may be in its last record. If many records are missing in the store, they cannot wait in memory for the end. The
 * rest of the stream is then read twice: once to decode it, which takes about a third of the time, and once to apply it.
 */

import type { CommitStore } from '../ports/commit-store.ts'
import { type MalformedLine, type OrderStream, StreamTruncated } from '../ports/order-stream.ts'
import type { SnapshotStore } from '../ports/snapshot-store.ts'
import type { InstrumentText } from '../protocol/instrument/instrument.ts'
import { COMMIT_EVENTS_AT_RECOVERY } from '../protocol/limits.ts'
import { restoreLatest } from './exchange-snapshot.ts'
import { ExchangeState } from './exchange-state.ts'

export interface Recovery {
  readonly state: ExchangeState
  /** The position of the snapshot, or the beginning. */
  readonly snapshotPosition: string
  /** The number of commands applied from the stream. */
  readonly replayedCommands: number
  /** Lines of the applied records that are not commands. */
  readonly malformed: readonly MalformedLine[]
}

/** Throws UnknownVersion or UnknownCommand, before anything is written, if a newer program wrote the stored bytes. */
export async function recover(
  stream: OrderStream,
  store: Pick<CommitStore, 'appliedPosition' | 'commit'>,
  snapshots: SnapshotStore,
  onProgress?: (commands: number) => void,
): Promise<Recovery> {
  const applied = await store.appliedPosition()
  const state = (await restoreLatest(snapshots, applied)) ?? new ExchangeState()
  const { matcher, orders } = state
  const snapshotPosition = matcher.position
  const before = matcher.commandCount
  const malformed: MalformedLine[] = []
  let readToEnd = false
  for await (const records of stream.read(matcher.position, instrumentsOf(state))) {
    for (const record of records) {
      state.apply(record)
      for (const line of record.malformed ?? []) malformed.push(line)
      if (matcher.position <= applied) orders.skipCommit()
    }
    if (orders.uncommitted > COMMIT_EVENTS_AT_RECOVERY) {
      if (!readToEnd) await readRest(stream, state)
      readToEnd = true
      await commitPending(state, store)
    }
    onProgress?.(matcher.commandCount - before)
  }
  if (matcher.position < applied) {
    throw new StreamTruncated(`the store is at ${applied}, but the order stream ends at ${matcher.position}`)
  }
  await commitPending(state, store)
  return { state, snapshotPosition, replayedCommands: matcher.commandCount - before, malformed }
}

/** Decodes the records after the present position. Throws UnknownCommand, UnknownVersion. */
async function readRest(stream: OrderStream, state: ExchangeState): Promise<void> {
  for await (const _ of stream.read(state.matcher.position, instrumentsOf(state)));
}

/** The instruments that a reader of the stream needs to continue from a state. */
export const instrumentsOf = ({ matcher }: ExchangeState): InstrumentText[] =>
  [...matcher.symbols.values()].flatMap(({ instrument }) => instrument ?? [])

/** Commits all uncommitted records. One call at a time. */
export async function commitPending(state: ExchangeState, store: Pick<CommitStore, 'commit'>): Promise<void> {
  while (state.orders.committed < state.orders.position) await commitNext(state, store)
}

/** Commits the oldest batch of uncommitted records in one transaction. One call at a time. */
export async function commitNext(state: ExchangeState, store: Pick<CommitStore, 'commit'>): Promise<void> {
  const { orders } = state
  const commit = state.takeCommit()
  if (commit === undefined) return
  try {
    await store.commit(commit)
  } catch (cause) {
    orders.commitFailed()
    throw cause
  }
  orders.committedUpTo(commit.to)
}
