/**
 * The real process and its data directory, for tests. Each process and each temporary directory is removed at the
 * end of the test.
 */

import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll } from 'vitest'
import { removeDirectory } from '../contracts/temporary-directory.ts'

/** Number of commands at the start of a new exchange: its rules and three instruments. */
export const SEEDS = 4

export const ROOT = fileURLToPath(new URL('../..', import.meta.url))
/** The command line as it is compiled. */
export const COMPILED_CLI = join(ROOT, 'dist/entrypoints/cli.js')
/** The same program in a few files, which starts faster (bundled-program.ts). */
export const CLI = process.env.PROGRAM_OF_TEST_RUN ?? COMPILED_CLI

/** How long a step may take before the test fails: far longer than on a busy machine. */
export const PATIENCE_MS = 60_000

/** A directory that is removed when all tests of the file have ended. */
export function removeLater(): string {
  const path = mkdtempSync(join(tmpdir(), 'exchange-test-'))
  leftovers.push(path)
  return path
}

/** What is closed at the end of the test file. */
const leftovers: string[] = []
const running = new Set<ChildProcess>()
afterAll(() => {
  for (const child of running) child.kill('SIGKILL')
  for (const path of leftovers) removeDirectory(path)
})

export interface Ended {
  /** The exit code; null after a signal. */
  readonly code: number | null
  /** The signal that ended it. */
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

export interface Running {
  readonly process: ChildProcess
  readonly ended: Promise<Ended>
  readonly stdout: () => string
  readonly stderr: () => string
}

/** The environment without variables of the exchange that the machine may have set. */
const cleanEnvironment = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !/^(EXCHANGE|OTEL)_/.test(name)),
)

export function launch(words: readonly string[], env: Record<string, string> = {}, input?: string): Running {
  return launchProcess(process.execPath, [CLI, ...words], env, input)
}

export function launchProcess(
  file: string,
  words: readonly string[],
  env: Record<string, string> = {},
  input?: string,
): Running {
  const child = spawn(file, words, { cwd: ROOT, env: { ...cleanEnvironment, ...env } })
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', (chunk) => (stdout += chunk))
  child.stderr.on('data', (chunk) => (stderr += chunk))
  child.stdin.end(input)
  const ended = new Promise<Ended>((resolve) =>
    child.on('close', (code, signal) => resolve({ code, signal, stdout, stderr })),
  )
  running.add(child)
  void ended.then(() => running.delete(child))
  return { process: child, ended, stdout: () => stdout, stderr: () => stderr }
}

/** Runs a command of bidding-exchange to its end. */
export const run = (words: readonly string[], env: Record<string, string> = {}, input?: string): Promise<Ended> =>
  launch(words, env, input).ended

export interface RunningExchange extends Running {
  readonly url: string
  /** Sends a signal and waits until the process has ended. */
  stop(signal: NodeJS.Signals): Promise<Ended>
}

/** Starts an exchange and waits until it listens. If it ends before, rejects with its standard error. */
export async function startExchange(
  dataPath: string,
  words: readonly string[] = [],
  env: Record<string, string> = {},
): Promise<RunningExchange> {
  // Audits read faster than a client may.
  return whenListening(launch(['start', '--port', '0', '--data', dataPath, '--read-limit', '1000000', ...words], env))
}

/** Waits for the banner. */
export async function whenListening(running: Running): Promise<RunningExchange> {
  const url = await eventually(async () => {
    if (running.process.exitCode !== null || running.process.signalCode !== null) {
      throw new Error(`it ended: ${(await running.ended).stderr}`)
    }
    return /API +(http:\/\/\S+)\/orders/.exec(running.stdout())?.[1]
  })
  const stop = (signal: NodeJS.Signals): Promise<Ended> => {
    running.process.kill(signal)
    return running.ended
  }
  return { ...running, url, stop }
}

/** Calls `ask` repeatedly until it returns a value. Throws after a timeout. */
export async function eventually<T>(ask: () => Promise<T | undefined>): Promise<T> {
  const giveUpAt = Date.now() + PATIENCE_MS
  for (;;) {
    const answer = await ask()
    if (answer !== undefined) return answer
    if (Date.now() > giveUpAt) throw new Error('it did not happen in time')
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

/** A line of the structured log by its message. */
export function logged(stderr: string, message: string): Record<string, unknown> | undefined {
  for (const line of stderr.split('\n')) {
    if (!line.startsWith('{')) continue
    const entry = JSON.parse(line) as Record<string, unknown>
    if (entry.msg === message) return entry
  }
  return undefined
}

export interface Verified {
  readonly agrees: boolean
  readonly differences: string[]
  readonly commands: number
  readonly orders: number
  readonly trades: number
  readonly openOrders: number
  readonly rules: number
  readonly stateHash: string
  readonly tornBytes: number
  readonly tornFiles: string[]
  readonly recoveredHash: string | null
}

/** `bidding-exchange verify --json`. */
export async function verify(dataPath: string): Promise<Verified> {
  const { stdout, stderr } = await run(['verify', '--data', dataPath, '--json'])
  if (stdout === '') throw new Error(`verify printed nothing: ${stderr}`)
  return JSON.parse(stdout) as Verified
}
