/** The command `npm run aws:chaos`: its options, its output and its exit codes. */

import { appendFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { RedisMissing } from '../../src/entrypoints/aws-local/redis-server.ts'
import { describeOptions, type Option, readOptions, UsageError, wholeNumber } from '../../src/entrypoints/options.ts'
import { chaos, FAULTS } from './chaos.ts'
import { progressLine, summary } from './report.ts'

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
the exchange of one machine makes of the same records. Nothing is kept.

Options:
${describeOptions(OPTIONS)}

Faults:
${FAULTS.map(({ name }) => `  ${name}`).join('\n')}
  deliveries repeated (always)

Exit code: 0 everything is equal, 1 something differs or the run failed, 2 wrong usage.`

export interface Output {
  line(text: string): void
  error(text: string): void
}

/** Returns the exit code. */
export async function runChaos(argv: string[], output: Output): Promise<number> {
  try {
    return await run(argv, output)
  } catch (cause) {
    if (cause instanceof UsageError) {
      output.error(`aws-chaos: ${cause.message}\nTry: npm run aws:chaos -- --help`)
      return 2
    }
    output.error(`aws-chaos: ${cause instanceof RedisMissing ? cause.message : (cause as Error).stack}`)
    return 1
  }
}

async function run(argv: string[], output: Output): Promise<number> {
  const { values, givenBy, help, rest } = readOptions(argv, OPTIONS)
  if (help) {
    output.line(HELP)
    return 0
  }
  if (rest.length > 0) throw new UsageError(`unexpected argument ${JSON.stringify(rest[0])}`)
  const minutes = wholeNumber(givenBy.minutes, values.minutes, 0, 1_440)
  const clients = wholeNumber(givenBy.clients, values.clients, 1, 64)
  const seed = wholeNumber(givenBy.seed, values.seed ?? String(Math.floor(Math.random() * SEEDS)), 0, SEEDS)
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
  return result.differences.length === 0 ? 0 : 1
}
