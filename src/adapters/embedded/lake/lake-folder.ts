/**
 * The folder of the lake, with its one writer. A flush has three steps: files of the new rows, then their names on the
 * disk, then `lake.json` with the new position. A crash between two steps leaves files that end behind the position.
 * The next start deletes them, and their rows are made again from the order log. So each row is in one current file.
 *
 * A file that a later one covers stays for a while, because a query may be reading it. A day that is too old is
 * renamed before its files are deleted, so that readers see all of it or nothing.
 */

import { existsSync, readdirSync, renameSync, rmSync, statfsSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { LAKE_TABLES, type LakeTable } from '../../../lake/lake-columns.ts'
import { currentFiles, dayFolder, lakeFileName, lakeRangeOf } from '../../../lake/lake-files.ts'
import {
  DamagedLake,
  EMPTY_LAKE,
  encodePosition,
  LAKE_POSITION,
  type LakePosition,
} from '../../../lake/lake-position.ts'
import { type LakeWritten, NOTHING_WRITTEN } from '../../../ports/lake-stats.ts'
import { LAKE_DISK_KEPT_BYTES, LAKE_DISK_KEPT_SHARE, LAKE_SUPERSEDED_KEPT_MS } from '../../../protocol/limits.ts'
import { syncDirectory } from '../sync-directory.ts'
import { makeDirectoryBelow, PART, writeDurably } from './durable-file.ts'
import { listDays, REMOVED } from './lake-days.ts'
import { storedPosition } from './stored-position.ts'

/** A file of rows that no other file supersedes. */
export interface LakeFile {
  readonly name: string
  readonly from: number
  readonly to: number
  readonly bytes: number
}

/** The current files of a table and day, in the order of their ranges. */
export interface LakeDayFiles {
  readonly table: LakeTable
  readonly day: string
  readonly path: string
  readonly files: readonly LakeFile[]
}

/** Counted while it is written. */
export type LakeCounts = { -readonly [K in keyof LakeWritten]: LakeWritten[K] }

interface Superseded {
  readonly path: string
  readonly to: number
  readonly sinceMs: number
}

/** Somebody has moved the folder away, or another file system is at its place. What is there now has to be opened. */
export class LakeMoved extends Error {
  override readonly name = 'LakeMoved'

  constructor() {
    super('its folder was moved away or replaced')
  }
}

export class LakeFolder {
  private readonly root: string
  private readonly nowMs: () => number
  readonly written: LakeCounts
  /** The committed position. */
  reached: LakePosition = EMPTY_LAKE
  /** By the path of the day's folder. */
  private readonly byDay = new Map<string, LakeDayFiles>()
  private superseded: Superseded[] = []
  /** Directories whose names are not synced yet. */
  private readonly changed = new Set<string>()

  /** `nowMs`: any clock that does not go back. */
  constructor(root: string, nowMs: () => number, written: LakeCounts = { ...NOTHING_WRITTEN }) {
    this.root = root
    this.nowMs = nowMs
    this.written = written
  }

  /**
   * Reads the position, and deletes what a crash has left behind it. Throws UnknownVersion and DamagedLake before it
   * deletes anything.
   */
  open(): void {
    // Never the data directory: one that was moved away must not seem to be there.
    makeDirectoryBelow(dirname(this.root), this.root, this.changed)
    this.syncChanged()
    this.reached = storedPosition(this.root)
    const end = Number(this.reached.position)
    this.byDay.clear()
    this.superseded = []
    const found = LAKE_TABLES.flatMap((table) =>
      listDays(join(this.root, table)).map((day) => ({ table, ...day, names: namesUpTo(day.path, end) })),
    )
    for (const { table, day, names } of found) checkRanges(join(table, dayFolder(day)), currentFiles(names))
    for (const table of LAKE_TABLES) removeInterrupted(join(this.root, table))
    for (const { names, ...day } of found) {
      if (removeOthers(day.path, new Set(names))) this.changed.add(day.path)
      this.list(day, names)
    }
  }

  /** The days that have files, in any order. */
  dayNames(): Set<string> {
    return new Set([...this.byDay.values()].map(({ day }) => day))
  }

  /** Throws {@link LakeMoved} if `lake.json` is not the one that was written last. */
  checkUnmoved(): void {
    const isThere = existsSync(this.root) && storedPosition(this.root).position === this.reached.position
    if (!isThere) throw new LakeMoved()
  }

  /** Whether so many bytes fit on the disk beside the room that the order log may need. */
  hasRoom(bytes: number): boolean {
    const { bavail, blocks, bsize } = statfsSync(this.root)
    return bavail * bsize - bytes >= Math.min(LAKE_DISK_KEPT_BYTES, blocks * bsize * LAKE_DISK_KEPT_SHARE)
  }

  /** Throws ENOSPC if the disk is so full that the order log may need the rest. */
  checkRoom(): void {
    if (this.hasRoom(0)) return
    throw Object.assign(new Error('the disk is full: the rest of it is kept for the order log'), { code: 'ENOSPC' })
  }

  /** Stores the rows of a table and day of the commands after `from`, up to `to`. They count after the commit. */
  store(table: LakeTable, day: string, from: number, to: number, pieces: Iterable<Uint8Array>): void {
    const path = join(this.root, table, dayFolder(day))
    const name = lakeFileName(from, to)
    makeDirectoryBelow(this.root, path, this.changed)
    this.changed.add(path)
    const bytes = writeDurably(join(path, name), pieces)
    this.add({ table, day, path }, { name, from, to, bytes })
  }

  /** Makes everything that is stored count. */
  commit(reached: LakePosition): void {
    this.syncChanged()
    writeDurably(join(this.root, LAKE_POSITION), [encodePosition(reached)])
    syncDirectory(this.root)
    this.reached = reached
  }

  /** Deletes files that were superseded long ago. A file counts until the one that covers it is committed. */
  removeSuperseded(): void {
    const end = Number(this.reached.position)
    const isOver = ({ to, sinceMs }: Superseded) => to <= end && this.nowMs() - sinceMs >= LAKE_SUPERSEDED_KEPT_MS
    const over = this.superseded.filter(isOver)
    for (const { path } of over) rmSync(path, { force: true })
    this.superseded = this.superseded.filter((one) => !isOver(one))
  }

  /** Deletes the days before `oldest`. Returns how many folders. */
  removeDaysBefore(oldest: string): number {
    let removed = 0
    for (const table of LAKE_TABLES) {
      const root = join(this.root, table)
      for (const { path, day } of listDays(root)) {
        if (day >= oldest) continue
        renameSync(path, join(root, REMOVED + day))
        syncDirectory(root)
        this.byDay.delete(path)
        this.superseded = this.superseded.filter((one) => !one.path.startsWith(path))
        removed++
      }
      if (removed > 0) removeInterrupted(root)
    }
    return removed
  }

  /** The days with their current files up to the committed position. */
  *days(): Generator<LakeDayFiles> {
    const end = Number(this.reached.position)
    for (const { files, ...day } of this.byDay.values()) yield { ...day, files: files.filter(({ to }) => to <= end) }
  }

  /** Replaces consecutive files of a day by one with their rows. */
  replace(day: LakeDayFiles, joined: readonly LakeFile[], pieces: Iterable<Uint8Array>): void {
    const { from } = joined[0]
    const { to } = joined[joined.length - 1]
    const name = lakeFileName(from, to)
    const bytes = writeDurably(join(day.path, name), pieces)
    syncDirectory(day.path)
    this.add(day, { name, from, to, bytes })
  }

  /** Takes a new file in the place of those that it covers. */
  private add({ table, day, path }: Omit<LakeDayFiles, 'files'>, file: LakeFile): void {
    this.written.filesWritten++
    this.written.bytesWritten += file.bytes
    const others: LakeFile[] = []
    for (const old of this.byDay.get(path)?.files ?? []) {
      if (old.from < file.from || old.to > file.to) others.push(old)
      else if (old.name !== file.name) this.supersede(join(path, old.name), file.to)
    }
    const files = [...others, file].sort((a, b) => a.from - b.from)
    this.byDay.set(path, { table, day, path, files })
  }

  /** Takes the files of a folder that have been there at the start. */
  private list(day: Omit<LakeDayFiles, 'files'>, names: readonly string[]): void {
    const current = currentFiles(names)
    const files = current.map((name) => ({ name, ...rangeOf(name), bytes: statSync(join(day.path, name)).size }))
    this.byDay.set(day.path, { ...day, files })
    for (const name of names) if (!current.includes(name)) this.supersede(join(day.path, name), rangeOf(name).to)
  }

  /** `to`: the end of the file that has its rows. */
  private supersede(path: string, to: number): void {
    this.superseded.push({ path, to, sinceMs: this.nowMs() })
  }

  private syncChanged(): void {
    for (const directory of this.changed) syncDirectory(directory)
    this.changed.clear()
  }
}

const rangeOf = (name: string) => lakeRangeOf(name) as { from: number; to: number }

/** The names of files of rows that end at or before a position. */
function namesUpTo(folder: string, end: number): string[] {
  return readdirSync(folder).filter((name) => (lakeRangeOf(name)?.to ?? Number.POSITIVE_INFINITY) <= end)
}

/** Two files that have some commands in common would count rows twice. Throws DamagedLake. `folder`: in the lake. */
function checkRanges(folder: string, names: readonly string[]): void {
  let end = 0
  for (const name of names) {
    const { from, to } = rangeOf(name)
    if (from < end) throw new DamagedLake(`${join(folder, name)} has rows of the file before it`)
    end = to
  }
}

/**
 * Deletes unfinished files, and files of rows that end behind the position. Other files are not ours. Returns whether
 * there were any.
 */
function removeOthers(folder: string, kept: ReadonlySet<string>): boolean {
  const others = readdirSync(folder).filter((name) => {
    const own = name.endsWith(PART) ? name.slice(0, -PART.length) : name
    return lakeRangeOf(own) !== undefined && !kept.has(name)
  })
  for (const name of others) rmSync(join(folder, name), { force: true })
  return others.length > 0
}

/** Continues the deletion of days. */
function removeInterrupted(root: string): void {
  if (!existsSync(root)) return
  for (const name of readdirSync(root)) {
    if (name.startsWith(REMOVED)) rmSync(join(root, name), { recursive: true, force: true })
  }
}
