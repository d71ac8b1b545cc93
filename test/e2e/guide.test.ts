/**
 * Runs the README and the guides for newcomers. Each command of their console blocks runs against a new exchange,
 * in the order of the page, and must print what the page shows. `…` in a page matches any text. Times, addresses
 * and durations may differ. Blocks that start an exchange are not run.
 */

import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { temporaryDirectory } from '../contracts/temporary-directory.ts'
import { eventually, ROOT, startExchange } from './running-exchange.ts'

interface Step {
  readonly command: string
  /** Empty if the page shows no answer. */
  readonly answer: string
}

const COMMAND = `${process.execPath} ${join(ROOT, 'dist/entrypoints/cli.js')}`

describe.each(['README.md', 'docs/start.md', 'docs/start/replay.md', 'docs/start/lake.md'])('%s', (page) => {
  test('each command prints what the page shows', async () => {
    const text = readFileSync(join(ROOT, page), 'utf8')
    const data = temporaryDirectory()
    const exchange = await startExchange(data)
    const { online, stopped } = stepsOf(text)
    const outputs = run(online, exchange.url, data)
    if (stopped.some(({ command }) => / query /.test(command))) await lakeWritten(exchange.url)
    await exchange.stop('SIGTERM')
    outputs.push(...run(stopped, exchange.url, data))

    const steps = [...online, ...stopped]
    expect(steps.filter(({ answer }) => answer !== '').length).toBeGreaterThan(1)
    for (const [i, { command, answer }] of steps.entries()) {
      const shown = answer === '' ? /^/ : patternOf(answer)
      expect(packed(outputs[i]), `${command}\nprints\n${outputs[i]}`).toMatch(shown)
    }
    checkTable(text, outputs.join('\n'))
  })
})

/** The lake follows matching, and a stop does not wait for it. */
const lakeWritten = (url: string) =>
  eventually(async () => {
    const health = (await (await fetch(`${url}/health`)).json()) as { lake: string; lakeLagCommands: number }
    return health.lake === 'live' && health.lakeLagCommands === 0 ? true : undefined
  })

/** Every command of the page. Those that start with npx run after the exchange has stopped. */
function stepsOf(page: string): { online: Step[]; stopped: Step[] } {
  const steps: Step[] = []
  for (const [, language, block] of page.matchAll(/^```(console|bash)\n(.*?)^```$/gms)) {
    if (/^npm /m.test(block)) continue
    if (language === 'bash') steps.push({ command: block, answer: '' })
    // Indented lines continue a command. Its answer follows.
    else {
      for (const [, command, answer] of block.matchAll(/^\$ (.*\n(?: {4}[^ ].*\n)*)((?:(?!\$ ).*\n)*)/gm)) {
        steps.push({ command, answer: answer.trim() })
      }
    }
  }
  const local = ({ command }: Step): boolean => command.startsWith('npx ')
  return { online: steps.filter((step) => !local(step)), stopped: steps.filter(local) }
}

/** Runs the commands in one shell and returns what each printed. */
function run(steps: readonly Step[], url: string, data: string): string[] {
  if (steps.length === 0) return []
  const scratch = temporaryDirectory()
  const script = steps
    .map(({ command }) => command.replaceAll('http://127.0.0.1:3000', url))
    .map((command) => command.replace(/^npx bidding-exchange (query|export)\b/, `$& --data ${data}`))
    .map((command) => command.replaceAll('npx bidding-exchange', COMMAND))
    .map((command) => command.replace(/ \.\/(replayed|settlement\.csv)/, ` ${scratch}/$1`))
    .map((command) => (/ verify$/m.test(command) ? `${command.trimEnd()} --data ${data}\n` : command))
    .join('printf "\\0"\n')
  const env = { ...process.env, TMPDIR: scratch }
  const { stdout, stderr } = spawnSync('bash', ['-c', script], { cwd: ROOT, env, encoding: 'utf8', timeout: 60_000 })
  const outputs = stdout.split('\0')
  expect(outputs, stderr).toHaveLength(steps.length)
  return outputs
}

/** Without blanks and line ends, because the pages wrap long answers. */
const packed = (text: string): string => text.replace(/\s/g, '')

function patternOf(answer: string): RegExp {
  const source = packed(answer)
    .replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
    .replace(/\d{4}-\d\d-\d\dT[\d:]+\\\.\d{3}Z/g, '\\d{4}-\\d\\d-\\d\\dT[\\d:]+\\.\\d{3}Z')
    .replace(/\d+ms/g, '\\d+ms')
    .replace(/events\/s[\d,]+/, 'events/s[\\d,]+')
    .replace(/…/g, '.*')
  return new RegExp(`^${source}$`)
}

/** Each row of order, status, filled quantity and reason must agree with the answer for that order. */
function checkTable(page: string, outputs: string): void {
  const rows = [...page.matchAll(/^\| `([\w-]+)` \| `([A-Z]+)` \| `([\d.]+)` \| `(\w+)` \|/gm)]
  const orders = outputs.split('\n').filter((line) => line.startsWith('{"orderId"'))
  for (const [, orderId, status, filledQuantity, reason] of rows) {
    const order = orders.map((line) => JSON.parse(line)).find((each) => each.orderId === orderId)
    expect(order).toMatchObject({ orderId, status, filledQuantity, reason: reason === 'null' ? null : reason })
  }
}
