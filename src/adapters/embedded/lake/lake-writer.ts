/**
 * Makes the lake from events: gathers rows, and stores them with the position of the log that they reach. Within a
 * symbol each event must follow the one before by number. So a lost or repeated event stops the writer before it
 * reaches a file.
 *
 * A file of a few rows is not left behind: the rows stay in memory, and each flush writes them again with the new
 * ones, until they are many. The new file covers the range of the old one, and supersedes it.
 */

import type { LakeBatch } from '../../../lake/lake-batch.ts'
import type { LakeSource } from '../../../lake/lake-fold.ts'
import { DamagedLake } from '../../../lake/lake-position.ts'
import type { Position } from '../../../ports/order-stream.ts'
import type { RecordFold, RecordPlace } from '../../../ports/record-fold.ts'
import { LAKE_FILE_ROWS, LAKE_FLUSH_BYTES, LAKE_FLUSH_ROWS, LAKE_JOINED_FILES } from '../../../protocol/limits.ts'
import { joinDay } from './joined-day.ts'
import type { LakeDayFiles, LakeFolder } from './lake-folder.ts'
import { oldestKept } from './lake-retention.ts'

/** The rows that are gathered. */
export interface LakeRows {
  take(event: LakeSource): void
  readonly rows: number
  readonly bytes: number
  /** By table and day. A batch grows while events come. */
  gathered(): Iterable<LakeBatch>
  /** Forgets the rows of a batch. */
  drop(batch: LakeBatch): void
}

export interface LakeWriterOptions {
  readonly encode: (batch: LakeBatch) => Uint8Array
  /** Days that are kept, the newest one included. undefined: all. */
  readonly retentionDays?: number | undefined
  /** For tests. */
  readonly fileRows?: number
  readonly joinedFiles?: number
}

interface LastEvent {
  readonly symbol: string
  number: number
}

/** An event was lost or repeated on its way. What is in the files is right. */
export class LostEvents extends Error {
  override readonly name = 'LostEvents'

  constructor({ symbol, number }: LastEvent, next: number) {
    super(`event ${next} of ${symbol} does not follow event ${number}, the last one that was taken`)
  }
}

/** What a batch has in its file. */
interface Stored {
  readonly from: number
  rows: number
}

export class LakeWriter implements RecordFold {
  readonly folder: LakeFolder
  private readonly options: LakeWriterOptions
  private readonly rows: LakeRows
  private readonly taken: Map<string, LastEvent>
  /** The symbol of the last event. Successive events often have the same symbol. */
  private latest: LastEvent = { symbol: '', number: 0 }
  /** The position of the last record that was taken, and its arrival time. */
  position: Position
  timestampMs: number | undefined
  private newestDay: string
  private readonly stored = new Map<LakeBatch, Stored>()
  /** Folders whose files cannot be joined. */
  private readonly apart = new Set<string>()
  private rowsAtFlush = 0
  private bytesAtFlush = 0

  /** Continues at the committed position of an open folder. `rows` has no rows yet. */
  constructor(folder: LakeFolder, rows: LakeRows, options: LakeWriterOptions) {
    this.folder = folder
    this.rows = rows
    this.options = options
    this.taken = new Map([...folder.reached.events].map(([symbol, number]) => [symbol, { symbol, number }]))
    this.position = folder.reached.position
    this.timestampMs = folder.reached.timestampMs
    this.newestDay = [...folder.dayNames()].sort().at(-1) ?? ''
  }

  /** Takes an event of the next record. Throws {@link LostEvents} unless it is the next one of its symbol. */
  take(event: LakeSource): void {
    const { symbol, number } = event
    let last = this.latest
    if (last.symbol !== symbol) {
      last = this.taken.get(symbol) ?? { symbol, number: 0 }
      if (last.number === 0) this.taken.set(symbol, last)
      this.latest = last
    }
    if (number !== last.number + 1) throw new LostEvents(last, number)
    last.number = number
    this.rows.take(event)
  }

  /** The last event of each symbol that was taken. */
  get events(): Map<string, number> {
    return new Map([...this.taken.values()].map(({ symbol, number }) => [symbol, number]))
  }

  /** All events of a record were taken. */
  recordTaken({ position, timestampMs }: RecordPlace): void {
    this.position = position
    this.timestampMs = timestampMs
  }

  /** Whether there is something to flush. */
  get hasNew(): boolean {
    return this.position > this.folder.reached.position
  }

  /** Whether so many rows are new that they have to be flushed. */
  get isFull(): boolean {
    const { rows } = this
    return rows.rows - this.rowsAtFlush >= LAKE_FLUSH_ROWS || rows.bytes - this.bytesAtFlush >= LAKE_FLUSH_BYTES
  }

  /**
   * Stores the rows of all records that were taken, and the position. If it throws an error of the file system, it may
   * be called again. Throws LakeMoved and DamagedLake if the folder is not the one that was opened.
   */
  flush(): void {
    const { folder, rows, position, timestampMs } = this
    folder.removeSuperseded()
    if (!this.hasNew) return
    folder.checkUnmoved()
    folder.checkRoom()
    const batches = [...rows.gathered()]
    for (const { day } of batches) if (day > this.newestDay) this.newestDay = day
    const days = [...folder.dayNames(), ...batches.map(({ day }) => day)]
    const oldest = oldestKept(days, this.options.retentionDays)
    for (const batch of batches) if (batch.day >= oldest) this.store(batch)
    folder.commit({ position, timestampMs, events: this.events })
    for (const batch of batches) {
      if (batch.rows < (this.options.fileRows ?? LAKE_FILE_ROWS) && batch.day === this.newestDay) continue
      rows.drop(batch)
      this.stored.delete(batch)
    }
    this.rowsAtFlush = rows.rows
    this.bytesAtFlush = rows.bytes
    folder.removeDaysBefore(oldest)
  }

  /**
   * Joins small files of one day, if there are many. Returns whether it did. Throws errors of the file system, and once
   * for each day that cannot be joined {@link DamagedLake} or ENOENT.
   */
  join(): boolean {
    for (const day of this.folder.days()) {
      if (this.apart.has(day.path)) continue
      const growing = [...this.stored].find(([{ table, day: own }]) => table === day.table && own === day.day)
      const closed = day.files.filter(({ from }) => growing === undefined || from < growing[1].from)
      if (this.joinDay({ ...day, files: closed })) return true
    }
    return false
  }

  private joinDay(day: LakeDayFiles): boolean {
    try {
      const least = day.day < this.newestDay ? 2 : (this.options.joinedFiles ?? LAKE_JOINED_FILES)
      const joining = joinDay(this.folder, day, least)
      if (joining === 'impossible') this.apart.add(day.path)
      return joining === 'joined'
    } catch (cause) {
      // A file that is gone does not come back.
      const isLasting = cause instanceof DamagedLake || (cause as NodeJS.ErrnoException).code === 'ENOENT'
      if (isLasting) this.apart.add(day.path)
      throw cause
    }
  }

  private store(batch: LakeBatch): void {
    const { folder, stored } = this
    const { table, day, rows } = batch
    const before = stored.get(batch)
    if (before?.rows === rows) return
    const from = before?.from ?? Number(folder.reached.position)
    folder.store(table, day, from, Number(this.position), [this.options.encode(batch)])
    folder.written.rowsWritten += rows - (before?.rows ?? 0)
    stored.set(batch, { from, rows })
  }
}
