/**
 * The file of records of a start. Opening it for writing changes it, so it is opened with the first commit: recovery
 * commits only after it has read the whole log.
 */

import { allocateReaderTable } from '../../adapters/embedded/records/reader-table.ts'
import { RecordStore, type StoreListeners } from '../../adapters/embedded/records/record-store.ts'
import type { CommitStore } from '../../ports/commit-store.ts'
import type { Position } from '../../ports/order-stream.ts'

/** The file is behind the position that was read, because LMDB has dropped a commit. */
class Behind extends Error {
  readonly position: Position

  constructor(position: Position) {
    super()
    this.position = position
  }
}

export class LateStore {
  private readonly path: string
  private readonly listeners: StoreListeners
  private opened: RecordStore | undefined

  constructor(path: string, listeners: StoreListeners) {
    this.path = path
    this.listeners = listeners
  }

  /**
   * Runs a recovery that continues at `applied`, the position that was read without writing, and opens the store.
   * When LMDB opens a file for writing, it drops commits that had not been synced when the process was killed. The
   * recovery then runs again from the position that is left.
   */
  async recover<T>(
    applied: Position,
    recovery: (store: Pick<CommitStore, 'appliedPosition' | 'commit'>) => Promise<T>,
  ): Promise<{ recovered: T; store: RecordStore }> {
    try {
      const recovered = await recovery({
        appliedPosition: async () => applied,
        commit: async (batch) => (await this.openAt(applied)).commit(batch),
      })
      return { recovered, store: await this.openAt(applied) }
    } catch (cause) {
      if (!(cause instanceof Behind)) throw cause
      return this.recover(cause.position, recovery)
    }
  }

  /** The store, opened at the first call. Throws {@link Behind}. */
  private async openAt(applied: Position): Promise<RecordStore> {
    if (this.opened !== undefined) return this.opened
    allocateReaderTable(this.path)
    this.opened = new RecordStore(this.path, 'write', this.listeners)
    this.opened.loadIds()
    const position = await this.opened.appliedPosition()
    if (position < applied) throw new Behind(position)
    return this.opened
  }

  /** Resolves when nothing of it is written any more. */
  async close(): Promise<void> {
    await this.opened?.close()
  }
}
