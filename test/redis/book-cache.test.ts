/** The book cache in memory, which the simulation uses, and the book cache on Redis pass the same contract. */

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { RedisBookCache } from '../../src/adapters/aws/redis-book-cache.ts'
import { bookCacheContract, positionOf, record, viewAt } from '../contracts/book-cache.contract.ts'
import { CacheState, memoryBookCache } from '../simulation/memory-book-cache.ts'
import { hasRedis, type RedisServer, startRedis } from './redis-server.ts'

describe('in memory', () => {
  bookCacheContract(async () => {
    const state = new CacheState()
    return {
      cache: memoryBookCache(state),
      empty: async () => state.books.clear(),
    }
  })
})

describe.runIf(hasRedis)('on Redis', () => {
  let server: RedisServer
  beforeAll(async () => {
    server = await startRedis()
  })
  afterAll(() => server.stop())

  const open = async () => {
    const redis = server.connect()
    await redis.flushall()
    return { redis, cache: new RedisBookCache(redis), empty: async () => void (await redis.flushall()) }
  }

  bookCacheContract(open)

  test('no key of a book expires, and a new base removes the keys of the old one', async () => {
    const { redis, cache } = await open()
    const first = await cache.commit('BTCUSD', undefined, { records: [record(1)], view: viewAt(1) }, 1)
    const base = { position: positionOf(1), bytes: Buffer.from('base'), view: viewAt(1) }
    const based = await cache.rebase('BTCUSD', first, base, 1)
    await cache.commit('BTCUSD', based, { records: [record(2)], view: viewAt(2) }, 1)
    const keys = await redis.keys('*')
    expect(keys).toHaveLength(4)
    for (const key of keys) expect([key, await redis.ttl(key)]).toEqual([key, -1])
    expect(keys.every((key) => key.startsWith('{BTCUSD}:'))).toBe(true)
  })

  test('a base that was staged and never used expires', async () => {
    const { redis, cache } = await open()
    const base = { position: positionOf(1), bytes: Buffer.from('base'), view: viewAt(1) }
    const wrong = { position: positionOf(9), version: 'none' }
    expect(await cache.rebase('BTCUSD', wrong, base, 1)).toBeUndefined()
    const [staged, ...others] = await redis.keys('*')
    expect(others).toEqual([])
    expect(await redis.ttl(staged)).toBeGreaterThan(0)
  })

  test('a base that was lost while it was staged is not used', async () => {
    const { redis } = await open()
    const losing = new Proxy(redis, {
      get: (target, name) => {
        if (name === 'expire') return () => target.flushall()
        const value = Reflect.get(target, name)
        return typeof value === 'function' ? value.bind(target) : value
      },
    })
    const base = { position: positionOf(1), bytes: Buffer.from('base'), view: viewAt(1) }
    expect(await new RedisBookCache(losing).rebase('BTCUSD', undefined, base, 1)).toBeUndefined()
    expect(await redis.keys('*')).toEqual([])
  })

  test('a book without one of its chunks is not loaded', async () => {
    const { redis, cache } = await open()
    let cacheVersion = await cache.commit('BTCUSD', undefined, { records: [record(1)], view: viewAt(1) }, 1)
    for (const n of [2, 3, 4])
      cacheVersion = await cache.commit('BTCUSD', cacheVersion, { records: [record(n)], view: viewAt(n) }, 1)
    const [list] = await redis.keys('*:records:*')
    const removed = await redis.lindex(list, 1)
    await redis.lrem(list, 1, removed as string)
    await redis.rpush(list, (await redis.lindex(list, 2)) as string)
    await expect(cache.load('BTCUSD')).rejects.toMatchObject({ code: 'unavailable', retryable: true })
  })
})
