/** The options that `query` and `export` share: where the lake is, which rows, and what may be used. */

import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import type { SessionOptions } from '../../lake-query/lake-session.ts'
import type { RowRange } from '../../lake-query/row-range.ts'
import { QUERY_MEMORY_MIB_DEFAULT, SYMBOL_PATTERN } from '../../protocol/limits.ts'
import { type Option, UsageError, wholeNumber } from '../options.ts'

export const WHERE: readonly Option[] = [
  {
    flag: 'data',
    value: 'DIR',
    variable: 'EXCHANGE_DATA',
    byDefault: './data',
    help: 'data directory of the exchange',
  },
  { flag: 'lake', value: 'DIR', help: 'folder with orders/ and trades/ instead, such as one copied from S3' },
]

export const RANGE: readonly Option[] = [
  { flag: 'symbol', value: 'S', help: 'rows of this instrument only' },
  { flag: 'from', value: 'DAY', help: 'first day, such as 2026-11-26 (UTC)' },
  { flag: 'to', value: 'DAY', help: 'last day, included' },
]

export const RESOURCES: readonly Option[] = [
  {
    flag: 'memory',
    value: 'MIB',
    byDefault: String(QUERY_MEMORY_MIB_DEFAULT),
    help: 'memory; beyond it temporary files are used',
  },
  { flag: 'threads', value: 'N', help: 'processors to use; default all, at a low priority' },
]

type Values = Readonly<Record<string, string | undefined>>

/** Throws UsageError. */
export const sessionOptions = ({ data, lake, memory, threads }: Values): SessionOptions => ({
  lake: lake ?? join(data as string, 'lake'),
  // DuckDB itself needs some, and more than a terabyte is a mistake.
  memoryMiB: wholeNumber('--memory', memory, 64, 1024 * 1024),
  threads: threads === undefined ? availableParallelism() : wholeNumber('--threads', threads, 1, 256),
})

/** Throws UsageError. */
export function rowRange({ symbol, from, to }: Values): RowRange {
  if (symbol !== undefined && !SYMBOL_PATTERN.test(symbol)) {
    throw new UsageError(`--symbol takes the symbol of an instrument, not ${JSON.stringify(symbol)}`)
  }
  checkDay('--from', from)
  checkDay('--to', to)
  if (from !== undefined && to !== undefined && to < from) throw new UsageError(`--to ${to} is before --from ${from}`)
  return { symbol, from, to }
}

function checkDay(name: string, day: string | undefined): void {
  if (day === undefined) return
  const isDay = /^\d{4}-\d{2}-\d{2}$/.test(day) && isRealDay(day)
  if (!isDay) throw new UsageError(`${name} takes a day such as 2026-11-26, not ${JSON.stringify(day)}`)
}

function isRealDay(day: string): boolean {
  const date = new Date(`${day}T00:00:00Z`)
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(day)
}
