/**
 * A full Redis refuses commits. The matcher then replaces the records of the book by a base, which makes room without
 * room of its own, and continues. If that is not enough, matching waits, and continues when there is room.
 */

import type { Redis } from 'ioredis'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { RedisBookCache } from '../../src/adapters/aws/redis-book-cache.ts'
import { place, ShardWorld } from '../simulation/shard-world.ts'
import { hasRedis, type RedisServer, startRedis } from './redis-server.ts'

/** Placed and canceled at once, so that the records grow and the book does not. */
const pairs = (from: number, count: number) =>
  Array.from({ length: count }, (_, i) => [
    place(`o${from + i}`),
    { kind: 'CancelOrder', symbol: 'BTCUSD', account: 'ann', orderId: `o${from + i}` },
  ]).flat()

describe.runIf(hasRedis)('a full Redis', () => {
  let server: RedisServer
  let redis: Redis
  let world: ShardWorld

  beforeAll(async () => {
    server = await startRedis()
    redis = server.connect()
  })
  afterAll(() => server.stop())
  beforeEach(async () => {
    await redis.config('SET', 'maxmemory', 0)
    await redis.flushall()
    world = new ShardWorld()
  })

  const usedBytes = async () => Number(/used_memory:(\d+)/.exec(await redis.info('memory'))?.[1])
  const start = () => world.start({ cache: new RedisBookCache(redis) })

  test('gets room from a base, before one is due', async () => {
    const matcher = start()
    expect(await matcher.processBatch([world.append(pairs(0, 10))])).toMatchObject({ failures: [] })
    await redis.config('SET', 'maxmemory', (await usedBytes()) + 1_500_000)
    for (let from = 1_000; from < 9_000; from += 500) {
      expect((await matcher.processBatch([world.append(pairs(from, 500))])).failures).toEqual([])
    }
    expect(world.counts.commands).toBeLessThan(20_000)
    expect(world.counts.checkpoints).toBeGreaterThan(0)
    expect(world.counts).not.toMatchObject({ rebuilds: expect.any(Number) })
    expect(world.published.orders.size).toBe(8_010)
  })

  test('without room for anything stops the symbol by its name, until there is room', async () => {
    const matcher = start()
    await matcher.processBatch([world.append(pairs(0, 10))])
    await redis.config('SET', 'maxmemory', 1)
    const record = world.append(pairs(1_000, 2))
    const { firstFailure, failures } = await matcher.processBatch([record])
    expect(firstFailure).toBe(record.position)
    expect(failures).toMatchObject([{ symbol: 'BTCUSD', cause: { fault: 'cache_full', retryable: true } }])
    await redis.config('SET', 'maxmemory', 0)
    expect((await matcher.processBatch([record])).failures).toEqual([])
    expect(world.published.orders.size).toBe(12)
  })
})
