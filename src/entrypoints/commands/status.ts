/**
 * `bidding-exchange status`: the health of a running exchange on one screen, once or again and again. It reads public
 * routes only, so it works from another machine. The exit code tells a script whether the exchange is well.
 */

import { readFileSync } from 'node:fs'
import { describeOptions, type Option, readOptions, UsageError, wholeNumber } from '../options.ts'
import { watchExchange } from '../status/watch-exchange.ts'

const WATCH_SECONDS = 2
const WATCH_SECONDS_MAX = 3_600

const OPTIONS: readonly Option[] = [
  {
    flag: 'url',
    value: 'URL',
    variable: 'EXCHANGE_URL',
    byDefault: 'http://127.0.0.1:3000',
    help: 'address of the exchange',
  },
  { flag: 'watch', help: `show it again every SECONDS, by default ${WATCH_SECONDS}, until Ctrl-C` },
  { flag: 'json', help: 'print it as JSON; with --watch one line each time' },
  { flag: 'key-file', value: 'FILE', help: 'file with an API key, if a proxy asks for one; or EXCHANGE_API_KEY' },
]

const HELP = `Usage: bidding-exchange status [options]
       bidding-exchange status --watch [SECONDS] [options]

Shows state, rates, latencies, queues, books, snapshot, data lake and memory of a running exchange, and what to do
about faults. A first look takes a second, because a rate needs two readings. Dim latencies are those since the start:
nothing happened meanwhile. Colours are used on a terminal, unless NO_COLOR is set.

Options:
${describeOptions(OPTIONS)}

Exit code: 0 the exchange is ok, 1 it is degraded or failing, 2 wrong usage, 3 it does not answer. With --watch: that
of the last look.`

export async function status(argv: string[]): Promise<number> {
  try {
    const { values, help, rest } = readOptions(argv.flatMap(separated), OPTIONS)
    if (help) {
      console.log(HELP)
      return 0
    }
    const watch = values.watch === 'true'
    if (rest.length > (watch ? 1 : 0)) throw new UsageError(`unexpected ${JSON.stringify(rest.at(-1))}`)
    const seconds = rest.length === 0 ? WATCH_SECONDS : wholeNumber('--watch', rest[0], 1, WATCH_SECONDS_MAX)
    return await watchExchange(
      { url: addressOf(values.url as string), key: keyOf(values['key-file']) },
      { everySeconds: watch ? seconds : undefined, json: values.json === 'true' },
    )
  } catch (cause) {
    console.error(`bidding-exchange status: ${cause instanceof Error ? cause.message : cause}`)
    if (!(cause instanceof UsageError)) return 1
    console.error('Try: bidding-exchange status --help')
    return 2
  }
}

/** `--watch=5` as `--watch 5`, whose value may be absent. */
const separated = (word: string): string[] => (word.startsWith('--watch=') ? ['--watch', word.slice(8)] : [word])

function addressOf(url: string): string {
  if (!URL.canParse(url) || !/^https?:/.test(url)) throw new UsageError(`--url ${url} is not an http or https address`)
  return url.replace(/\/+$/, '')
}

function keyOf(file: string | undefined): string | undefined {
  const key = file === undefined ? process.env.EXCHANGE_API_KEY || undefined : keyIn(file)
  if (key !== undefined && !/^[!-~]+$/.test(key)) {
    throw new UsageError(`the key of ${file ?? 'EXCHANGE_API_KEY'} is empty or has an invalid character`)
  }
  return key
}

function keyIn(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim()
  } catch (cause) {
    throw new UsageError(`--key-file: ${(cause as Error).message}`)
  }
}
