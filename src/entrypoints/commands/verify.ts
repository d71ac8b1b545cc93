/** `bidding-exchange verify`: compares stored records with the order log. Configuration and wiring only. */

import { type ReadDirectory, readDataDirectory, UnusableDirectory } from '../../adapters/embedded/data-directory.ts'
import { checkLogEnd } from '../../adapters/embedded/log/log-end-check.ts'
import { positionOf } from '../../adapters/embedded/log/log-records.ts'
import { OrderLog } from '../../adapters/embedded/log/order-log.ts'
import { listTornFiles } from '../../adapters/embedded/log/segment-writer.ts'
import { SnapshotFiles } from '../../adapters/embedded/snapshot-files.ts'
import { BEGINNING, type Position } from '../../ports/order-stream.ts'
import { NO_RECORDS, type Verification, verify as verifyRecords } from '../../recovery/verification.ts'
import { showProgress } from '../../replay/progress.ts'
import { readRecords } from '../core/probe-records.ts'
import { describeOptions, type Option, readOptions, UsageError } from '../options.ts'

const OPTIONS: readonly Option[] = [
  { flag: 'data', value: 'DIR', variable: 'EXCHANGE_DATA', byDefault: './data', help: 'data directory' },
  { flag: 'json', help: 'print one JSON object' },
]

const HELP = `Usage: bidding-exchange verify [options]

Applies the whole order log of a data directory again and compares the result with the orders, trades
and snapshots that are stored there. The exchange must be stopped. Writes nothing.

Options:
${describeOptions(OPTIONS)}

Exit code: 0 all agree, 1 something differs or failed, 2 wrong usage.`

export async function verify(argv: string[]): Promise<number> {
  try {
    const { values, help, rest } = readOptions(argv, OPTIONS)
    if (help) {
      console.log(HELP)
      return 0
    }
    if (rest.length > 0) throw new UsageError(`unexpected argument ${JSON.stringify(rest[0])}`)
    return await run(values.data as string, values.json === 'true')
  } catch (cause) {
    console.error(`bidding-exchange verify: ${cause instanceof Error ? cause.message : cause}`)
    if (cause instanceof UsageError) console.error('Try: bidding-exchange verify --help')
    return cause instanceof UsageError || cause instanceof UnusableDirectory ? 2 : 1
  }
}

async function run(dataPath: string, json: boolean): Promise<number> {
  const startedAt = performance.now()
  const directory = readDataDirectory(dataPath)
  try {
    return await compare(directory, json, startedAt)
  } finally {
    directory.release()
  }
}

async function compare(directory: ReadDirectory, json: boolean, startedAt: number): Promise<number> {
  const stream = new OrderLog({
    directory: directory.log,
    nowMs: Date.now,
    onRecord: () => {},
    onFailed: () => {},
  })
  checkLogEnd(stream.end, { records: BEGINNING, snapshot: BEGINNING }, false)
  const store = await readRecords(directory.records, 'untouched', 'all')
  const snapshots = new SnapshotFiles(directory.snapshots)
  const progress = showProgress(process.stderr, json, { task: 'verify', unit: 'commands' })
  try {
    const kept = store === undefined || store.isEmpty ? NO_RECORDS : store
    const result = withSnapshotEnd(
      await verifyRecords(stream, kept, snapshots, (commands) => progress.update(commands, stream.lastCommand)),
      snapshots.newest(),
      positionOf(stream.lastCommand),
    )
    progress.stop()
    directory.check()
    const findings: Findings = {
      tornBytes: stream.end.tail.bytes.length,
      tornFiles: listTornFiles(directory.log),
      elapsedMs: Math.round(performance.now() - startedAt),
    }
    console.log(json ? JSON.stringify({ ...result, ...findings }) : report(result, findings))
    return result.agrees ? 0 : 1
  } finally {
    progress.stop()
    await store?.close()
  }
}

/** A snapshot that is ahead of the log shows that the log has lost commands. */
function withSnapshotEnd(result: Verification, snapshot: Position, end: Position): Verification {
  if (snapshot <= end) return result
  const difference = `a snapshot is at ${snapshot}, the log ends at ${end}`
  return { ...result, agrees: false, differences: [...result.differences, difference] }
}

interface Findings {
  readonly tornBytes: number
  /** Files with what earlier starts have cut off. */
  readonly tornFiles: readonly string[]
  readonly elapsedMs: number
}

function report(result: Verification, { tornBytes, tornFiles, elapsedMs }: Findings): string {
  const count = (value: number) => value.toLocaleString('en').padStart(14)
  return [
    `commands      ${count(result.commands)}`,
    `events        ${count(result.events)}`,
    `orders        ${count(result.orders)}`,
    `open orders   ${count(result.openOrders)}`,
    `trades        ${count(result.trades)}`,
    `rules         ${count(result.rules)}`,
    `state hash    ${result.stateHash}`,
    `by snapshot   ${result.recoveredHash ?? 'no snapshot'}`,
    ...malformedLines(result),
    ...(tornBytes === 0
      ? []
      : [`torn          ${count(tornBytes)} bytes after the last whole command; the next start keeps them in a file`]),
    ...tornFiles.map((name) => `kept          ${name}: cut off by an earlier start`),
    ...result.differences.map((difference) => `DIFFERENCE    ${difference}`),
    result.agrees ? `All agree (${elapsedMs} ms).` : 'The records do not agree with the log.',
  ].join('\n')
}

/** The position in the text is the number of the command that the line should be. */
function malformedLines({ malformedLines: count, firstMalformed }: Verification): string[] {
  if (firstMalformed === null) return []
  const { position, error } = firstMalformed
  return [
    `malformed     ${count.toLocaleString('en').padStart(14)} lines of the log are no commands and not applied; ` +
      `the first is number ${Number(position)}: ${error}`,
  ]
}
