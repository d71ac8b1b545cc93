/**
 * Stores what an exchange has matched: it commits orders and trades a moment after their commands, and saves
 * snapshots at intervals. While the store fails, records wait in memory and the commit is tried again each second.
 * Whatever is lost with the memory is rebuilt from the order log, so nothing here decides the answer to a command.
 */

import { type CommitStore, type Kept, StaleCommit } from '../ports/commit-store.ts'
import type { Snapshot, SnapshotStore } from '../ports/snapshot-store.ts'
import type { Trouble } from '../ports/trouble.ts'
import { BrokenInvariant } from '../protocol/assert.ts'
import { OperationalFailure } from '../protocol/failure.ts'
import { COMMIT_EVENTS } from '../protocol/limits.ts'
import { takeSnapshot } from './exchange-snapshot.ts'
import type { ExchangeState } from './exchange-state.ts'
import { commitNext, type Recovery } from './recover.ts'
import { SnapshotWork, type SnapshotWorkPorts } from './snapshot-work.ts'

export interface KeeperPorts {
  readonly store: CommitStore
  readonly snapshots: SnapshotStore
  readonly nowMs: () => number
  /** Calls back once, after at least `delayMs`. Returns a function that prevents the call. */
  readonly later: (delayMs: number, call: () => void) => () => void
  /** Receives the memory of the copy for a snapshot when it is used, and less than 0 when it is free again. */
  readonly onCopyBytes?: (bytes: number) => void
  /** Called for failures that will be retried. */
  readonly onTrouble: (what: string, cause: unknown) => void
}

const SNAPSHOT_FAILED = 'the snapshot could not be stored'
/** Time until events are committed. */
const COMMIT_DELAY_MS = 40
const RETRY_MS = 1_000
/**
 * Commands between snapshots: about half a second of recovery, or twice the open orders if that is more. A snapshot
 * takes processor time in proportion to the open orders.
 */
const SNAPSHOT_COMMANDS = 250_000
const SNAPSHOT_COMMANDS_PER_ORDER = 2
/**
 * Time that the last snapshot may take for each open order. A million orders took 0.8 to 1.7 s to encode on the development
 * machine, and have 133 MB to write: at 100 MB/s 1.3 s more.
 */
const SNAPSHOT_MS_PER_ORDER = 0.003

export class RecordKeeper {
  private readonly state: ExchangeState
  private readonly ports: KeeperPorts
  private snapshotCommands: number
  /** Whether the last snapshot could not be saved. */
  private snapshotFailed = false
  /** The next commit, if it has a time. */
  private next: { readonly delayMs: number; readonly cancel: () => void } | undefined
  private committing: Promise<void> | undefined
  /** The next snapshot, from the time when it is due until it is encoded. */
  private work: SnapshotWork | undefined
  /** The present snapshot is written. Commits continue meanwhile. */
  private saving: Promise<void> | undefined
  private failing: Trouble | undefined
  private closed = false
  private abandoned = false

  constructor({ state, replayedCommands }: Pick<Recovery, 'state' | 'replayedCommands'>, ports: KeeperPorts) {
    this.state = state
    this.ports = ports
    this.snapshotCommands = state.matcher.commandCount - replayedCommands
  }

  /** Present while the store fails. */
  get trouble(): Trouble | undefined {
    return this.failing
  }

  /** The caller calls this after each record. */
  applied(): void {
    // The end of the present commit decides about the next one, and a failed one has its time.
    if (this.committing !== undefined || this.failing !== undefined) return
    this.commitSoon(this.state.orders.uncommitted > COMMIT_EVENTS ? 0 : COMMIT_DELAY_MS)
  }

  /** Commits everything that is matched. Throws OperationalFailure if the store fails. */
  async commit(): Promise<void> {
    const { matcher, orders } = this.state
    const { position } = matcher
    while (!this.abandoned && orders.committed < position) {
      this.committing ??= this.commitNow().finally(() => this.ended())
      await this.committing
    }
  }

  /**
   * The last commit and snapshot, if the store takes them. A snapshot that would take longer than `leftMs` returns
   * is skipped. The caller closes the stream first.
   */
  async close(leftMs: () => number): Promise<Kept> {
    this.closed = true
    this.cancelNext()
    // The last snapshot replaces it.
    this.cancelWork()
    try {
      await this.commit()
    } catch (cause) {
      this.report(cause, '')
    }
    await this.saving
    return { unstoredEvents: this.state.orders.uncommitted, snapshot: await this.lastSnapshot(leftMs()) }
  }

  /** Begins no further commit or snapshot. Resolves when the present one has ended. */
  async abandon(): Promise<void> {
    this.closed = true
    this.abandoned = true
    this.cancelNext()
    this.cancelWork()
    await this.committing?.catch(() => {})
    await this.saving
  }

