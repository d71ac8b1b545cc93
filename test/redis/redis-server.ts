/** A real Redis for tests: a process on a socket in a temporary folder. It stores nothing on disk and ends with the test. */

import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Redis, type RedisOptions } from 'ioredis'

export interface RedisServer {
  readonly socket: string
  connect(options?: RedisOptions): Redis
  stop(): Promise<void>
}

/** Whether redis-server is installed. */
export const hasRedis = ((): boolean => {
  try {
    execFileSync('redis-server', ['--version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
})()

/** `settings`: more options of the server. */
export async function startRedis(settings: Record<string, string | number> = {}): Promise<RedisServer> {
  const folder = await mkdtemp(join(tmpdir(), 'exchange-redis-'))
  const socket = join(folder, 'redis.sock')
  const options = { port: 0, unixsocket: socket, save: '', appendonly: 'no', dir: folder, ...settings }
  const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)])
  const server: ChildProcess = spawn('redis-server', args, { stdio: 'ignore' })
  const connections: Redis[] = []
  const connect = (options: RedisOptions = {}): Redis => {
    const redis = new Redis(socket, { retryStrategy: () => 20, maxRetriesPerRequest: 100, ...options })
    redis.on('error', () => {})
    connections.push(redis)
    return redis
  }
  await connect().ping()
  return {
    socket,
    connect,
    async stop() {
      for (const redis of connections) redis.disconnect()
      const ended = new Promise((resolve) => server.once('exit', resolve))
      server.kill('SIGKILL')
      await ended
      await rm(folder, { recursive: true, force: true })
    },
  }
}
