/**
 * A book of which one key is gone counts as lost. The next process rebuilds it, and a process that has it in memory
 * notices at its next commit. Nothing of the lost book stays in Redis.
 */

import type { Redis } from 'ioredis'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { RedisBookCache } from '../../src/adapters/aws/redis-book-cache.ts'
import type { OperationalFailure } from '../../src/protocol/failure.ts'
import { place, ShardWorld } from '../simulation/shard-world.ts'
import { hasRedis, type RedisServer, startRedis } from './redis-server.ts'

describe.runIf(hasRedis)('a book of which Redis has lost the', () => {
  let server: RedisServer
  let redis: Redis
  let world: ShardWorld
  let reported: OperationalFailure[]

  beforeAll(async () => {
    server = await startRedis()
    redis = server.connect()
  })
  afterAll(() => server.stop())

  /** A book with a base and later records. */
  beforeEach(async () => {
    await redis.flushall()
    world = new ShardWorld()
    reported = []
    await deliver(start(), 'first')
    // A second record after a quarter of an hour of stream time makes a base.
    await deliver(start(), 'second', 16 * 60_000)
    await deliver(start(), 'third')
    expect((await redis.keys('*')).map((key) => key.split(':')[1]).sort()).toEqual(['base', 'head', 'records', 'view'])
  })

  const cache = () => new RedisBookCache(redis, (failure) => reported.push(failure))
  const start = () => world.start({ cache: cache() })

  async function deliver(matcher: ReturnType<typeof start>, id: string, afterMs = 0) {
    expect(await matcher.processBatch([world.append([place(id)], afterMs)])).toEqual({ failures: [] })
  }

  async function lose(part: string) {
    const [key] = await redis.keys(`*:${part}*`)
    await redis.del(key)
  }

  async function expectWhole() {
    const view = await cache().view('BTCUSD')
    expect(view?.bids).toMatchObject([{ quantity: world.published.orders.size * 10 }])
    const keys = await redis.keys('*')
    const versions = new Set(keys.map((key) => key.split(':')[2]).filter((version) => version !== undefined))
    expect([keys.length, versions.size]).toEqual([4, 1])
  }

  for (const part of ['head', 'base', 'records']) {
    test(`${part} is rebuilt by the next process`, async () => {
      await lose(part)
      await deliver(start(), 'fourth')
      expect(world.counts.rebuilds).toBe(1)
      await expectWhole()
      if (part !== 'head') expect(reported.map(({ fault }) => fault)).toContain('cache_lost')
    })

    test(`${part} is rebuilt by the process that has it in memory`, async () => {
      const warm = start()
      await deliver(warm, 'fourth')
      await lose(part)
      await deliver(warm, 'fifth')
      expect(world.counts.rebuilds).toBe(1)
      await expectWhole()
    })
  }

  test('view is not shown as an empty book, and the next commit writes it', async () => {
    await lose('view')
    await expect(cache().view('BTCUSD')).rejects.toMatchObject({ code: 'unavailable', fault: 'cache_lost' })
    await deliver(start(), 'fourth')
    await expectWhole()
  })
})
