/**
 * Honest clients beside one attacker after another, each on a new exchange that is killed and started again under the
 * attack. Afterwards everything that was acknowledged is looked for, and the log is compared with the records.
 */

import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Attacker } from '../../test/attack/attacker.ts'
import { type Api, apiOf } from '../../test/e2e/api.ts'
import { allOrders, checkBalance, checkJournal, lostOrders, sendAgain } from '../../test/e2e/audit.ts'
import { ExchangeProcess, HONEST_KEY, headersOf } from './exchange-process.ts'
import { HONEST_SYMBOLS, HonestClients, type Measured, percentile } from './honest-clients.ts'
import { processorTimeOf } from './processor-time.ts'

const ATTACK_PROCESS = fileURLToPath(new URL('./attack-process.js', import.meta.url))
/** The code of a new process is compiled by then. Until then only errors are counted. */
const WARM_UP_SHARE = 0.2
/** The same after the restart. */
const RESTART_SHARE = 0.4
/** When the process is killed. */
const KILL_SHARE = 0.7
const START_ATTACK_MS_MAX = 60_000

export interface SoakRow {
  readonly attack: string
  readonly postP50Ms: number
  readonly postP99Ms: number
  readonly bookP50Ms: number
  readonly bookP99Ms: number
  /** Times of the quiet row; the larger of the two. */
  readonly ratio: number
  readonly errors: Readonly<Record<string, number>>
  readonly memoryMaxMb: number
  /** The longest turn of the edge thread before the kill, with the time that it waited for a processor. */
  readonly edgeTurnMaxMs: number
  /** Processors that the exchange used, that its threads waited for, and that the attacker used; before the kill. */
  readonly processors: { readonly used: number; readonly waitedFor: number; readonly attacker: number }
  readonly orders: number
  readonly lost: number
  readonly restartMs: number
  /** What the audit or `verify` found; empty if all agrees. */
  readonly faults: readonly string[]
}

export const QUIET = 'quiet'

/** One row for each attacker, after one without. `seconds` is the time of each. */
export async function soak(
  attackers: readonly Attacker[],
  seconds: number,
  onRow: (row: SoakRow) => void = () => {},
): Promise<SoakRow[]> {
  const rows: SoakRow[] = []
  for (const attacker of [undefined, ...attackers]) {
    const row = await rowOf(attacker?.name, seconds, rows[0], rows.length + 1)
    rows.push(row)
    onRow(row)
  }
  return rows
}

async function rowOf(
  attack: string | undefined,
  seconds: number,
  quiet: SoakRow | undefined,
  seed: number,
): Promise<SoakRow> {
  const exchange = new ExchangeProcess()
  let attacking: ChildProcess | undefined
  try {
    await exchange.start()
    const clients = new HonestClients(exchange.url, seed)
    await pause(seconds * WARM_UP_SHARE)
    if (attack !== undefined) attacking = await startAttack(attack, exchange.url)
    const shares = processorShares(exchange, attacking)
    await exchange.edgeTurnMaxMs()
    const before = clients.measure()
    await pause(seconds * (KILL_SHARE - WARM_UP_SHARE))
    const edgeTurnMaxMs = await exchange.edgeTurnMaxMs()
    const processors = shares()
    clients.interrupt()
    await exchange.kill()
    const restartMs = await exchange.start()
    const restarted = clients.resume()
    const restSeconds = seconds * (1 - KILL_SHARE)
    await pause(restSeconds * RESTART_SHARE)
    const after = clients.measure()
    await pause(restSeconds * (1 - RESTART_SHARE))
    await clients.stop()
    const { memoryMaxMb } = exchange
    attacking?.kill('SIGKILL')
    const { orders, lost, faults } = await audit(exchange, clients)
    return {
      attack: attack ?? QUIET,
      ...timesOf([before, after], quiet),
      errors: errorsOf([before, restarted, after]),
      memoryMaxMb,
      edgeTurnMaxMs,
      processors,
      orders,
      lost,
      restartMs,
      faults,
    }
  } finally {
    attacking?.kill('SIGKILL')
    await exchange.remove()
  }
}

/** Begins a measurement of processor time. Returns a function that ends it. */
function processorShares({ pid }: ExchangeProcess, attacking: ChildProcess | undefined): () => SoakRow['processors'] {
  const startedMs = performance.now()
  const own = processorTimeOf(pid)
  const other = processorTimeOf(attacking?.pid)
  return () => {
    const elapsedMs = performance.now() - startedMs
    const { usedMs, waitedMs } = processorTimeOf(pid)
    return {
      used: (usedMs - own.usedMs) / elapsedMs,
      waitedFor: (waitedMs - own.waitedMs) / elapsedMs,
      attacker: (processorTimeOf(attacking?.pid).usedMs - other.usedMs) / elapsedMs,
    }
  }
}

const pause = (seconds: number) => new Promise((resolve) => setTimeout(resolve, seconds * 1_000))

function startAttack(name: string, url: string): Promise<ChildProcess> {
  const child = fork(ATTACK_PROCESS, [name, url], { stdio: ['ignore', 'pipe', 'inherit', 'ipc'] })
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`${name} does not start`)), START_ATTACK_MS_MAX)
    child.once('exit', (code) => reject(new Error(`${name} ended with ${code}`)))
    child.stdout?.once('data', () => {
      clearTimeout(late)
      resolve(child)
    })
  })
}

function timesOf(measured: readonly Measured[], quiet: SoakRow | undefined) {
  const postMs = measured.flatMap((one) => one.postMs)
  const bookMs = measured.flatMap((one) => one.bookMs)
  const times = {
    postP50Ms: percentile(postMs, 0.5),
    postP99Ms: percentile(postMs, 0.99),
    bookP50Ms: percentile(bookMs, 0.5),
    bookP99Ms: percentile(bookMs, 0.99),
  }
  const ratio = Math.max(
    times.postP99Ms / (quiet?.postP99Ms ?? times.postP99Ms),
    times.bookP99Ms / (quiet?.bookP99Ms ?? times.bookP99Ms),
  )
  return { ...times, ratio }
}

function errorsOf(measured: readonly Measured[]): Record<string, number> {
  const sums: Record<string, number> = {}
  for (const { errors } of measured) {
    for (const [error, count] of errors) sums[error] = (sums[error] ?? 0) + count
  }
  return sums
}

/** Compares the running exchange with the journal, stops it, and verifies its directory. */
async function audit(exchange: ExchangeProcess, { journal }: HonestClients) {
  const api = withKey(apiOf(exchange.url))
  const faults: string[] = []
  let lost = 0
  try {
    lost = lostOrders(journal, await allOrders(api)).length
    await sendAgain(api, journal)
    const orders = await allOrders(api)
    checkJournal(journal, orders)
    await checkBalance(api, orders, HONEST_SYMBOLS)
    await exchange.stop()
    faults.push(...(await exchange.verify()))
  } catch (cause) {
    faults.push((cause as Error).message)
  } finally {
    api.close()
  }
  return { orders: journal.entries.size, lost, faults }
}

/** Sends the key of the honest account, and waits while its rate limit is reached. */
function withKey({ send, close }: Api): Api {
  const keyed: Api['send'] = async (method, path, body, headers) => {
    for (;;) {
      const answer = await send(method, path, body, { ...headers, ...headersOf(HONEST_KEY) })
      if (answer.status !== 429) return answer
      await pause(Number(answer.headers['retry-after'] ?? 1))
    }
  }
  return {
    send: keyed,
    get: (path) => keyed('GET', path),
    post: (path, body, headers) => keyed('POST', path, body, headers),
    close,
  }
}
