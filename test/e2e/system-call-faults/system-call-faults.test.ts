/**
 * A disk that fails at one call of the real process. A first run is traced. Each later run makes one of its calls
 * fail, once or from then on: an open, read, write, sync, rename or removal, of the log, the records, a snapshot or
 * the lock. Either the start is refused in one line, or every answer is true: what was acknowledged is there after
 * the next start, and an order that got 503 and entered was told that it may have. `verify` agrees.
 *
 * Only the calls of the lake's thread fail beside a lake. All others fail in an exchange without one, which takes half
 * the time and has the same calls.
 *
 * SYSTEM_CALL_FAULTS=all tries every point, which takes 10 to 30 minutes; =N tries N of them. SYSTEM_CALL_SEED repeats a
 * choice. SYSTEM_CALL_ONLY is a regular expression of names of points. SYSTEM_CALL_LOG is a file that gets a line for
 * each point; a sweep that was interrupted continues after the points that it has. SYSTEM_CALL_LANES is the number of
 * runs at the same time.
 */

import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readDataDirectory } from '../../../src/adapters/embedded/data-directory.ts'
import { OrderLog } from '../../../src/adapters/embedded/log/order-log.ts'
import { RecordStore } from '../../../src/adapters/embedded/records/record-store.ts'
import { SnapshotFiles } from '../../../src/adapters/embedded/snapshot-files.ts'
import { verify } from '../../../src/recovery/verification.ts'
import { temporaryDirectory } from '../../contracts/temporary-directory.ts'
import { canTrace } from '../power-loss/system-calls.ts'
import { randomOf } from '../random.ts'
import {
  CLI,
  type Ended,
  launchProcess,
  PATIENCE_MS,
  type RunningExchange,
  whenListening,
} from '../running-exchange.ts'
import { type FaultPoint, failing, faultPoints, tracing } from './fault-points.ts'
import { badEnd, brokenPromises, type Day, newDay, trade } from './short-day.ts'

const WANTED = process.env.SYSTEM_CALL_FAULTS ?? '15'
const SEED = Number(process.env.SYSTEM_CALL_SEED ?? Math.floor(Math.random() * 2 ** 31))
const ONLY = new RegExp(process.env.SYSTEM_CALL_ONLY ?? '')
const LOG = process.env.SYSTEM_CALL_LOG
/** Runs at the same time. */
const LANES = Number(process.env.SYSTEM_CALL_LANES ?? 2)
/** One thread of the pool, so that each call of it has the same number in every run. */
const ENV = { UV_THREADPOOL_SIZE: '1' }
/** The names of kept ends contain the time, so no later run repeats them. */
const OTHER_NAMES = /\.torn$/

/** A point, and the directory on which the day begins. */
interface Case {
  readonly point: FaultPoint
  readonly first: string | undefined
  /** The orders of the directory. */
  readonly before: Day
}

interface Found {
  /** Whether the call was made, so that it failed. */
  readonly reached: boolean
  readonly wrong: readonly string[]
  /** How the process ended. */
  readonly how: string
}

const nameOf = ({ point: { call, path, number, error, lasting, byLake }, first }: Case): string =>
  `${call} ${number}${lasting ? ' and later' : ''} of ${path || 'the directory'}${byLake ? ' by the lake' : ''}: ${error}, ${first ? 'an old' : 'a new'} directory`

test(`no acknowledged order is lost by a failing call (${WANTED} points, seed ${SEED})`, {
  timeout: 3 * 60 * 60_000,
}, async (context) => {
  if (!canTrace()) return context.skip('needs strace and the right to trace')
  const before = newDay()
  const old = await oldDirectory(before)
  const all: Case[] = [
    ...(await pointsOf(undefined)).map((point) => ({ point, first: undefined, before: newDay() })),
    ...(await pointsOf(old)).map((point) => ({ point, first: old, before })),
  ].filter((one) => ONLY.test(nameOf(one)))
  expect(all.length).toBeGreaterThan(0)
  const known = tried()
  const cases = chosen(all).filter((one) => !known.has(nameOf(one)))
  const count = cases.length + known.size
  const wrong = [...known].flatMap(([name, found]) => found.wrong.map((each) => `${name}: ${each}`))
  let reached = [...known.values()].filter((found) => found.reached).length
  const lane = async () => {
    for (let next = cases.pop(); next !== undefined; next = cases.pop()) {
      const startedMs = performance.now()
      const found = await runWith(next)
      const seconds = Math.round((performance.now() - startedMs) / 100) / 10
      if (found.reached) reached++
      for (const each of found.wrong) wrong.push(`${nameOf(next)}: ${each}`)
      if (LOG !== undefined) appendFileSync(LOG, `${JSON.stringify({ point: nameOf(next), seconds, ...found })}\n`)
    }
  }
  await Promise.all(Array.from({ length: LANES }, lane))
  expect(wrong).toEqual([])
  // A slow machine stores the same records in fewer transactions, so the last points are not always reached.
  expect(reached).toBeGreaterThan(count / 2)
})

