/** The book cache in memory, which the simulation uses, and the book cache on Redis pass the same contract. */

import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { RedisBookCache } from '../../src/adapters/aws/redis-book-cache.ts'
import type { CacheVersion } from '../../src/ports/book-cache.ts'
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

  test('a base that was staged and never put in place expires, and the next one deletes it', async () => {
    const { redis, cache } = await open()
    const base = { position: positionOf(1), bytes: Buffer.from('base'), view: viewAt(1) }
    const dying = new Proxy(redis, {
      get: (target, name) => {
        if (name === 'expire') return (key: string, seconds: number) => target.expire(key, seconds).then(dies)
        const value = Reflect.get(target, name)
        return typeof value === 'function' ? value.bind(target) : value
      },
    })
    const dies = () => {
      throw new Error('the process ended')
    }
    await expect(new RedisBookCache(dying).rebase('BTCUSD', undefined, base, 1)).rejects.toThrow('the process ended')
    const [staged, ...others] = await redis.keys('*:base:*')
    expect(others).toEqual([])
    expect(await redis.ttl(staged)).toBeGreaterThan(0)
    expect(await cache.load('BTCUSD')).toBeUndefined()
    await cache.rebase('BTCUSD', undefined, base, 1)
    expect(await redis.exists(staged)).toBe(0)
    expect(await redis.keys('*')).toHaveLength(3)
  })

  test('of two processes that replace a book, the one that began last succeeds', async () => {
    const { redis, cache } = await open()
    const base = { position: positionOf(1), bytes: Buffer.from('base'), view: viewAt(1) }
    let second: CacheVersion | undefined
    const slow = new Proxy(redis, {
      get: (target, name) => {
        if (name === 'rpush')
          return async (key: string, bytes: Buffer) => {
            second ??= await cache.rebase('BTCUSD', undefined, base, 1)
            return target.rpush(key, bytes)
          }
        const value = Reflect.get(target, name)
        return typeof value === 'function' ? value.bind(target) : value
      },
    })
    expect(await new RedisBookCache(slow).rebase('BTCUSD', undefined, base, 1)).toBeUndefined()
    expect(await cache.load('BTCUSD')).toMatchObject({ cacheVersion: second, base: Buffer.from('base') })
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

  test('a rebase needs no room beside the old book, and works while Redis is full', async () => {
    const { redis, cache } = await open()
    const bytes = randomBytes(6_000_000)
    const base = { position: positionOf(1), bytes, view: viewAt(1) }
    let cacheVersion = await cache.rebase('BTCUSD', undefined, base, 1)
    for (let n = 2; n <= 5; n++) {
      const delta = { records: [record(n, randomBytes(500_000))], view: viewAt(n) }
      cacheVersion = await cache.commit('BTCUSD', cacheVersion, delta, 1)
    }
    const used = Number(/used_memory:(\d+)/.exec(await redis.info('memory'))?.[1])
    await redis.config('SET', 'maxmemory', used - 1)
    const again = { position: positionOf(5), bytes, view: viewAt(5) }
    const based = await cache.rebase('BTCUSD', cacheVersion, again, 1)
    await redis.config('SET', 'maxmemory', 0)
    expect(based).toBeDefined()
    expect(await cache.load('BTCUSD')).toMatchObject({ cacheVersion: based, records: [] })
  })
})
