/**
 * The files of a lake that a query reads: `orders/` and `trades/`, each with folders year=…/month=…/day=…. Files of
 * the exchange on one machine have ranges in their names, so superseded and unfinished ones are left out, and no row
 * is there twice. All other Parquet files, such as those that Firehose wrote, may repeat rows.
 */

import { readdirSync, readFileSync, realpathSync } from 'node:fs'
import { join, posix, resolve, sep } from 'node:path'
import { LAKE_TABLES, type LakeTable } from '../lake/lake-columns.ts'
import { currentFiles, lakeRangeOf } from '../lake/lake-files.ts'
import { decodePosition, LAKE_POSITION } from '../lake/lake-position.ts'
import { UnreadableLake } from './query-failure.ts'

export interface TableFiles {
  /** Paths, in the order of their days and ranges. */
  readonly paths: readonly string[]
  /** Whether a row may be there twice. */
  readonly mayRepeat: boolean
}

export interface LakeFolder {
  /** Without symbolic links. */
  readonly root: string
  readonly tables: Readonly<Record<LakeTable, TableFiles>>
}

/** Lists until two positions agree. The writer changes the position every few seconds at most. */
const LISTS_MAX = 10
/** DuckDB takes partition columns from the whole path, so such a folder above the lake would change them. */
const LIKE_PARTITION = /^(?:year|month|day)=/i
const PARTITION_ABOVE =
  'a folder above it is named year=…, month=… or day=…, as those of the days in it: rename that one'
const DAY_LEVELS = [/^year=\d{4}$/, /^month=\d{2}$/, /^day=\d{2}$/]

/** Throws {@link UnreadableLake} if the folder is missing or cannot be read. */
export function readLakeFolder(path: string): LakeFolder {
  try {
    const root = realpathSync(resolve(path))
    if (root.split(sep).some((name) => LIKE_PARTITION.test(name))) throw new Error(PARTITION_ABOVE)
    let position = writtenUpTo(root)
    for (let round = 1; ; round++) {
      const found = LAKE_TABLES.map((table) => [table, parquetFiles(join(root, table))] as const)
      // Files of both tables become part of the lake at once, by a new position. If it has changed meanwhile, one table
      // may have been listed before and the other after.
      const after = writtenUpTo(root)
      if (after === position || round === LISTS_MAX) {
        const tables = Object.fromEntries(
          found.map(([table, files]) => [table, filesOf(join(root, table), files, after)]),
        )
        return { root, tables: tables as Record<LakeTable, TableFiles> }
      }
      position = after
    }
  } catch (cause) {
    throw unreadable(path, cause)
  }
}

/** The position in lake.json. Without the file everything counts, as in a folder that was brought from elsewhere. */
function writtenUpTo(root: string): number {
  try {
    return Number(decodePosition(readFileSync(join(root, LAKE_POSITION))).position)
  } catch (cause) {
    if (codeOf(cause) === 'ENOENT') return Number.POSITIVE_INFINITY
    throw cause
  }
}

function filesOf(folder: string, files: readonly FoundFile[], position: number): TableFiles {
  const byDay = new Map<string, string[]>()
  for (const { name, day } of files) {
    const names = byDay.get(day)
    if (names === undefined) byDay.set(day, [name])
    else names.push(name)
  }
  const days = [...byDay].sort(([a], [b]) => (a < b ? -1 : 1))
  const all = [...byDay.values()].flat()
  const mayRepeat = all.some((name) => lakeRangeOf(name) === undefined)
  const written = (name: string) => (lakeRangeOf(name)?.to ?? 0) <= position
  const namesOf = (names: string[]) => (mayRepeat ? names.sort() : currentFiles(names.filter(written)))
  return { paths: days.flatMap(([day, names]) => namesOf(names).map((name) => join(folder, day, name))), mayRepeat }
}

interface FoundFile {
  readonly name: string
  /** Its folder: year=…/month=…/day=… */
  readonly day: string
}

/** A folder without the table has no files. */
function parquetFiles(table: string): FoundFile[] {
  return daysOf(table).flatMap((day) =>
    namesOfDay(join(table, day)).flatMap((name) =>
      name.endsWith('.parquet') && !name.startsWith('.') ? [{ name, day }] : [],
    ),
  )
}

/** year=…/month=…/day=… */
function daysOf(table: string): string[] {
  let folders = ['']
  for (const level of DAY_LEVELS) {
    const without = level === DAY_LEVELS[0] ? ['ENOENT'] : ['ENOTDIR']
    folders = folders.flatMap((folder) =>
      namesIn(join(table, folder), without).flatMap((name) => (level.test(name) ? [posix.join(folder, name)] : [])),
    )
  }
  return folders
}

/** Retention removes a day as a whole, perhaps after its name was read. Only then may a folder be missing. */
const namesOfDay = (path: string): string[] => namesIn(path, ['ENOENT', 'ENOTDIR'])

/** The names in a folder; none if it cannot be read for one of these reasons. */
function namesIn(path: string, without: readonly string[]): string[] {
  try {
    return readdirSync(path)
  } catch (cause) {
    if (without.includes(codeOf(cause) ?? '')) return []
    throw cause
  }
}

const codeOf = (cause: unknown): string | undefined => (cause as NodeJS.ErrnoException).code

function unreadable(path: string, cause: unknown): UnreadableLake {
  const reasons: Record<string, string> = {
    ENOENT:
      'there is no such folder: give the data directory of an exchange (--data), or a folder of the lake (--lake)',
    ENOTDIR: 'it is not a folder',
    EACCES: 'it belongs to another user of this machine',
  }
  const reason = reasons[codeOf(cause) ?? ''] ?? (cause instanceof Error ? cause.message : String(cause))
  return new UnreadableLake(`${resolve(path)} cannot be read: ${reason}`, { cause })
}
