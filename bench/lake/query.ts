/**
 * The aggregate of the deployment guide over 10 million generated trades of one month, a file for each day as
 * compaction leaves it: the query alone in an open session, and the whole command with the start of Node and DuckDB.
 * Times are by the clock, because the query uses all processors: measure on a quiet machine.
 */

import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { dayFolder, lakeFileName } from '../../src/lake/lake-files.ts'
import { LakeFold } from '../../src/lake/lake-fold.ts'
import { parquetFile } from '../../src/lake/parquet-file.ts'
import { LakeSession } from '../../src/lake-query/lake-session.ts'
import { CsvOutput } from '../../src/lake-query/output/csv-output.ts'
import { runQuery } from '../../src/lake-query/run-query.ts'
import type { EventCursor } from '../../src/protocol/event/event-cursor.ts'
import { DEMO_INSTRUMENTS, parseInstrument } from '../../src/protocol/instrument/instrument.ts'
import { QUERY_MEMORY_MIB_DEFAULT } from '../../src/protocol/limits.ts'
import { median } from '../engine/compare.ts'
import { randomFrom } from '../engine/random.ts'

export interface LakeQueryRow {
  readonly what: string
  readonly ms: number
  readonly min: number
  readonly max: number
  /** Processor time of this process, of all threads. With two idle processors the query takes half of it. */
  readonly processorMs: number
}

export interface LakeQueryReport {
  readonly trades: number
  readonly files: number
  readonly megabytes: number
  readonly rows: readonly LakeQueryRow[]
}

const DAYS = 31
const DAY_MS = 86_400_000
const MONTH_MS = Date.UTC(2024, 0, 1)
const SYMBOLS = DEMO_INSTRUMENTS.map(({ symbol }) => symbol)
/** The third query of the guide. */
const AGGREGATE = `SELECT
  symbol,
  COUNT(*) as trade_count,
  SUM(quantity) as total_quantity,
  AVG(price) as avg_price
FROM exchange_data_lake.trades
WHERE year = '2024' AND month = '01'
GROUP BY symbol;`

export async function benchLakeQuery({ tiny, rounds }: { tiny: boolean; rounds: number }): Promise<LakeQueryReport> {
  const trades = tiny ? 20_000 : 10_000_000
  const lake = mkdtempSync(join(tmpdir(), 'exchange-bench-lake-'))
  try {
    const bytes = writeTrades(lake, trades)
    const options = { lake, memoryMiB: QUERY_MEMORY_MIB_DEFAULT, threads: availableParallelism() }
    const rows = [await querying(options, rounds)]
    const command = join(import.meta.dirname, '../../../dist/entrypoints/cli.js')
    if (existsSync(command)) rows.push(await times('the whole command', rounds, async () => runCommand(command, lake)))
    return { trades, files: DAYS, megabytes: Math.round(bytes / 100_000) / 10, rows }
  } finally {
    rmSync(lake, { recursive: true, force: true })
  }
}

async function querying(options: Parameters<typeof LakeSession.open>[0], rounds: number): Promise<LakeQueryRow> {
  const session = await LakeSession.open(options)
  const request = { sql: AGGREGATE, limit: undefined, seconds: 300 }
  try {
    return await times('the query in an open session', rounds, () =>
      runQuery(session, request, new CsvOutput(async () => {})),
    )
  } finally {
    session.close()
  }
}

function runCommand(command: string, lake: string): void {
  const { status, stderr } = spawnSync(process.execPath, [command, 'query', '--lake', lake, AGGREGATE], {
    encoding: 'utf8',
  })
  if (status !== 0) throw new Error(stderr)
}

/** Trades of three symbols, spread over the days. Returns the bytes of all files. */
function writeTrades(lake: string, trades: number): number {
  const fold = new LakeFold(DEMO_INSTRUMENTS.map(parseInstrument))
  const trade = new GeneratedTrade()
  const perDay = Math.ceil(trades / DAYS)
  let bytes = 0
  for (let day = 0, number = 0; day < DAYS; day++) {
    const from = number
    for (let i = 0; i < perDay && number < trades; i++, number++) {
      trade.next(number, MONTH_MS + day * DAY_MS + Math.floor((i / perDay) * DAY_MS))
      fold.take(trade as unknown as EventCursor)
    }
    for (const batch of fold.flush()) {
      const folder = join(lake, batch.table, dayFolder(batch.day))
      mkdirSync(folder, { recursive: true })
      const path = join(folder, lakeFileName(from, number))
      writeFileSync(path, parquetFile(batch))
      bytes += statSync(path).size
    }
  }
  return bytes
}

/** What the fold reads of a TradeExecuted. */
class GeneratedTrade {
  readonly kind = 'TradeExecuted'
  symbol = ''
  number = 0
  timestampMs = 0
  price = 0
  quantity = 0
  account = ''
  orderId = ''
  takerAccount = ''
  takerOrderId = ''
  tradeNumber = 0
  takerSells = false
  readonly requestId = undefined
  readonly echo = undefined
  readonly takerEcho = undefined
  private readonly random = randomFrom(5)

  next(number: number, timestampMs: number): void {
    const { random } = this
    this.symbol = SYMBOLS[random.below(SYMBOLS.length)]
    this.number = number * 3 + 1
    this.tradeNumber = number + 1
    this.timestampMs = timestampMs
    this.price = 5_000_000 + random.below(20_000)
    this.quantity = random.below(2) === 0 ? (1 + random.below(20)) * 5_000_000 : 1 + random.below(500_000_000)
    this.account = `account-${random.below(1_000)}`
    this.orderId = `mm7-${number - random.below(100)}`
    this.takerAccount = `account-${random.below(1_000)}`
    this.takerOrderId = `mm7-${number}`
    this.takerSells = random.below(2) === 0
  }
}

async function times(what: string, rounds: number, run: () => unknown): Promise<LakeQueryRow> {
  await run()
  const taken: number[] = []
  const before = process.cpuUsage()
  for (let i = 0; i < rounds; i++) {
    const startedAt = performance.now()
    await run()
    taken.push(Math.round(performance.now() - startedAt))
  }
  const { user, system } = process.cpuUsage(before)
  const processorMs = Math.round((user + system) / 1_000 / rounds)
  taken.sort((a, b) => a - b)
  return { what, ms: Math.round(median(taken)), min: taken[0], max: taken[taken.length - 1], processorMs }
}
