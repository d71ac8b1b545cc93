/**
 * Names of the lake's files on one machine, for the program that writes them and for those that read them. A file
 * holds the rows of one table and one UTC day, made by the commands of the log from `from` (exclusive) to `to`
 * (inclusive). A file whose range lies inside the range of another file of the same folder is superseded: compaction
 * has copied its rows. Readers ignore it.
 */

/** Positions of the log: `from` is exclusive, `to` is inclusive. */
export interface LakeRange {
  readonly from: number
  readonly to: number
}

/** Enough for the largest position, 2^53 − 1. */
const DIGITS = 16
const NAME = /^(\d{16})-(\d{16})\.parquet$/

const digits = (position: number): string => String(position).padStart(DIGITS, '0')

export const lakeFileName = (from: number, to: number): string => `${digits(from)}-${digits(to)}.parquet`

/** The range in a file's name; undefined: the name is not one of {@link lakeFileName}. */
export function lakeRangeOf(name: string): LakeRange | undefined {
  const parts = NAME.exec(name)
  return parts === null ? undefined : { from: Number(parts[1]), to: Number(parts[2]) }
}

/** `year=2026/month=11/day=26` of `2026-11-26`. */
export function dayFolder(day: string): string {
  const [year, month, date] = day.split('-')
  return `year=${year}/month=${month}/day=${date}`
}

/**
 * The names that no other name of the same folder supersedes, in the order of their ranges. Names that are not
 * {@link lakeFileName} are left out.
 */
export function currentFiles(names: Iterable<string>): string[] {
  const files = [...names].flatMap((name) => {
    const range = lakeRangeOf(name)
    return range === undefined ? [] : [{ name, ...range }]
  })
  files.sort((a, b) => a.from - b.from || b.to - a.to)
  const current: string[] = []
  // Earlier files begin at or before this one, so it is inside one of them if it ends before the latest end.
  let end = -1
  for (const { name, to } of files) {
    if (to > end) current.push(name)
    end = Math.max(end, to)
  }
  return current
}
