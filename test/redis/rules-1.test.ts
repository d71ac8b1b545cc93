/**
 * This program reads and writes the stored bytes of a symbol at rules 1 on AWS. Matching continues from the cache,
 * or from the snapshot in S3, exactly as from the stream alone. Bytes of a newer program are refused with their
 * version, and nothing is written. MAKE_FIXTURES=1 writes the fixture again.
 */

import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { crc32 } from 'node:zlib'
import type { Redis } from 'ioredis'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { RedisBookCache } from '../../src/adapters/aws/redis-book-cache.ts'
import { hashBook } from '../../src/engine/state-hash.ts'
import type { Command } from '../../src/protocol/command/commands.ts'
import { lots, ticks } from '../../src/protocol/units.ts'
import { RULES_NEWEST, RULES_OLDEST, UnknownVersion } from '../../src/protocol/versions.ts'
import { placeOrder } from '../contracts/sample-records.ts'
import {
  BASE_RECORD,
  type Files,
  matcherOf,
  recordOf,
  runSession,
  SYMBOL,
  type World,
  worldOf,
} from '../fixtures/make-rules-1-aws.ts'
import { loadedBook } from '../simulation/loaded-book.ts'
import { memoryPublisher, PublishedState } from '../simulation/memory-publisher.ts'
import { memoryShard } from '../simulation/memory-stream.ts'
import { hasRedis, type RedisServer, startRedis } from './redis-server.ts'

const FIXTURE = fileURLToPath(new URL('../fixtures/rules-1/aws', import.meta.url))
const LATER = 100
const NEWER = RULES_NEWEST + 1

/** Trades with open orders of the fixture, and amends and cancels others. */
const AFTERWARDS: readonly Command[] = [
  placeOrder('sweep', { side: 'SELL', price: ticks(4_998_000), quantity: lots(260_000_000), account: 'eve' }),
  { kind: 'AmendOrder', symbol: SYMBOL, account: 'bob', orderId: 'ask-2', quantity: lots(100_000_000) },
  { kind: 'CancelOrder', symbol: SYMBOL, account: 'demo', orderId: 'until-2100' },
  placeOrder('rests', { price: ticks(4_500_000), account: 'eve' }),
]

const filesOf = (folder: string): Files =>
  Object.fromEntries(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name))]))

