import { spawnSync } from 'node:child_process'
import { afterEach, expect, test } from 'vitest'
import { hasRedis, type RunningRedis, startRedis } from './redis-server.ts'

const hasClient = hasRedis() && spawnSync('redis-cli', ['--version']).status === 0

let server: RunningRedis | undefined
afterEach(() => server?.close())

test.skipIf(!hasClient)('redis-cli accepts the printed URL', async () => {
  server = await startRedis('word')
  const { stdout } = spawnSync('redis-cli', ['-u', server.url, 'ping'], { encoding: 'utf8' })
  expect(stdout).toBe('PONG\n')
})
