/**
 * What the core thread measures of itself, for the metrics. It stands at the ports of the exchange: around the store,
 * the snapshots and each record of the log. So neither the exchange nor the engine has a clock. A measurement is for
 * each sync, commit or snapshot and never for each order; only events are counted one by one.
 */

import type { CommitStore } from '../../../ports/commit-store.ts'
import type { Snapshot, SnapshotStore } from '../../../ports/snapshot-store.ts'
import { Distribution, type DistributionCounts, DURATIONS, SIZES } from './distribution.ts'
import { type CountedEvents, EventCounts } from './event-counts.ts'

/** The newest snapshot. */
export interface SavedSnapshot {
  /** The number of the last command in it. */
  readonly commands: number
  readonly bytes: number
  readonly savedAtMs: number
}

export interface MeterCounts {
  readonly events: CountedEvents
  /** Time to match the commands of one sync and to note what follows from them. */
  readonly match: DistributionCounts
  /** Time to write the commands of one sync to the log and to sync it. */
  readonly sync: DistributionCounts
  /** Commands of one sync. */
  readonly syncCommands: DistributionCounts
  readonly logBytes: number
  /** Time to store orders and trades in one transaction. */
  readonly commit: DistributionCounts
  readonly commitFailures: number
  readonly snapshotSave: DistributionCounts
  /** undefined: there is none. */
  readonly snapshot: SavedSnapshot | undefined
}

export class CoreMeter {
  readonly events = new EventCounts()
  private readonly match = new Distribution(DURATIONS)
  private readonly sync = new Distribution(DURATIONS)
  private readonly syncCommands = new Distribution(SIZES)
  private readonly commit = new Distribution(DURATIONS)
  private readonly snapshotSave = new Distribution(DURATIONS)
  private logBytes = 0
  private commitFailures = 0
  private snapshot: SavedSnapshot | undefined

  /** `newest`: the newest snapshot at the start. */
  constructor(newest?: SavedSnapshot) {
    this.snapshot = newest
  }

  /** Calls `apply`, which matches the commands of one sync. */
  matching(apply: () => void): void {
    const startedMs = performance.now()
    apply()
    this.match.observe((performance.now() - startedMs) / 1_000)
  }

  /** The log has written and synced a group of commands. */
  synced(ms: number, commands: number, bytes: number): void {
    this.sync.observe(ms / 1_000)
    this.syncCommands.observe(commands)
    this.logBytes += bytes
  }

  storeOf(store: CommitStore): CommitStore {
    return {
      appliedPosition: () => store.appliedPosition(),
      find: (account, orderId) => store.find(account, orderId),
      flushed: () => store.flushed(),
      commit: async (batch) => {
        const startedMs = performance.now()
        try {
          await store.commit(batch)
        } catch (cause) {
          this.commitFailures++
          throw cause
        }
        this.commit.observe((performance.now() - startedMs) / 1_000)
      },
    }
  }

  snapshotsOf(snapshots: SnapshotStore): SnapshotStore {
    return {
      latest: (position, known) => snapshots.latest(position, known),
      save: async (snapshot) => {
        const startedMs = performance.now()
        await snapshots.save(snapshot)
        this.snapshotSave.observe((performance.now() - startedMs) / 1_000)
        this.snapshot = savedSnapshot(snapshot, Date.now())
      },
    }
  }

  counts(): MeterCounts {
    return {
      events: this.events.counts(),
      match: this.match.counts(),
      sync: this.sync.counts(),
      syncCommands: this.syncCommands.counts(),
      logBytes: this.logBytes,
      commit: this.commit.counts(),
      commitFailures: this.commitFailures,
      snapshotSave: this.snapshotSave.counts(),
      snapshot: this.snapshot,
    }
  }
}

const savedSnapshot = ({ position, bytes }: Snapshot, savedAtMs: number): SavedSnapshot => ({
  commands: Number(position),
  bytes: bytes.length,
  savedAtMs,
})
