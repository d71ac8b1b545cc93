/**
 * `bidding-exchange query`: SQL over the orders and trades of the lake. It reads the files of the lake only, so it
 * works while the exchange runs. DuckDB is loaded when there is something to run.
 */

import type { RowOutput, WriteText } from '../../lake-query/output/row-output.ts'
import { ReaderGone } from '../../lake-query/query-failure.ts'
import type { QuerySummary } from '../../lake-query/run-query.ts'
import { QUERY_ROWS_DEFAULT, QUERY_SECONDS_DEFAULT, QUERY_TABLE_ROWS_MAX } from '../../protocol/limits.ts'
import { runLakeCommand } from '../lake/lake-command.ts'
import { RANGE, RESOURCES, sessionOptions, WHERE } from '../lake/lake-options.ts'
import { describeReports, type SqlSource, sqlSource, withSqlLast } from '../lake/sql-source.ts'
import { describeOptions, type Option, readOptions, UsageError, wholeNumber } from '../options.ts'

const OPTIONS: readonly Option[] = [
  ...WHERE,
  { flag: 'file', value: 'FILE', help: 'read the SQL from this file' },
  { flag: 'csv', help: 'print CSV' },
  { flag: 'json', help: 'print JSON: an array of objects; decimals are strings' },
  { flag: 'limit', value: 'N', help: `rows to print; default ${QUERY_ROWS_DEFAULT} of a table, all of CSV and JSON` },
  {
    flag: 'timeout',
    value: 'SECONDS',
    byDefault: String(QUERY_SECONDS_DEFAULT),
    help: 'stop the query after this time',
  },
  ...RESOURCES,
]

const REPORT_OPTIONS: readonly Option[] = [
  { flag: 'report', value: 'NAME', help: 'run a report instead of SQL' },
  ...RANGE,
  { flag: 'interval', value: 'TIME', help: '1s, 1m, 5m, 15m, 1h, 4h or 1d; default 1h' },
  { flag: 'top', value: 'N', help: 'rows of each symbol, or levels of each side; default 10' },
  { flag: 'show-sql', help: 'print the SQL of the report, and do not run it' },
]

const HELP = `Usage: bidding-exchange query SQL [options]
       bidding-exchange query --report NAME [options]

Queries the data lake of an exchange, running or not. The tables are exchange_data_lake.orders and
exchange_data_lake.trades; their columns are in docs/reference/lake.md, or: query "DESCRIBE trades".
SQL is an argument, a file, or standard input. It only reads. Several statements run in turn.

Options:
${describeOptions([...OPTIONS, ...REPORT_OPTIONS])}

Reports, with the options that they take:
${describeReports()}

Examples:
  bidding-exchange query "SELECT symbol, COUNT(*) FROM trades GROUP BY symbol"
  bidding-exchange query --report candles --symbol BTCUSD --interval 1d --csv > days.csv

Exit code: 0 done, 1 the SQL is wrong or failed, 2 wrong usage, 130 interrupted, 137 stopped by force.`

export const query = (argv: string[]): Promise<number> =>
  runLakeCommand('query', async (stopping) => {
    const { values, help, rest } = readOptions(withSqlLast(argv), [...OPTIONS, ...REPORT_OPTIONS])
    if (help) {
      console.log(HELP)
      return 0
    }
    if (values.csv && values.json) throw new UsageError('give one of --csv and --json')
    const asTable = !values.csv && !values.json
    const request = {
      seconds: wholeNumber('--timeout', values.timeout, 1, 86_400),
      limit: rowLimit(values.limit, asTable),
      ...stopping,
    }
    const session = sessionOptions(values)
    const source = await sqlSource(values, rest, process.stdin)
    if (values['show-sql']) {
      console.log(source.sql)
      return 0
    }
    await run(session, { ...request, sql: source.sql }, values, source)
    return 0
  })

function rowLimit(text: string | undefined, asTable: boolean): number | undefined {
  if (text !== undefined)
    return wholeNumber('--limit', text, 1, asTable ? QUERY_TABLE_ROWS_MAX : Number.MAX_SAFE_INTEGER)
  return asTable ? QUERY_ROWS_DEFAULT : undefined
}

async function run(
  options: ReturnType<typeof sessionOptions>,
  request: Parameters<typeof import('../../lake-query/run-query.ts').runQuery>[1],
  values: Readonly<Record<string, string | undefined>>,
  { note }: SqlSource,
): Promise<void> {
  const { LakeSession } = await import('../../lake-query/lake-session.ts')
  const { runQuery } = await import('../../lake-query/run-query.ts')
  const { writerTo } = await import('../../lake-query/output/row-output.ts')
  const session = await LakeSession.open(options)
  try {
    const summary = await runQuery(session, request, await outputFor(values, writerTo(process.stdout)))
    if (note !== undefined) console.error(note)
    console.error(summaryLine(summary, session.files, request.limit))
  } catch (cause) {
    if (!(cause instanceof ReaderGone)) throw cause
  } finally {
    session.close()
  }
}

async function outputFor(values: Readonly<Record<string, string | undefined>>, write: WriteText): Promise<RowOutput> {
  if (values.csv) return new (await import('../../lake-query/output/csv-output.ts')).CsvOutput(write)
  if (values.json) return new (await import('../../lake-query/output/json-output.ts')).JsonOutput(write)
  const { TableOutput } = await import('../../lake-query/output/table-output.ts')
  return new TableOutput(write, process.stdout.isTTY ? process.stdout.columns : undefined)
}

function summaryLine({ rows, hasMore, elapsedMs }: QuerySummary, files: number, limit: number | undefined): string {
  const counted = `${rows.toLocaleString('en')} ${rows === 1 ? 'row' : 'rows'}`
  const time = elapsedMs < 1_000 ? `${elapsedMs.toFixed(0)} ms` : `${(elapsedMs / 1_000).toFixed(2)} s`
  const from = `${files.toLocaleString('en')} ${files === 1 ? 'file' : 'files'}`
  const more = hasMore ? `There are more rows than ${limit?.toLocaleString('en')}: --limit N shows N of them.\n` : ''
  return `${more}${counted} in ${time}, from a lake of ${from}`
}
