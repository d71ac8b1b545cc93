/** The command `npm run aws:chaos`: its options and its output. */

import { appendFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describeOptions, type Option, UsageError } from '../../src/entrypoints/options.ts'
import { chaos, FAULTS } from './chaos.ts'
import { progressLine, summary } from './report.ts'
import type { Command } from './run-command.ts'

const SEEDS = 1_000_000

const OPTIONS: readonly Option[] = [
  { flag: 'minutes', value: 'N', byDefault: '2', help: 'how long clients trade and faults happen' },
  { flag: 'seed', value: 'N', help: 'decides orders and faults, but not their times; a random one is printed' },
  { flag: 'clients', value: 'N', byDefault: '4', help: 'clients that trade side by side' },
  { flag: 'fault', value: 'TEXT', help: 'only the faults whose name contains this text' },
  { flag: 'logs', value: 'FILE', help: 'appends all that the functions write' },
  { flag: 'bundles', value: 'DIR', byDefault: 'dist-lambda', help: "where 'npm run bundle' has put the functions" },
  { flag: 'json', help: 'prints one object instead of text' },
]

const HELP = `Usage: npm run aws:chaos -- [options]

Runs the AWS runtime as 'npm run aws:local' does, with the service's limits of reads and a real redis-server. Clients
trade, and faults happen. At the end each order, trade, book and instrument, and the stream of trades, must equal what
the exchange of one machine makes of the same records, and a follower must have its books and trades. Nothing is kept.

Options:
${describeOptions(OPTIONS)}

Faults:
${FAULTS.map(({ name }) => `  ${name}`).join('\n')}
  deliveries repeated (always)

Exit code: 0 everything is equal, 1 something differs or the run failed, 2 wrong usage.`

export const CHAOS: Command = {
  name: 'aws:chaos',
  options: OPTIONS,
  help: HELP,
  async run({ values, number }, output) {
    const minutes = number('minutes', 0, 1_440)
    const clients = number('clients', 1, 64)
    const seed = number('seed', 0, SEEDS, values.seed ?? String(Math.floor(Math.random() * SEEDS)))
    const faults = FAULTS.filter(({ name }) => name.includes(values.fault ?? ''))
    if (faults.length === 0) throw new UsageError(`no fault has ${JSON.stringify(values.fault)} in its name`)
    const tell = (line: string): void => {
      if (values.json === undefined) output.line(line)
    }
    const { logs } = values
    tell(`seed ${seed}, ${minutes} minutes, ${clients} clients`)
    const result = await chaos({
      bundles: resolve(values.bundles as string),
      durationMs: minutes * 60_000,
      seed,
      clients,
      faults,
      onStep: tell,
      onProgress: (progress) => tell(progressLine(progress)),
      ...(logs !== undefined && { onLine: (line: string) => appendFileSync(logs, `${line}\n`) }),
    })
    output.line(values.json === undefined ? summary(result) : JSON.stringify({ seed, minutes, clients, ...result }))
    return result.differences.length === 0
  },
}
