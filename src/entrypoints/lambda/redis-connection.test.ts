import { inspect } from 'node:util'
import type { Redis } from 'ioredis'
import { afterEach, describe, expect, test } from 'vitest'
import type { SecretToken } from '../../adapters/aws/secrets.ts'
import { hasRedis, type RunningRedis, startRedis } from '../aws-local/redis-server.ts'
import { connectRedis } from './redis-connection.ts'

let server: RunningRedis | undefined
let redis: Redis | undefined

afterEach(async () => {
  redis?.disconnect()
  await server?.close()
})

/** Returns `words` one after the other. */
function tokenOf(words: string[]) {
  const token = {
    reads: 0,
    current: async () => words[0],
    renewed: async () => words[Math.min(++token.reads, words.length - 1)],
  }
  return token as typeof token & SecretToken
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  for (let i = 0; i < 200; i++) {
    if (await holds().catch(() => false)) return
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
  throw new Error('the condition never held')
}

describe.skipIf(!hasRedis())('a connection to Redis', () => {
  test('reads the token again when it is refused, and continues', async () => {
    server = await startRedis('new')
    const token = tokenOf(['old token', 'new'])
    const logged: unknown[] = []
    redis = await connectRedis(`redis://127.0.0.1:${server.port}`, token, (...line) => logged.push(line))
    await until(async () => (await redis?.ping()) === 'PONG')
    expect(token.reads).toBeGreaterThan(0)
    // The log has the reason, and not the token.
    expect(inspect(logged, { depth: 10 })).toContain('WRONGPASS')
    expect(inspect(logged, { depth: 10 })).not.toContain('old token')
  })

  test('works through a rotation of the token', async () => {
    server = await startRedis('old')
    const token = tokenOf(['old', 'new'])
    redis = await connectRedis(`redis://127.0.0.1:${server.port}`, token, () => {})
    await until(async () => (await redis?.ping()) === 'PONG')
    await redis.config('SET', 'requirepass', 'new')
    await redis.client('KILL', 'TYPE', 'normal', 'SKIPME', 'no').catch(() => {})
    await until(async () => (await redis?.ping()) === 'PONG')
    expect(token.reads).toBeGreaterThan(0)
  })

  test('does not hang without a Redis', async () => {
    redis = await connectRedis('redis://127.0.0.1:1', undefined, () => {})
    const beganMs = Date.now()
    await expect(redis.ping()).rejects.toThrow()
    expect(Date.now() - beganMs).toBeLessThan(6_000)
  })
})
