/** Each thing that can be wrong with Redis has its own name, made by a real server. */

import type { Redis } from 'ioredis'
import { afterEach, describe, expect, test } from 'vitest'
import { RedisBookCache } from '../../src/adapters/aws/redis-book-cache.ts'
import { isRefusal } from '../../src/protocol/service-fault.ts'
import { positionOf, record, viewAt } from '../contracts/book-cache.contract.ts'
import { freePorts } from './free-ports.ts'
import { hasRedis, type RedisServer, startRedis } from './redis-server.ts'

const open: RedisServer[] = []
afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.stop()))
})

async function started(settings?: Record<string, string | number>): Promise<RedisServer> {
  const server = await startRedis(settings)
  open.push(server)
  return server
}

const commit = (redis: Redis) =>
  new RedisBookCache(redis).commit('BTCUSD', undefined, { records: [record(1)], view: viewAt(1) }, 1)

const faultOf = (work: Promise<unknown>) =>
  work.then(
    () => 'none',
    ({ fault }) => fault,
  )

describe.runIf(hasRedis)('the name of a fault of Redis', () => {
  test('full: nothing is written, reading works, and room ends it', async () => {
    const server = await started()
    const redis = server.connect()
    const cache = new RedisBookCache(redis)
    const first = await commit(redis)
    await redis.config('SET', 'maxmemory', 1)
    const delta = { records: [record(2)], view: viewAt(2) }
    expect(await faultOf(cache.commit('BTCUSD', first, delta, 1))).toBe('cache_full')
    expect(await cache.load('BTCUSD')).toMatchObject({ cacheVersion: first })
    await redis.config('SET', 'maxmemory', 0)
    expect(await cache.commit('BTCUSD', first, delta, 1)).toMatchObject({ position: positionOf(2) })
  })

  test('wrong token, no token', async () => {
    const server = await started()
    await server.connect().config('SET', 'requirepass', 'right')
    const refused = server.connect({ password: 'wrong', maxRetriesPerRequest: 1 })
    expect(await faultOf(commit(refused))).toBe('cache_token_refused')
    // The second command finds no connection. It has the reason too.
    expect(await faultOf(commit(refused))).toBe('cache_token_refused')
    expect(await faultOf(commit(server.connect({ maxRetriesPerRequest: 1 })))).toBe('cache_token_refused')
  })

  test('a user without a permission', async () => {
    const server = await started()
    await server.connect().acl('SETUSER', 'reader', 'on', '>word', '~*', '+@read', '+info', '+select', '+client')
    const reader = server.connect({ username: 'reader', password: 'word' })
    expect(await faultOf(commit(reader))).toBe('cache_not_permitted')
  })

  test('a replica', async () => {
    const redis = (await started()).connect()
    await redis.replicaof('127.0.0.1', 1)
    expect(await faultOf(commit(redis))).toBe('cache_read_only')
  })

  test('no answer in time, which may have been a commit', async () => {
    const server = await started()
    const redis = server.connect({ commandTimeout: 100 })
    await redis.ping()
    await server.connect().call('CLIENT', 'PAUSE', '2000')
    expect(await faultOf(commit(redis))).toBe('cache_timeout')
    expect(isRefusal('cache_timeout')).toBe(false)
  })

  test('no server', async () => {
    const server = await started()
    const redis = server.connect({ maxRetriesPerRequest: 1 })
    await redis.ping()
    await Promise.all(open.splice(0).map((each) => each.stop()))
    expect(await faultOf(commit(server.connect({ maxRetriesPerRequest: 1 })))).toBe('cache_unreachable')
  })

  test('a key of another node of a cluster', async () => {
    const [portA, portB] = await freePorts(2)
    const settings = { bind: '127.0.0.1', 'cluster-enabled': 'yes', 'cluster-node-timeout': 5_000 }
    const a = (await started({ ...settings, port: portA })).connect()
    const b = (await started({ ...settings, port: portB })).connect()
    expect(await faultOf(commit(a))).toBe('cache_not_ready')
    await a.cluster('ADDSLOTSRANGE', 0, 8_191)
    await b.cluster('ADDSLOTSRANGE', 8_192, 16_383)
    await a.cluster('MEET', '127.0.0.1', portB)
    await expect.poll(() => a.cluster('INFO'), { timeout: 20_000 }).toContain('cluster_state:ok')
    await expect.poll(() => b.cluster('INFO'), { timeout: 20_000 }).toContain('cluster_state:ok')
    const faults = await Promise.all([a, b].map((redis) => faultOf(commit(redis))))
    expect(faults.sort()).toEqual(['cache_moved', 'none'])
  }, 60_000)
})
