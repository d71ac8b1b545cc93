/** `bidding-exchange export`: rows of the lake as one Parquet or CSV file. Configuration and wiring only. */

import { extname } from 'node:path'
import type { ExportFormat, ExportKind, ExportSummary } from '../../lake-query/export-lake.ts'
import { showProgress } from '../../replay/progress.ts'
import { runLakeCommand } from '../lake/lake-command.ts'
import { RANGE, RESOURCES, rowRange, sessionOptions, WHERE } from '../lake/lake-options.ts'
import { describeOptions, type Option, readOptions, UsageError } from '../options.ts'

const OPTIONS: readonly Option[] = [
  { flag: 'table', value: 'NAME', help: 'orders or trades' },
  { flag: 'settlement', help: 'trades with buyer, seller, their orders, and the amount to pay' },
  ...RANGE,
  { flag: 'out', value: 'FILE', help: 'the file to write' },
  { flag: 'format', value: 'NAME', help: 'parquet or csv; default by the ending of FILE' },
  { flag: 'force', help: 'replace FILE if it exists' },
  ...WHERE,
  ...RESOURCES,
]

const HELP = `Usage: bidding-exchange export (--table NAME | --settlement) --out FILE [options]

Writes rows of the data lake to a file that only you can read. FILE appears when it is complete.

Options:
${describeOptions(OPTIONS)}

Examples:
  bidding-exchange export --table trades --from 2026-11-01 --to 2026-11-30 --out november.parquet
  bidding-exchange export --settlement --from 2026-11-26 --to 2026-11-26 --out settlement.csv

Exit code: 0 done, 1 failed, 2 wrong usage, 130 interrupted, 137 stopped by force.`

type Values = Readonly<Record<string, string | undefined>>

export const exportRows = (argv: string[]): Promise<number> =>
  runLakeCommand('export', async (stopping) => {
    const { values, help, rest } = readOptions(argv, OPTIONS)
    if (help) {
      console.log(HELP)
      return 0
    }
    if (rest.length > 0) throw new UsageError(`unexpected argument ${JSON.stringify(rest[0])}`)
    if (values.out === undefined) throw new UsageError('--out FILE is missing')
    if (values.out === '-') throw new UsageError('--out takes a file; `query --csv` writes to standard output')
    const request = {
      kind: kindOf(values),
      format: formatOf(values.format, values.out),
      out: values.out,
      replace: values.force === 'true',
      ...rowRange(values),
      ...stopping,
    }
    const session = sessionOptions(values)
    const { exportLake } = await import('../../lake-query/export-lake.ts')
    const progress = showProgress(process.stderr, false, { task: 'export', unit: 'percent' })
    const onPercent = (percent: number) => percent >= 0 && progress.update(Math.floor(percent), 100)
    let summary: ExportSummary
    try {
      summary = await exportLake(session, { ...request, onPercent })
    } finally {
      progress.stop()
    }
    const count = (value: number) => value.toLocaleString('en')
    console.log(
      `${count(summary.rows)} ${summary.rows === 1 ? 'row' : 'rows'}, ${count(summary.bytes)} bytes: ${values.out}`,
    )
    return 0
  })

function kindOf({ table, settlement }: Values): ExportKind {
  if (settlement && table !== undefined) throw new UsageError('give one of --table and --settlement')
  if (settlement) return 'settlement'
  if (table === 'orders' || table === 'trades') return table
  throw new UsageError(
    table === undefined ? 'give --table or --settlement' : `--table takes orders or trades, not ${table}`,
  )
}

function formatOf(format: string | undefined, out: string): ExportFormat {
  const name = format ?? extname(out).slice(1).toLowerCase()
  if (name === 'parquet' || name === 'csv') return name
  throw new UsageError(
    format === undefined
      ? '--format is missing: FILE ends neither with .parquet nor with .csv'
      : `--format takes parquet or csv, not ${format}`,
  )
}
