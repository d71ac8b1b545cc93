/**
 * Sandboxes take turns at a shard. A turn of a sandbox whose book is some records behind costs what the records of the
 * others cost, whatever the size of the book. Redis counts what was read, so that the speed of the machine does not
 * matter.
 */

import type { Redis } from 'ioredis'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { RedisBookCache } from '../../src/adapters/aws/redis-book-cache.ts'
import { place, ShardWorld } from '../simulation/shard-world.ts'
import { hasRedis, type RedisServer, startRedis } from './redis-server.ts'

const OPEN_ORDERS = 100_000
const ORDERS_PER_RECORD = 2_000
const ORDERS_PER_TURN = 20
const SANDBOXES = 3
const TURNS = 30

describe.runIf(hasRedis)(`sandboxes in turns at a book of ${OPEN_ORDERS} open orders`, () => {
  let server: RedisServer
  let redis: Redis
  const world = new ShardWorld()

  beforeAll(async () => {
    server = await startRedis()
    redis = server.connect()
    const matcher = start()
    for (let i = 0; i < OPEN_ORDERS; i += ORDERS_PER_RECORD) await turn(matcher, ORDERS_PER_RECORD)
  }, 60_000)
  afterAll(() => server.stop())

  const start = () => world.start({ cache: new RedisBookCache(redis) })

  let ids = 0
  async function turn(matcher: ReturnType<typeof start>, orders: number): Promise<void> {
    const lines = Array.from({ length: orders }, () =>
      place(`o${++ids}`, { price: (100 + (ids % 5_000) / 100).toFixed(2) }),
    )
    expect((await matcher.processBatch([world.append(lines)])).failures).toEqual([])
  }

  /** Bytes that Redis has sent, and the commands that read lists. */
  async function reads() {
    const sent = /total_net_output_bytes:(\d+)/.exec(await redis.info('stats'))?.[1]
    const calls = /cmdstat_lrange:calls=(\d+)/.exec(await redis.info('commandstats'))?.[1]
    return { bytes: Number(sent), calls: Number(calls ?? 0) }
  }

  test('a turn reads the records of the other sandboxes and nothing else', async () => {
    const matchers = Array.from({ length: SANDBOXES }, start)
    // Each loads the book once.
    for (const matcher of matchers) await turn(matcher, ORDERS_PER_TURN)
    const first = await reads()
    expect(first.bytes).toBeGreaterThan(OPEN_ORDERS * 50)
    const { rebuilds, staleCommits } = world.counts
    for (let i = 0; i < TURNS; i++) await turn(matchers[i % SANDBOXES], ORDERS_PER_TURN)
    const { bytes, calls } = await reads()
    const recordBytes = world.records[world.records.length - 1].bytes.length
    // The answers to INFO and the heads take some bytes too.
    expect((bytes - first.bytes) / TURNS).toBeLessThan(recordBytes * (SANDBOXES - 1) + 2_000)
    expect(calls - first.calls).toBe(TURNS)
    expect(world.counts.catchUps).toBe(TURNS)
    expect([world.counts.rebuilds, world.counts.staleCommits]).toEqual([rebuilds, staleCommits])
    expect(world.published.orders.size).toBe(OPEN_ORDERS + (SANDBOXES + TURNS) * ORDERS_PER_TURN)
  }, 60_000)
})
