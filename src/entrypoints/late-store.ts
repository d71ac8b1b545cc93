/**
 * The file of records of a start. Opening it for writing changes it, so it is opened with the first commit: recovery
 * commits only after it has read the whole log.
 */

import { allocateReaderTable } from '../adapters/embedded/records/reader-table.ts'
import { RecordStore, type StoreListeners } from '../adapters/embedded/records/record-store.ts'

export class LateStore {
  private readonly path: string
  private readonly listeners: StoreListeners
  private opened: RecordStore | undefined

  constructor(path: string, listeners: StoreListeners) {
    this.path = path
    this.listeners = listeners
  }

  /** The store, opened at the first call. */
  open(): RecordStore {
    if (this.opened === undefined) {
      allocateReaderTable(this.path)
      this.opened = new RecordStore(this.path, 'write', this.listeners)
      this.opened.loadIds()
    }
    return this.opened
  }

  /** Resolves when nothing of it is written any more. */
  async close(): Promise<void> {
    await this.opened?.close()
  }
}
