/**
 * Parses the arguments of `bidding-exchange replay`. A wrong argument is a usage error with its reason; nothing is
 * guessed.
 */

import { parseArgs } from 'node:util'
import { BATCH_SIZE_DEFAULT, BATCH_SIZE_MAX } from './replay.ts'
import { ROWS_MAX } from './row-table.ts'

export interface ReplayCommand {
  readonly kind: 'replay'
  /** `-` is standard input. */
  readonly file: string
  readonly symbol: string
  /** Absent: a fresh directory. */
  readonly data?: string
  readonly compare: boolean
  readonly json: boolean
  readonly batchSize: number
}

/** Print a generated feed of this many rows instead of replaying one. */
export interface SampleCommand {
  readonly kind: 'sample'
  readonly rows: number
  readonly seed: number
}

export type ReplayRequest =
  | ReplayCommand
  | SampleCommand
  | { readonly kind: 'help'; readonly text: string }
  | { readonly kind: 'usage'; readonly message: string }

/** Exit codes of `bidding-exchange replay`. */
export const EXIT_DONE = 0
export const EXIT_FAILED = 1
export const EXIT_USAGE = 2

export const REPLAY_HELP = `Usage: bidding-exchange replay FILE [options]

Feeds a file of real order events to an exchange and prints a summary.

FILE is CSV with the columns id, timestamp, price, volume, action, direction; plain or compressed
with gzip or xz; - is standard input.

Options:
  --symbol SYMBOL  the instrument to trade (default BTCUSD)
  --data DIR       the data directory (default: a new one, whose name is printed at the end)
  --compare        compare the fills of each order with those of the real venue
  --json           print one JSON object
  --batch N        commands per batch, 1 to ${BATCH_SIZE_MAX} (default ${BATCH_SIZE_DEFAULT})
  --sample N       no replay: print a generated feed of N rows
  --seed N         another feed for --sample (default 1)
  --help           print this

Examples:
  bidding-exchange replay samples/btcusd-sample.csv
  bidding-exchange replay feed.csv.xz --compare --data ./replayed
  zcat feed.csv.gz | bidding-exchange replay - --json
  bidding-exchange replay --sample 100000 > feed.csv

Exit code: 0 done, 1 failed, 2 wrong usage.
`

/** The request, or a usage error. */
export function parseReplayArguments(words: readonly string[]): ReplayRequest {
  let parsed: ReturnType<typeof parse>
  try {
    parsed = parse(words)
  } catch (error) {
    return usage((error as Error).message.split(/\.\s/)[0])
  }
  const { values, positionals } = parsed
  if (values.help) return { kind: 'help', text: REPLAY_HELP }
  if (values.sample !== undefined) {
    const rows = numberOf(values.sample, ROWS_MAX)
    const seed = numberOf(values.seed ?? '1', 2 ** 32 - 1)
    if (rows === undefined) return usage(`--sample takes a number of rows from 1 to ${ROWS_MAX}`)
    if (seed === undefined) return usage('--seed takes a number from 1 to 4294967295')
    return positionals.length > 0 ? usage('--sample takes no FILE') : { kind: 'sample', rows, seed }
  }
  if (values.seed !== undefined) return usage('--seed is for --sample')
  if (positionals.length !== 1) return usage(positionals.length === 0 ? 'FILE is missing' : 'more than one FILE')
  const batchSize = numberOf(values.batch ?? String(BATCH_SIZE_DEFAULT), BATCH_SIZE_MAX)
  if (batchSize === undefined) return usage(`--batch takes a number from 1 to ${BATCH_SIZE_MAX}`)
  if (values.data === '') return usage('--data takes a directory')
  return {
    kind: 'replay',
    file: positionals[0],
    symbol: values.symbol ?? 'BTCUSD',
    ...(values.data !== undefined && { data: values.data }),
    compare: values.compare === true,
    json: values.json === true,
    batchSize,
  }
}

function parse(words: readonly string[]) {
  return parseArgs({
    args: [...words],
    allowPositionals: true,
    options: {
      symbol: { type: 'string' },
      data: { type: 'string' },
      compare: { type: 'boolean' },
      json: { type: 'boolean' },
      batch: { type: 'string' },
      sample: { type: 'string' },
      seed: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  })
}

const usage = (message: string): ReplayRequest => ({
  kind: 'usage',
  message: `${message}\nTry: bidding-exchange replay --help`,
})

function numberOf(text: string, max: number): number | undefined {
  const value = /^[1-9]\d*$/.test(text) ? Number(text) : Number.NaN
  return value <= max ? value : undefined
}
