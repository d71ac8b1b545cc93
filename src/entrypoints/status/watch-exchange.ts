/**
 * Looks at an exchange once or again and again, and prints each look. On a terminal the screen is drawn in place. An
 * exchange that stops and starts again is found again: until then the last numbers stay, with what is wrong.
 */

import { setTimeout as after } from 'node:timers/promises'
import { type ExchangeStatus, exchangeStatus, unreachableStatus } from './exchange-status.ts'
import { type Address, type Reading, readExchange, Unreachable } from './read-exchange.ts'
import { statusScreen } from './status-screen.ts'

/** Between the two readings of a single look. */
const INTERVAL_MS = 1_000
/** The width of text that does not go to a terminal. */
const WIDTH = 120

const EXIT_CODES: Readonly<Record<ExchangeStatus['state'], number>> = { ok: 0, degraded: 1, failing: 1, unreachable: 3 }

const TERMINAL = {
  clear: '\u001b[2J',
  home: '\u001b[H',
  clearLine: '\u001b[K',
  clearBelow: '\u001b[J',
  hideCursor: '\u001b[?25l',
  showCursor: '\u001b[?25h',
}

export interface WatchOptions {
  /** undefined: one look. */
  readonly everySeconds: number | undefined
  readonly json: boolean
}

/** Returns the exit code. */
export async function watchExchange(address: Address, { everySeconds, json }: WatchOptions): Promise<number> {
  const print = json ? (status: ExchangeStatus) => console.log(JSON.stringify(status)) : screenPrinter(everySeconds)
  if (everySeconds === undefined) {
    const status = await lookTwice(address)
    print(status)
    return EXIT_CODES[status.state]
  }
  const interrupted = new AbortController()
  process.once('SIGINT', () => interrupted.abort())
  process.once('SIGTERM', () => interrupted.abort())
  // The reader of the output, such as `head`, has what it wanted.
  process.stdout.on('error', () => interrupted.abort())
  let reading: Reading | undefined
  let status: ExchangeStatus | undefined
  while (!interrupted.signal.aborted) {
    const next = await look(address, reading, status)
    ;({ reading, status } = next)
    print(next.status)
    await after(everySeconds * 1_000, undefined, { signal: interrupted.signal }).catch(() => {})
  }
  if (!json && process.stdout.isTTY) process.stdout.write(`${TERMINAL.showCursor}\n`)
  return status === undefined ? 0 : EXIT_CODES[status.state]
}

interface Look {
  /** undefined: it did not answer. */
  readonly reading: Reading | undefined
  readonly status: ExchangeStatus
}

async function look(address: Address, before?: Reading, last?: ExchangeStatus): Promise<Look> {
  try {
    const reading = await readExchange(address)
    return { reading, status: exchangeStatus(address.url, reading, before) }
  } catch (cause) {
    if (!(cause instanceof Unreachable)) throw cause
    return { reading: undefined, status: unreachableStatus(address.url, cause.message, Date.now(), last) }
  }
}

async function lookTwice(address: Address): Promise<ExchangeStatus> {
  const first = await look(address)
  if (first.reading?.metrics === undefined) return first.status
  await after(INTERVAL_MS)
  return (await look(address, first.reading, first.status)).status
}

function screenPrinter(everySeconds: number | undefined): (status: ExchangeStatus) => void {
  const { stdout } = process
  const colors = stdout.isTTY === true && !process.env.NO_COLOR && process.env.TERM !== 'dumb'
  const screenOf = (status: ExchangeStatus, height?: number): string[] =>
    statusScreen(status, { width: stdout.columns ?? WIDTH, height, colors })
  if (everySeconds === undefined || !stdout.isTTY) {
    return (status) => console.log(`${screenOf(status).join('\n')}${everySeconds === undefined ? '' : '\n'}`)
  }
  stdout.write(TERMINAL.hideCursor + TERMINAL.clear)
  return (status) => {
    const lines = screenOf(status, stdout.rows).slice(0, stdout.rows)
    const drawn = lines.map((line) => line + TERMINAL.clearLine).join('\n')
    stdout.write(TERMINAL.home + drawn + TERMINAL.clearBelow)
  }
}