  private async lastSnapshot(leftMs: number): Promise<Kept['snapshot']> {
    const { matcher, orders } = this.state
    if (matcher.commandCount <= this.snapshotCommands && !this.snapshotFailed) return 'unchanged'
    if (orders.committed < matcher.position) return 'skipped'
    if (matcher.openOrderCount * SNAPSHOT_MS_PER_ORDER > leftMs) return 'skipped'
    const snapshot = this.snapshot()
    return snapshot !== undefined && (await this.keep(snapshot)) ? 'saved' : 'failed'
  }

  /** A commit that failed is tried again later; one that succeeded may have left events that came meanwhile. */
  private ended(): void {
    const { matcher, orders } = this.state
    this.committing = undefined
    if (this.failing !== undefined) this.commitSoon(RETRY_MS)
    else if (orders.committed < matcher.position) this.applied()
  }

  private async commitNow(): Promise<void> {
    this.cancelNext()
    this.continueSnapshot()
    try {
      await commitNext(this.state, this.ports.store)
      this.failing = undefined
    } catch (cause) {
      const detail = `The commit of orders and trades fails: ${(cause as Error).message}`
      this.failing = { cause: 'store_failing', sinceMs: this.failing?.sinceMs ?? this.ports.nowMs(), detail }
      throw cause
    }
  }

  /**
   * Begins to prepare a snapshot that is due. A commit after that takes all events, so the snapshot is of its position:
   * recovery can use a snapshot only if the store is not behind it.
   */
  private continueSnapshot(): void {
    if (this.closed) return
    if (this.work?.isReady && this.state.orders.isOneCommit) {
      this.snapshotCommands = this.state.matcher.commandCount
      this.snapshotFailed = true
      this.work.freeze()
    } else if (this.work === undefined && this.saving === undefined && this.isSnapshotDue()) {
      this.work = this.begin({
        ...this.ports,
        onSnapshot: (snapshot) => {
          this.work = undefined
          this.saving = this.keepCommitted(snapshot).finally(() => {
            this.saving = undefined
          })
        },
        onFailed: (cause) => {
          this.work = undefined
          this.ports.onTrouble(SNAPSHOT_FAILED, cause)
        },
      })
    }
  }

  /** Saves a snapshot, unless the commit to its position has failed. */
  private async keepCommitted(snapshot: Snapshot): Promise<void> {
    const { orders } = this.state
    if (orders.committed < snapshot.position) await this.committing?.catch(() => {})
    if (orders.committed >= snapshot.position && !this.abandoned) await this.keep(snapshot)
  }

  /** A commit that is due earlier stays: records that follow each other quickly must not put it off. */
  private commitSoon(delayMs: number): void {
    if (this.closed || (this.next !== undefined && this.next.delayMs <= delayMs)) return
    this.cancelNext()
    const cancel = this.ports.later(delayMs, () => {
      this.next = undefined
      this.commit().catch((cause) => this.report(cause, '; trying again'))
    })
    this.next = { delayMs, cancel }
  }

  private cancelNext(): void {
    this.next?.cancel()
    this.next = undefined
  }

  private cancelWork(): void {
    this.work?.cancel()
    this.work = undefined
  }

  /** undefined: there is no memory for the copy. The next snapshot is due later, and commits go on. */
  private begin(ports: SnapshotWorkPorts): SnapshotWork | undefined {
    try {
      return new SnapshotWork(this.state, ports)
    } catch (cause) {
      if (!(cause instanceof RangeError)) throw cause
      this.snapshotCommands = this.state.matcher.commandCount
      this.snapshotFailed = true
      this.ports.onTrouble(SNAPSHOT_FAILED, cause)
      return undefined
    }
  }

  private report(cause: unknown, next: string): void {
    // An inconsistent book, or a second matcher: matching must stop.
    if (cause instanceof BrokenInvariant || cause instanceof StaleCommit) throw cause
    this.ports.onTrouble(`orders and trades could not be stored${next}`, cause)
  }

  private isSnapshotDue(): boolean {
    const { commandCount, openOrderCount } = this.state.matcher
    const since = commandCount - this.snapshotCommands
    return since >= Math.max(SNAPSHOT_COMMANDS, openOrderCount * SNAPSHOT_COMMANDS_PER_ORDER)
  }

  /** Undefined if the state is too large for a snapshot, which is reported. */
  private snapshot(): Snapshot | undefined {
    this.snapshotCommands = this.state.matcher.commandCount
    this.snapshotFailed = true
    try {
      return { position: this.state.matcher.position, bytes: takeSnapshot(this.state) }
    } catch (cause) {
      if (!(cause instanceof OperationalFailure)) throw cause
      this.ports.onTrouble(SNAPSHOT_FAILED, cause)
      return undefined
    }
  }

  /** Without a snapshot the next start only takes longer, so a failure is reported and not thrown. */
  private async keep(snapshot: Snapshot): Promise<boolean> {
    try {
      // The store must reach the disk first, so that the snapshot is never ahead of it.
      await this.ports.store.flushed()
      await this.ports.snapshots.save(snapshot)
      this.snapshotFailed = false
      return true
    } catch (cause) {
      this.ports.onTrouble(SNAPSHOT_FAILED, cause)
      return false
    }
  }
}
