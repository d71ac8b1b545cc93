/** The command `npm run aws:scale`: its options and its output. */

import { appendFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describeOptions, type Option } from '../../src/entrypoints/options.ts'
import { INSTRUMENTS_MAX } from '../../src/protocol/limits.ts'
import type { Command } from './run-command.ts'
import { runAtScale, type ScaleResult } from './scale.ts'

const OPTIONS: readonly Option[] = [
  { flag: 'instruments', value: 'N', byDefault: '1000', help: 'instruments' },
  { flag: 'shards', value: 'N', byDefault: '10', help: 'shards of the stream of orders at the start' },
  { flag: 'orders', value: 'N', byDefault: '20000', help: 'acknowledged orders after which clients stop' },
  { flag: 'clients', value: 'N', byDefault: '6', help: 'clients that trade side by side' },
  { flag: 'seed', value: 'N', byDefault: '1', help: 'decides orders, kills and shards, but not their times' },
  { flag: 'logs', value: 'FILE', help: 'appends all that the functions write' },
  { flag: 'bundles', value: 'DIR', byDefault: 'dist-lambda', help: "where 'npm run bundle' has put the functions" },
]

const HELP = `Usage: npm run aws:scale -- [options]

Runs the AWS runtime as 'npm run aws:local' does, with many instruments on many shards. While clients trade, one
function is killed each second, a shard is split, and two are merged. At the end each order, trade, book and instrument,
and the stream of trades, must equal what the exchange of one machine makes of the same records. Nothing is kept.

Options:
${describeOptions(OPTIONS)}

Exit code: 0 everything is equal, 1 something differs or the run failed, 2 wrong usage.`

const SHOWN = 10

export const SCALE: Command = {
  name: 'aws:scale',
  options: OPTIONS,
  help: HELP,
  async run({ values, number }, output) {
    const { logs } = values
    const result = await runAtScale({
      bundles: resolve(values.bundles as string),
      instruments: number('instruments', 1, INSTRUMENTS_MAX),
      orderShards: number('shards', 2, 50),
      orders: number('orders', 1, 10_000_000),
      clients: number('clients', 1, 64),
      seed: number('seed', 0, 1_000_000),
      onStep: (step) => output.line(step),
      ...(logs !== undefined && { onLine: (name, line) => appendFileSync(logs, `${name} ${line}\n`) }),
    })
    output.line(summary(result))
    return result.differences.length === 0
  },
}

export function summary(result: ScaleResult): string {
  const { orders, trades, records, requests, refused, kills, split, merged, tradedMs, settledMs, differences } = result
  const verdict =
    differences.length === 0
      ? 'Equal: orders, trades, stream of trades, instruments and books are those of the embedded exchange.'
      : [`DIFFERENT: ${differences.length} differences`, ...differences.slice(0, SHOWN)].join('\n  ')
  return [
    '',
    ...Object.entries(result.symbols).map(([shard, symbols]) => `  ${shard}  ${symbols} symbols`),
    '',
    `  ${split} was split, ${merged.join(' and ')} were merged`,
    `  killed: ${Object.entries(kills)
      .map(([name, times]) => `${name} ${times}`)
      .join(', ')}`,
    `  ${orders} orders and ${trades} trades from ${records} records in ${seconds(tradedMs)} s; ${requests} requests, ${refused} refused`,
    `  everything was matched ${seconds(settledMs)} s after the last request`,
    '',
    verdict,
  ].join('\n')
}

const seconds = (durationMs: number): string => (durationMs / 1_000).toFixed(1)
