/** Starts a Redis on loopback, on a free port, without disk. It ends when its parent ends. */

import { spawn, spawnSync } from 'node:child_process'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'

export interface RunningRedis {
  readonly url: string
  readonly port: number
  close(): Promise<void>
}

/** Redis cannot run here. The message says what to do. */
export class RedisMissing extends Error {
  override readonly name = 'RedisMissing'
}

export const hasRedis = (): boolean => spawnSync('redis-server', ['--version']).status === 0

/** Time within which a Redis without data answers on any machine. */
const START_MS = 10_000
/** Another program may take a free port before Redis opens it. */
const PORT_TRIES = 5

/** With `password`, every client must send it. */
export async function startRedis(password?: string): Promise<RunningRedis> {
  if (!hasRedis()) {
    throw new RedisMissing('redis-server is not installed: apt-get install redis-server, or brew install redis')
  }
  for (let tries = 1; ; tries++) {
    const started = await tryStart(await freePort(), password)
    if (started !== undefined) return started
    if (tries === PORT_TRIES) throw new Error('redis-server did not start')
  }
}

async function tryStart(port: number, password: string | undefined): Promise<RunningRedis | undefined> {
  const arguments_ = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no']
  if (password !== undefined) arguments_.push('--requirepass', password)
  const child = spawn('redis-server', arguments_, { stdio: ['ignore', 'pipe', 'ignore'] })
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  // Redis ends whenever the parent exits by itself.
  const kill = () => child.kill('SIGKILL')
  process.once('exit', kill)
  const ready = await Promise.race([
    new Promise<boolean>((resolve) => {
      let text = ''
      child.stdout.on('data', (chunk: Buffer) => {
        text = (text + chunk.toString('utf8')).slice(-4_096)
        if (text.includes('Ready to accept connections')) resolve(true)
      })
    }),
    ended.then(() => false),
    new Promise<boolean>((resolve) => setTimeout(() => resolve(false), START_MS).unref()),
  ])
  const close = async () => {
    process.removeListener('exit', kill)
    child.kill('SIGKILL')
    await ended
  }
  // redis-cli does not accept a URL with a password and without a user.
  const user = password === undefined ? '' : `default:${password}@`
  const url = `redis://${user}127.0.0.1:${port}`
  if (ready) return { url, port, close }
  await close()
  return undefined
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo
      server.close(() => resolve(port))
    })
  })
}
