/** Runs the command: its output, its service, and that no process or file is left after it. */

import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { bundled } from '../../test/once-in-run.ts'
import { hasRedis } from './aws-local/redis-server.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const program = join(root, 'dist/entrypoints/aws-local.js')
const ORDER = { orderId: 'test-001', symbol: 'BTCUSD', side: 'BUY', quantity: 1.5, price: 50000.0 }

function run(...argv: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--no-warnings', program, ...argv], {
    encoding: 'utf8',
  })
  return { status, stdout, stderr }
}

test('--help lists every option', () => {
  const { status, stdout } = run('--help')
  expect(status).toBe(0)
  for (const flag of [
    '--port',
    '--no-market-data',
    '--heartbeat',
    '--kinesis-limits',
    '--lake',
    '--logs',
    '--bundles',
    '--json',
    '--help',
  ])
    expect(stdout).toContain(flag)
})

test('an unknown option is wrong usage', () => {
  expect(run('--nonsense')).toMatchObject({ status: 2, stdout: '' })
  expect(run('--port', 'x').stderr).toContain('--port takes a whole number')
})

test('without redis-server the message says what to install', () => {
  const { status, stderr } = spawnSync(process.execPath, ['--no-warnings', program, '--port', '0'], {
    encoding: 'utf8',
    env: { PATH: '/nowhere' },
  })
  expect(status).toBe(1)
  expect(stderr).toContain('redis-server is not installed')
})

describe.skipIf(!hasRedis())('running', () => {
  let child: ChildProcess
  let endpoints: Record<string, string>

  beforeAll(async () => {
    child = spawn(process.execPath, ['--no-warnings', program, '--port', '0', '--json', '--bundles', bundled()])
    const line = await new Promise<string>((resolve, reject) => {
      let text = ''
      child.stdout?.on('data', (chunk) => {
        text += chunk
        if (text.includes('\n')) resolve(text.split('\n')[0])
      })
      child.once('exit', () => reject(new Error(`it ended: ${text}`)))
    })
    endpoints = JSON.parse(line)
  })
  afterAll(() => void child?.kill('SIGKILL'))

  test('prints one line of JSON with every endpoint, serves, and leaves nothing after its stop', async () => {
    expect(Object.keys(endpoints)).toEqual(['url', 'socket', 'kinesis', 'dynamodb', 's3', 'redis', 'secrets'])
    const answer = await fetch(`${endpoints.url}/orders`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Prefer: 'wait=10' },
      body: JSON.stringify(ORDER),
    })
    expect(await answer.json()).toMatchObject({ orderId: 'test-001', status: 'NEW' })
    const socket = new WebSocket(endpoints.socket)
    const told = new Promise((resolve, reject) => {
      socket.on('error', reject)
      socket.on('open', () => socket.send(JSON.stringify({ id: 1, op: 'ping' })))
      socket.on('message', (text) => resolve(JSON.parse(String(text))))
    })
    expect(await told).toMatchObject({ type: 'result', id: 1, op: 'ping' })
    const ended = new Promise((resolve) => child.once('exit', resolve))
    child.kill('SIGTERM')
    expect(await ended).toBe(0)
    for (const url of Object.values(endpoints)) {
      await expect(fetch(url.replace(/^redis:\/\/.*@|^ws:\/\//, 'http://'))).rejects.toThrow()
    }
  })
})
