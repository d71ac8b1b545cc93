/**
 * Writes rows of the lake to one file, Parquet or CSV. The file appears under its name only when it is complete and on
 * disk, and only the user who made it can read it, because it says who traded. An existing file stays unless it may be
 * replaced.
 */

import { closeSync, fsyncSync, linkSync, openSync, realpathSync, renameSync, statSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { type LakeTable, lakeColumns } from '../lake/lake-columns.ts'
import { QUERY_RETRIES_MAX } from '../protocol/limits.ts'
import { LakeSession, type SessionOptions } from './lake-session.ts'
import { quoted } from './lake-views.ts'
import { FileVanished, QueryFailure, queryFailure } from './query-failure.ts'
import { type QueryBounds, QueryStop } from './query-stop.ts'
import { counted, type RowRange } from './row-range.ts'
import { removeTemporary, temporaryFile } from './temporary-files.ts'

/** settlement: who bought what from whom. */
export type ExportKind = LakeTable | 'settlement'
export type ExportFormat = 'parquet' | 'csv'

export interface ExportRequest extends RowRange, Pick<QueryBounds, 'signal' | 'onStop'> {
  readonly kind: ExportKind
  readonly format: ExportFormat
  readonly out: string
  readonly replace: boolean
  /** Called from time to time with 0 to 100. */
  readonly onPercent?: (percent: number) => void
}

export interface ExportSummary {
  readonly rows: number
  readonly bytes: number
}

const PERCENT_EVERY_MS = 500

/** Throws {@link QueryFailure}. */
export async function exportLake(session: SessionOptions, request: ExportRequest): Promise<ExportSummary> {
  const folder = folderOf(request.out)
  const out = join(folder, basename(request.out))
  refuseExisting(out, request.replace)
  const part = temporaryFile(`${out}.${process.pid}.part`)
  // Files that DuckDB creates from here on, and the part, are for this user only.
  const umask = process.umask(0o077)
  try {
    const rows = await copyRows(session, request, folder, part)
    const { size } = statSync(part)
    publish(part, out, request.replace)
    return { rows, bytes: size }
  } finally {
    process.umask(umask)
    removeTemporary(part)
  }
}

function folderOf(out: string): string {
  try {
    return realpathSync(dirname(resolve(out)))
  } catch {
    throw new QueryFailure(`${dirname(resolve(out))} is not a folder: the file cannot be written there`)
  }
}

function refuseExisting(out: string, replace: boolean): void {
  const found = statSync(out, { throwIfNoEntry: false })
  if (found?.isDirectory()) throw new QueryFailure(`${out} is a folder`)
  if (found !== undefined && !replace) throw new QueryFailure(`${out} exists: --force replaces it`)
}

async function copyRows(
  options: SessionOptions,
  request: ExportRequest,
  folder: string,
  part: string,
): Promise<number> {
  const session = await LakeSession.open(options, folder)
  const { connection } = session
  const stop = new QueryStop(connection, { ...request, memoryMiB: options.memoryMiB })
  const timer = setInterval(() => request.onPercent?.(connection.progress.percentage), PERCENT_EVERY_MS)
  try {
    for (let retries = 0; ; retries++) {
      try {
        const result = await connection.runAndReadAll(copyStatement(request, part))
        return Number(result.getRows()[0][0])
      } catch (cause) {
        const failure = stop.reason ?? queryFailure(cause)
        if (!(failure instanceof FileVanished) || retries === QUERY_RETRIES_MAX) throw failure
        await session.refresh()
      }
    }
  } finally {
    clearInterval(timer)
    stop.end()
    session.close()
  }
}

/** The file gets its name after its bytes are on disk. */
function publish(part: string, out: string, replace: boolean): void {
  sync(part)
  if (replace) renameSync(part, out)
  else {
    try {
      // Unlike a rename, a link never replaces a file that has appeared meanwhile.
      linkSync(part, out)
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code === 'EEXIST') refuseExisting(out, false)
      renameSync(part, out)
    }
  }
  sync(dirname(out))
}

function sync(path: string): void {
  const fd = openSync(path, 'r')
  try {
    fsyncSync(fd)
  } finally {
    closeSync(fd)
  }
}

const OPTIONS: Readonly<Record<ExportFormat, string>> = {
  parquet: 'FORMAT parquet, COMPRESSION zstd',
  csv: "FORMAT csv, HEADER, DELIMITER ','",
}

const copyStatement = (request: ExportRequest, part: string): string =>
  `COPY (${exportSelection(request)}) TO ${quoted(part)} (${OPTIONS[request.format]})`

interface ExportColumn {
  readonly name: string
  readonly value: string
  readonly type: string
}

/** The columns of a settlement file. A buyer pays `amount` to the seller for `quantity`. */
const SETTLEMENT: readonly ExportColumn[] = [
  { name: 'tradeid', value: 'tradeid', type: 'text' },
  { name: 'symbol', value: 'symbol', type: 'text' },
  { name: 'timestamp', value: 'timestamp', type: 'time' },
  { name: 'price', value: 'price', type: 'decimal' },
  { name: 'quantity', value: 'quantity', type: 'decimal' },
  { name: 'amount', value: 'notional(price, quantity)', type: 'decimal' },
  { name: 'buyeraccount', value: "IF(takerside = 'BUY', takeraccount, makeraccount)", type: 'text' },
  { name: 'buyerorderid', value: "IF(takerside = 'BUY', takerorderid, makerorderid)", type: 'text' },
  { name: 'selleraccount', value: "IF(takerside = 'BUY', makeraccount, takeraccount)", type: 'text' },
  { name: 'sellerorderid', value: "IF(takerside = 'BUY', makerorderid, takerorderid)", type: 'text' },
  { name: 'takerside', value: 'takerside', type: 'text' },
]

/** In CSV, decimals and times are the text that `query --csv` prints. */
const AS_TEXT: Readonly<Record<string, (value: string) => string>> = {
  decimal: (value) => `regexp_replace(CAST(${value} AS VARCHAR), '\\.?0+$', '')`,
  time: (value) => `strftime(${value}, '%Y-%m-%dT%H:%M:%S.%gZ')`,
}

function exportSelection(request: ExportRequest): string {
  const { kind, format } = request
  const columns =
    kind === 'settlement' ? SETTLEMENT : lakeColumns(kind).map(({ name, type }) => ({ name, value: `"${name}"`, type }))
  const selected = columns.map(({ name, value, type }) => {
    const asText = format === 'csv' ? AS_TEXT[type] : undefined
    return `${asText === undefined ? value : asText(value)} AS "${name}"`
  })
  const table = kind === 'settlement' ? 'trades' : kind
  return `SELECT ${selected.join(', ')} FROM exchange_data_lake.${table} AS row WHERE ${counted(request, 'row.')}`
}