describe.runIf(hasRedis)('a symbol at rules 1 on AWS', () => {
  let server: RedisServer
  let redis: Redis
  let files: Files

  beforeAll(async () => {
    server = await startRedis()
    redis = server.connect()
    if (process.env.MAKE_FIXTURES === '1') {
      await redis.flushall()
      mkdirSync(FIXTURE, { recursive: true })
      for (const [name, bytes] of Object.entries(await runSession(redis))) writeFileSync(join(FIXTURE, name), bytes)
    }
    files = filesOf(FIXTURE)
  })
  afterAll(() => server.stop())
  beforeEach(() => redis.flushall())

  /** Everything that the program writes. */
  async function written({ bucket, published }: World) {
    const keys = (await redis.keys('*')).sort()
    return {
      redis: await Promise.all(keys.map(async (key) => [key, await redis.dumpBuffer(key)])),
      bucket: [...bucket].map(([key, bytes]) => [key, bytes.toString('hex')]),
      published: structuredClone([[...published.orders], [...published.trades], [...published.marks]]),
    }
  }

  /** Delivers commands and returns the causes of failures. */
  async function deliver(world: World, number: number, commands: readonly Command[]): Promise<unknown[]> {
    const record = recordOf(number, commands)
    world.records.push(record)
    const { failures } = await matcherOf(world).processBatch([record])
    return failures.map(({ cause }) => cause)
  }

  /** The book of the next matcher, and the public book. */
  async function stateOf({ redis, published, records }: World) {
    const held = await loadedBook(SYMBOL, {
      cache: new RedisBookCache(redis),
      publisher: memoryPublisher(published),
      snapshots: () => ({ save: async () => {}, latest: async () => undefined }),
      stream: memoryShard(records.map((record) => ({ ...record, symbol: SYMBOL }))),
    })
    const replica = held?.replica
    return {
      book: replica && hashBook(replica.matcher.book),
      rules: replica?.version,
      view: replica?.view(),
      orders: [...published.orders].sort(),
      trades: [...published.trades].sort(),
      mark: published.marks.get(SYMBOL),
    }
  }

  /** The same records without cache and snapshot. */
  async function fromStreamAlone(records: World['records']) {
    await redis.flushall()
    const world = { redis, bucket: new Map(), published: new PublishedState(), records }
    const { failures } = await matcherOf(world).processBatch(records)
    expect(failures).toEqual([])
    return stateOf(world)
  }

  test('the fixture has open orders in the cache, the snapshot and the later records', async () => {
    const { mark, orders } = JSON.parse(files.published.toString())
    expect(orders.filter(({ status }: { status: string }) => /NEW|PARTIALLY/.test(status)).length).toBeGreaterThan(3)
    expect(JSON.parse(files['redis-head'].toString())).toMatchObject({ format: '1', position: mark.position })
    expect(Object.keys(files).filter((name) => name.startsWith('redis-records-')).length).toBeGreaterThan(1)
  })

  test('is written with the same bytes by this program', async () => {
    const made = await runSession(redis)
    expect(Object.keys(made).sort()).toEqual(Object.keys(files).sort())
    for (const [name, bytes] of Object.entries(made)) expect(bytes.equals(files[name]), name).toBe(true)
  })

  test.each(['cache', 'snapshot', 'stream'])('continues from the %s as from the stream alone', async (from) => {
    const world = await worldOf(files, redis)
    const session = [...world.records]
    if (from !== 'cache') await redis.flushall()
    if (from === 'stream') world.bucket.clear()
    // Without these records in the stream, only the cache or the snapshot can have them.
    if (from === 'cache') world.records.splice(0)
    if (from === 'snapshot') world.records.splice(0, BASE_RECORD)
    expect(await deliver(world, LATER, AFTERWARDS)).toEqual([])
    expect(await redis.hget(`{${SYMBOL}}:head`, 'format')).toBe(String(RULES_OLDEST))
    const state = await stateOf(world)
    expect(state.rules).toBe(RULES_OLDEST)
    expect(world.published.orders.get('eve/sweep')?.filled).toBeGreaterThan(0)
    expect(state).toEqual(await fromStreamAlone([...session, recordOf(LATER, AFTERWARDS)]))
  })

  test('adopts rules 2, and is written at version 2 from then on', async () => {
    const world = await worldOf(files, redis)
    expect(await deliver(world, LATER, [{ kind: 'AdoptRules', symbol: SYMBOL, rules: RULES_NEWEST }])).toEqual([])
    expect(await redis.hget(`{${SYMBOL}}:head`, 'format')).toBe(String(RULES_NEWEST))
    const tagged = placeOrder('tagged', { account: 'eve', tag: 'desk-7' })
    expect(await deliver(world, LATER + 1, [...AFTERWARDS, tagged])).toEqual([])
    const state = await stateOf(world)
    expect(state.rules).toBe(RULES_NEWEST)
    expect(state).toEqual(await fromStreamAlone(world.records))
  })

  describe('if a newer program wrote', () => {
    /** Delivers records that must be refused, and compares everything stored before and after. */
    async function refused(world: World): Promise<unknown[]> {
      const before = await written(world)
      const causes = await deliver(world, LATER, AFTERWARDS)
      expect(await written(world)).toEqual(before)
      return causes
    }

    test('the cached book is refused with its version, and nothing is written', async () => {
      const world = await worldOf(files, redis)
      await redis.hset(`{${SYMBOL}}:head`, 'format', NEWER)
      // The format of its records is not known.
      await redis.rpush(`{${SYMBOL}}:records:fixture`, 'another layout')
      const [cause] = await refused(world)
      expect(cause).toBeInstanceOf(UnknownVersion)
      expect(String(cause)).toContain(`the cached book of ${SYMBOL} has version ${NEWER}`)
    })

    test('the snapshot is refused with its version, and nothing is written', async () => {
      const world = await worldOf(files, redis)
      await redis.flushall()
      const [[key, object]] = [...world.bucket]
      const text = object.subarray(4).toString('latin1').replace('"version":1', `"version":${NEWER}`)
      const bytes = Buffer.from(text, 'latin1')
      const checksum = Buffer.alloc(4)
      checksum.writeUInt32LE(crc32(bytes))
      world.bucket.set(key, Buffer.concat([checksum, bytes]))
      const [cause] = await refused(world)
      expect(cause).toBeInstanceOf(UnknownVersion)
      expect(String(cause)).toContain(`has version ${NEWER}`)
    })

    test('a record of the stream is refused with the unknown name, and nothing is written', async () => {
      const world = await worldOf(files, redis)
      const record = {
        ...recordOf(LATER, []),
        bytes: Buffer.from(`{"kind":"AdoptRules","symbol":"BTCUSD","rules":${NEWER}}\n`),
      }
      world.records.push(record)
      const before = await written(world)
      const { failures, firstFailure } = await matcherOf(world).processBatch([record, recordOf(LATER + 1, AFTERWARDS)])
      expect(firstFailure).toBe(record.position)
      expect(failures.map(({ cause }) => cause)).toMatchObject([
        { name: 'UnknownCommand', what: 'rules', unknown: String(NEWER) },
      ])
      expect(await written(world)).toEqual(before)
    })
  })
})
