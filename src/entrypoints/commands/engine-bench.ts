/**
 * `bidding-exchange engine-bench FILE`: runs a binary file of commands through the engine and writes the events, so
 * that users can measure their own workload. docs/reference/engine-bench.md specifies both formats.
 */

import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { CommandFile, MalformedFile } from '../engine-bench/command-file.ts'
import { EventLines } from '../engine-bench/event-lines.ts'

const USAGE = `Usage: bidding-exchange engine-bench FILE [options]

Runs a binary file of commands through the engine and prints its events.

  --hash        print the SHA-256 of the event lines instead of the lines
  --rounds N    time the matching loop alone, N times in this process; prints
                messages per second of each round
  --help        this text`

/** Lines per write. */
const CHUNK_LINES = 10_000

/** The exit code: 0 done, 1 the file is not readable or malformed, 2 wrong usage. */
export async function runEngineBench(argv: string[]): Promise<number> {
  let values: { hash?: boolean; rounds?: string; help?: boolean }
  let positionals: string[]
  try {
    ;({ values, positionals } = parseArgs({
      args: argv,
      allowPositionals: true,
      options: { hash: { type: 'boolean' }, rounds: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
    }))
  } catch (error) {
    return wrongUsage((error as Error).message)
  }
  if (values.help === true) {
    console.log(USAGE)
    return 0
  }
  const [path] = positionals
  const rounds = values.rounds === undefined ? 0 : Number(values.rounds)
  if (path === undefined || positionals.length > 1) return wrongUsage('one FILE is needed')
  if (values.rounds !== undefined && (!Number.isInteger(rounds) || rounds < 1)) {
    return wrongUsage('--rounds takes a whole number from 1')
  }
  try {
    const file = new CommandFile(await readFile(path))
    if (rounds > 0) timeRounds(file, rounds)
    if (values.hash === true || rounds === 0) await printEvents(file, values.hash === true)
    return 0
  } catch (error) {
    if (!(error instanceof MalformedFile) && (error as NodeJS.ErrnoException).code === undefined) throw error
    console.error(`bidding-exchange engine-bench: ${path}: ${(error as Error).message}`)
    return 1
  }
}

function wrongUsage(message: string): number {
  console.error(`bidding-exchange engine-bench: ${message}\n\n${USAGE}`)
  return 2
}

function timeRounds(file: CommandFile, rounds: number): void {
  for (let round = 1; round <= rounds; round++) {
    let events = 0
    const start = process.hrtime.bigint()
    file.run((batch) => {
      events += batch.count
    })
    const seconds = Number(process.hrtime.bigint() - start) / 1e9
    console.log(`round ${round}: ${Math.round(file.count / seconds)} messages/s, ${events} events`)
  }
}

async function printEvents(file: CommandFile, hashOnly: boolean): Promise<void> {
  const events = new EventLines(file)
  file.run(events.add)
  const lines = events.all()
  const hash = createHash('sha256')
  for (let i = 0; i < lines.length; i += CHUNK_LINES) {
    const chunk = lines.slice(i, i + CHUNK_LINES).join('\n')
    if (hashOnly) hash.update(i === 0 ? chunk : `\n${chunk}`)
    else if (!process.stdout.write(`${chunk}\n`)) await new Promise((resolve) => process.stdout.once('drain', resolve))
  }
  if (hashOnly) console.log(hash.digest('hex'))
}
