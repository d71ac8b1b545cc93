/**
 * `bidding-exchange admin`: an operator's commands to a running exchange, through its REST interface. It waits
 * until the command is applied, and its exit code says whether it was.
 */

import { WAIT_SECONDS_MAX } from '../../protocol/limits.ts'
import { type AdminRequest, describeActions, requestOf } from '../admin/admin-actions.ts'
import { report } from '../admin/admin-report.ts'
import { describeOptions, type Option, readOptions, UsageError } from '../options.ts'

const CONNECTION: readonly Option[] = [
  {
    flag: 'url',
    value: 'URL',
    variable: 'EXCHANGE_URL',
    byDefault: 'http://127.0.0.1:3000',
    help: 'address of the exchange',
  },
  { flag: 'key', value: 'KEY', variable: 'EXCHANGE_API_KEY', help: 'an operator’s API key' },
  { flag: 'json', help: 'print the response of the exchange as JSON' },
]
const ARGUMENTS: readonly Option[] = [
  { flag: 'reason', value: 'TEXT', help: 'why; stored in the order log with the command' },
  { flag: 'base', value: 'NAME', help: 'asset that is bought and sold' },
  { flag: 'quote', value: 'NAME', help: 'asset in which prices are' },
  { flag: 'tick', value: 'SIZE', help: 'the price step; it never changes' },
  { flag: 'lot', value: 'SIZE', help: 'the quantity step; it never changes' },
  { flag: 'min', value: 'QUANTITY', help: 'the smallest order' },
  { flag: 'max', value: 'QUANTITY', help: 'the largest order' },
  { flag: 'low', value: 'PRICE', help: 'the lowest price; absent: no lower bound' },
  { flag: 'high', value: 'PRICE', help: 'the highest price; absent: no upper bound' },
  { flag: 'none', help: 'band: remove the price band' },
]

const HELP = `Usage: bidding-exchange admin ACTION [options]

${describeActions()}

Every action that changes something takes --reason TEXT.

Options:
${describeOptions([...CONNECTION, ...ARGUMENTS])}

Other users of the machine can see --key in the list of processes: EXCHANGE_API_KEY hides it.

Examples:
  bidding-exchange admin halt BTCUSD --reason 'news pending'
  bidding-exchange admin instruments define SOLUSD --base SOL --quote USD --tick 0.01 --lot 0.001

Exit code: 0 done, 1 refused or failed, 2 wrong usage, 3 accepted but not applied within ${WAIT_SECONDS_MAX} s.`

/** The exchange responds earlier than this. */
const TIMEOUT_MS = (WAIT_SECONDS_MAX + 5) * 1000
const APPLIED_LATER = 3

export async function admin(argv: string[]): Promise<number> {
  try {
    const { values, help, rest } = readOptions(argv, [...CONNECTION, ...ARGUMENTS])
    if (help) {
      console.log(HELP)
      return 0
    }
    const { url, key, json, ...others } = values
    return await run(requestOf(rest, others), url as string, key, json === 'true')
  } catch (cause) {
    console.error(`bidding-exchange admin: ${cause instanceof Error ? cause.message : cause}`)
    if (!(cause instanceof UsageError)) return 1
    console.error('Try: bidding-exchange admin --help')
    return 2
  }
}

async function run(asked: AdminRequest, url: string, key: string | undefined, json: boolean): Promise<number> {
  const { status, body } = await send(asked, url, key)
  if (json) console.log(JSON.stringify(body))
  if (status >= 400) {
    if (!json) console.error(`bidding-exchange admin: ${problemText(status, body as Problem, key)}`)
    return 1
  }
  if (status === 202) {
    console.error('bidding-exchange admin: accepted and durable, but not applied yet')
    return APPLIED_LATER
  }
  if (!json) console.log(report(body))
  return 0
}

interface Problem {
  readonly code?: string
  readonly title?: string
  readonly detail?: string
}

function problemText(status: number, { code, title, detail }: Problem, key: string | undefined): string {
  if (status === 401) {
    return key === undefined
      ? 'the exchange demands a key: set EXCHANGE_API_KEY, or give --key KEY (unauthorized)'
      : 'the exchange does not know this key (unauthorized)'
  }
  if (code === undefined) return `the exchange answers ${status}`
  // The detail says the same as the title, about this request.
  return `${detail ?? title} (${code})`
}

async function send(
  { method, path, body }: AdminRequest,
  url: string,
  key: string | undefined,
): Promise<{ readonly status: number; readonly body: unknown }> {
  if (!URL.canParse(url) || !/^https?:/.test(url)) throw new UsageError(`--url ${url} is not an http or https address`)
  if (key !== undefined && !/^[!-~]+$/.test(key)) throw new UsageError('--key has an invalid character')
  let response: Response
  try {
    response = await fetch(`${url.replace(/\/+$/, '')}${path}`, {
      method,
      headers: {
        Prefer: `wait=${WAIT_SECONDS_MAX}`,
        ...(body !== undefined && { 'Content-Type': 'application/json' }),
        // API Gateway reads a key from x-api-key and a token from authorization.
        ...(key !== undefined && { 'X-API-Key': key, Authorization: `Bearer ${key}` }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    })
  } catch (cause) {
    const { message, cause: reason } = cause as Error
    throw new Error(
      `${url} does not answer: ${(reason as Error | undefined)?.message || message}. Start it, or give its address with --url.`,
    )
  }
  const text = await response.text()
  try {
    return { status: response.status, body: JSON.parse(text) }
  } catch {
    throw new Error(`${url} answers ${response.status} without JSON: it is not an exchange, or a proxy answered`)
  }
}
