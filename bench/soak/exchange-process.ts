/** The real exchange of one row: its own data directory, its own port that stays the same, keys for two accounts. */

import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const CLI = fileURLToPath(new URL('../../../dist/entrypoints/cli.js', import.meta.url))
const MEMORY_SAMPLE_MS = 100
const START_MS_MAX = 60_000
const STOP_MS_MAX = 60_000

export const HONEST_KEY = 'honest'
export const HOSTILE_KEY = 'hostile'
export const headersOf = (key: string) => ({ Authorization: `Bearer ${key}` })

export class ExchangeProcess {
  readonly home = mkdtempSync(join(tmpdir(), 'exchange-soak-'))
  url = ''
  /** The largest resident memory so far. */
  memoryMaxMb = 0
  private readonly data = join(this.home, 'data')
  private readonly keys = join(this.home, 'keys.json')
  private child: ChildProcess | undefined
  private errors = ''
  private readonly sampling = setInterval(() => this.sample(), MEMORY_SAMPLE_MS)

  constructor() {
    const rows = [HONEST_KEY, HOSTILE_KEY].map((key) => ({
      account: key,
      keySha256: createHash('sha256').update(key).digest('hex'),
    }))
    writeFileSync(this.keys, JSON.stringify(rows), { mode: 0o600 })
  }

  /** Resolves with the time in milliseconds when it listens. */
  async start(): Promise<number> {
    const startedMs = performance.now()
    const port = this.url === '' ? '0' : new URL(this.url).port
    const words = ['start', '--port', port, '--data', this.data, '--api-keys', this.keys]
    const child = spawn(process.execPath, [CLI, ...words, '--log-level', 'warn'], { stdio: ['ignore', 'pipe', 'pipe'] })
    this.child = child
    let output = ''
    child.stderr.on('data', (chunk) => (this.errors = `${this.errors}${chunk}`.slice(-10_000)))
    this.url = await new Promise<string>((resolve, reject) => {
      const late = setTimeout(() => reject(new Error(`it does not listen: ${this.errors}`)), START_MS_MAX)
      child.once('exit', (code) => reject(new Error(`it ended with ${code}: ${this.errors}`)))
      child.stdout.on('data', (chunk) => {
        output += chunk
        const found = /API +(http:\/\/\S+)\/orders/.exec(output)
        if (found === null) return
        clearTimeout(late)
        resolve(found[1])
      })
    })
    return performance.now() - startedMs
  }

  get pid(): number | undefined {
    return this.child?.pid
  }

  /** The longest turn of the edge thread's event loop since the last call, in milliseconds, from `/metrics`. */
  async edgeTurnMaxMs(): Promise<number> {
    const text = await (await fetch(`${this.url}/metrics`)).text()
    return 1_000 * Number(/^exchange_event_loop_delay_max_seconds\{thread="edge"\} (\S+)/m.exec(text)?.[1])
  }

  kill(): Promise<void> {
    return this.end('SIGKILL')
  }

  /** Stops it in order. Throws if it does not end with code 0. */
  async stop(): Promise<void> {
    const { child } = this
    await this.end('SIGTERM')
    if (child?.exitCode !== 0)
      throw new Error(`it stopped with ${child?.exitCode ?? child?.signalCode}: ${this.errors}`)
  }

  /** What `bidding-exchange verify` finds; empty if all agrees. */
  verify(): Promise<string[]> {
    return new Promise((resolve) => {
      const words = [CLI, 'verify', '--data', this.data, '--json']
      execFile(process.execPath, words, { maxBuffer: 2 ** 26 }, (_, stdout, stderr) => {
        if (stdout === '') return resolve([`verify: ${stderr.trim()}`])
        const { agrees, differences } = JSON.parse(stdout) as { agrees: boolean; differences: string[] }
        resolve(agrees ? [] : differences)
      })
    })
  }

  async remove(): Promise<void> {
    clearInterval(this.sampling)
    await this.end('SIGKILL')
    rmSync(this.home, { recursive: true, force: true })
  }

  private async end(signal: NodeJS.Signals): Promise<void> {
    const { child } = this
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
    const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
    child.kill(signal)
    const late = setTimeout(() => child.kill('SIGKILL'), STOP_MS_MAX)
    await ended
    clearTimeout(late)
  }

  /** Linux has the memory of a process in a file; elsewhere `ps` says it. */
  private sample(): void {
    const pid = this.child?.pid
    if (pid === undefined || this.child?.exitCode !== null) return
    const note = (kilobytes: number) => {
      this.memoryMaxMb = Math.max(this.memoryMaxMb, kilobytes / 1024 || 0)
    }
    if (process.platform !== 'linux') {
      execFile('ps', ['-o', 'rss=', '-p', String(pid)], (_, stdout) => note(Number(stdout)))
      return
    }
    try {
      note(Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]))
    } catch {
      // It has just ended.
    }
  }
}