/** What the log has of earlier runs, by the names of the points. */
function tried(): Map<string, Found> {
  const lines = LOG === undefined || !existsSync(LOG) ? [] : readFileSync(LOG, 'utf8').split('\n').slice(0, -1)
  return new Map(lines.map((line) => JSON.parse(line)).map((found) => [found.point, found]))
}

function chosen(all: readonly Case[]): Case[] {
  if (WANTED === 'all') return [...all]
  const random = randomOf(SEED)
  const left = [...all]
  return Array.from(
    { length: Math.min(Number(WANTED), all.length) },
    () => left.splice(random.below(left.length), 1)[0],
  )
}

/** Starts it without a fault. */
function start(data: string, options: readonly string[]): Promise<RunningExchange> {
  const words = ['start', '--port', '0', '--data', data, '--read-limit', '1000000', ...options]
  return whenListening(launchProcess(process.execPath, [CLI, ...words], {}))
}

/** A directory with a snapshot and a torn end, as after a stop, a kill and a power cut. */
async function oldDirectory(day: Day): Promise<string> {
  const data = join(temporaryDirectory(), 'data')
  for (const [name, signal] of [
    ['one', 'SIGTERM'],
    ['two', 'SIGKILL'],
  ] as const) {
    const exchange = await start(data, [])
    await trade(exchange.url, name, day)
    await exchange.stop(signal)
  }
  const segments = readdirSync(join(data, 'log')).filter((name) => name.endsWith('.log'))
  expect(segments).toHaveLength(1)
  const [segment] = segments.map((name) => join(data, 'log', name))
  const bytes = readFileSync(segment)
  truncateSync(segment, withoutZeros(bytes).length)
  appendFileSync(segment, bytes.subarray(0, 40))
  return data
}

/** Without the zeros that were written ahead of frames. */
function withoutZeros(bytes: Buffer): Buffer {
  let end = bytes.length
  while (bytes[end - 1] === 0) end--
  return bytes.subarray(0, end)
}

/** A directory for one run. */
function directoryFor(home: string, first: string | undefined): string {
  const data = join(home, 'data')
  if (first !== undefined) cpSync(first, data, { recursive: true })
  return data
}

async function pointsOf(first: string | undefined): Promise<FaultPoint[]> {
  const home = temporaryDirectory()
  const data = directoryFor(home, first)
  const traces = join(home, 'traces')
  mkdirSync(traces)
  await dayUnder(tracing(join(traces, 'trace')), data, newDay(), [])
  return faultPoints(traces, data, OTHER_NAMES)
}

/** Starts the exchange under `strace`, trades, and stops it. */
async function dayUnder(words: readonly string[], data: string, day: Day, more: readonly string[]): Promise<Ended> {
  const command = [process.execPath, CLI, 'start', '--port', '0', '--data', data, '--log-level', 'info']
  const running = launchProcess('strace', [...words, ...command, ...more], ENV)
  let exchange: RunningExchange
  try {
    exchange = await whenListening(running)
  } catch {
    const { exitCode, signalCode } = running.process
    if (exitCode === null && signalCode === null) day.wrong.push('it neither started nor ended')
    running.process.kill('SIGKILL')
    return running.ended
  }
  await trade(exchange.url, 'day', day).catch((cause) => day.wrong.push(cause.message))
  const late = setTimeout(() => {
    day.wrong.push('it did not end')
    exchange.process.kill('SIGKILL')
  }, PATIENCE_MS)
  const ended = await exchange.stop('SIGTERM')
  clearTimeout(late)
  return ended
}

async function runWith({ point, first, before }: Case): Promise<Found> {
  const home = mkdtempSync(join(tmpdir(), 'exchange-fault-'))
  const data = directoryFor(home, first)
  const trace = join(home, 'trace')
  const day = newDay()
  const options = point.byLake ? [] : ['--lake', 'off']
  const ended = await dayUnder(failing(point, data, trace), data, day, options)
  const wrong = [...day.wrong, ...badEnd(ended, point.path)]
  const reached = readFileSync(trace, 'latin1').includes('INJECTED')
  const how = `${ended.code} ${ended.stderr
    .split('\n')
    .filter((line) => !line.includes('"level":30'))
    .join('\n')}`
  try {
    const next = await start(data, options)
    for (const one of [before, day]) wrong.push(...(await brokenPromises(next.url, one)))
    const stopped = await next.stop('SIGTERM')
    if (stopped.code !== 0) wrong.push(`the next exchange stopped with ${stopped.code}: ${stopped.stderr}`)
    wrong.push(...(await differencesIn(data)))
  } catch (cause) {
    wrong.push(`the next start: ${(cause as Error).message}`)
  }
  rmSync(home, { recursive: true })
  return { reached, wrong, how }
}

/** What `bidding-exchange verify` would find. A process for it would take as long as the rest. */
async function differencesIn(data: string): Promise<readonly string[]> {
  const directory = readDataDirectory(data)
  const stream = new OrderLog({ directory: directory.log, nowMs: () => 0, onRecord: () => {}, onFailed: () => {} })
  const store = new RecordStore(directory.records, 'untouched')
  try {
    return (await verify(stream, store, new SnapshotFiles(directory.snapshots))).differences
  } finally {
    await store.close()
    directory.release()
  }
}
