/** Where the SQL of `query` comes from: its argument, a file, standard input, or a report. */

import { readFileSync } from 'node:fs'
import { INTERVALS, type Interval } from '../../lake-query/interval-words.ts'
import type { Report } from '../../lake-query/reports/report.ts'
import { REPORTS } from '../../lake-query/reports/reports.ts'
import { SQL_TEXT_BYTES_MAX } from '../../protocol/limits.ts'
import { UsageError, wholeNumber } from '../options.ts'
import { rowRange } from './lake-options.ts'

type Values = Readonly<Record<string, string | undefined>>

export interface SqlSource {
  readonly sql: string
  /** What the figures of a report leave out. */
  readonly note?: string | undefined
}

const INTERVAL_DEFAULT = '1h'
const TOP_DEFAULT = '10'
const TOP_MAX = 10_000
/** Options that only reports take. */
const OF_REPORTS = ['symbol', 'from', 'to', 'interval', 'top'] as const

/** A text that begins with a comment in SQL looks like an option, so it is moved behind `--`. */
export function withSqlLast(argv: readonly string[]): string[] {
  const isComment = (word: string) => /^--\s/.test(word)
  const texts = argv.filter(isComment)
  return texts.length === 0 || argv.includes('--')
    ? [...argv]
    : [...argv.filter((it) => !isComment(it)), '--', ...texts]
}

/** Throws UsageError. */
export async function sqlSource(values: Values, rest: readonly string[], input: NodeJS.ReadStream): Promise<SqlSource> {
  const { report, file } = values
  if (rest.length > 1) throw new UsageError('the SQL is one argument: put it into quotes')
  const [argument] = rest
  const given = [argument, file, report].filter((it) => it !== undefined)
  if (given.length > 1) throw new UsageError('give one of: SQL, --file, --report')
  if (report !== undefined) return reportSource(report, values)
  const unused = OF_REPORTS.find((name) => values[name] !== undefined) ?? (values['show-sql'] && 'show-sql')
  if (unused) throw new UsageError(`--${unused} belongs to --report`)
  if (file !== undefined) return { sql: readSqlFile(file) }
  if (argument !== undefined && argument !== '-') return { sql: argument }
  if (argument === undefined && input.isTTY)
    throw new UsageError('there is no SQL: give it as argument, with --file, or as standard input')
  return { sql: await readAll(input) }
}

function reportSource(name: string, values: Values): SqlSource {
  const report = REPORTS.find((it) => it.name === name)
  if (report === undefined) {
    throw new UsageError(`no report ${JSON.stringify(name)}; there are ${REPORTS.map((it) => it.name).join(', ')}`)
  }
  const unused = OF_REPORTS.find((option) => values[option] !== undefined && !report.takes.includes(option))
  if (unused !== undefined) throw new UsageError(`the report ${name} takes no --${unused}`)
  const { interval = INTERVAL_DEFAULT, top = TOP_DEFAULT } = values
  if (!INTERVALS.includes(interval as Interval)) {
    throw new UsageError(`--interval takes one of ${INTERVALS.join(', ')}, not ${interval}`)
  }
  const options = { ...rowRange(values), interval: interval as Interval, top: wholeNumber('--top', top, 1, TOP_MAX) }
  return { sql: report.sql(options), note: report.note }
}

function readSqlFile(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (cause) {
    throw new UsageError(`${path} cannot be read: ${(cause as NodeJS.ErrnoException).code}`)
  }
}

async function readAll(input: NodeJS.ReadStream): Promise<string> {
  const pieces: Buffer[] = []
  let bytes = 0
  for await (const piece of input) {
    pieces.push(piece as Buffer)
    bytes += (piece as Buffer).length
    // One more byte than allowed is enough to be refused later.
    if (bytes > SQL_TEXT_BYTES_MAX) break
  }
  return Buffer.concat(pieces).toString('utf8')
}

/** The reports as aligned lines for `--help`. */
export function describeReports(): string {
  const width = Math.max(...REPORTS.map(({ name }) => name.length)) + 2
  return REPORTS.map(
    (report) => `  ${report.name.padEnd(width)}${report.summary}\n${' '.repeat(width + 2)}${optionsOf(report)}`,
  ).join('\n')
}

const optionsOf = ({ takes }: Report): string => takes.map((name) => `[--${name}]`).join(' ')
