/** The two compared servers, each in its own process. */

import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export interface ServerProcess {
  readonly port: number
  readonly pid: number
  stop(): Promise<void>
}

export async function startBareServer(): Promise<ServerProcess> {
  const child = spawn(process.execPath, [fileURLToPath(new URL('./bare-server.js', import.meta.url))], {
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  })
  const port = Number(await line(child, /^(\d+)$/m))
  return { port, pid: child.pid as number, stop: () => end(child) }
}

/** The exchange as `npm start` runs it, on a new data directory; `more` are further options. */
export async function startExchange(more: readonly string[] = []): Promise<ServerProcess> {
  const data = mkdtempSync(join(tmpdir(), 'exchange-bench-'))
  const cli = fileURLToPath(new URL('../../../dist/entrypoints/cli.js', import.meta.url))
  const child = spawn(
    process.execPath,
    [
      cli,
      'start',
      '--port',
      '0',
      '--data',
      data,
      '--log-level',
      'error',
      '--account-open-orders',
      '100000000',
      ...more,
    ],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  )
  const port = Number(await line(child, /API +http:\/\/[^:]+:(\d+)/))
  const stop = async () => {
    await end(child)
    rmSync(data, { recursive: true, force: true })
  }
  return { port, pid: child.pid as number, stop }
}

function line(child: ChildProcess, pattern: RegExp): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = ''
    child.once('exit', (code) => reject(new Error(`ended with ${code}: ${text}`)))
    child.stdout?.on('data', (chunk) => {
      text += chunk
      const found = pattern.exec(text)
      if (found !== null) resolve(found[1])
    })
  })
}

function end(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    child.once('exit', () => resolve())
    child.kill('SIGTERM')
  })
}
