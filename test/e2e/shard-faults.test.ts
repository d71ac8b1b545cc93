/**
 * The faults of the simulation with real processes and a real Redis. A matcher process is killed repeatedly, most
 * often between its commit in Redis and its publication. Sometimes an old process still runs beside the new one,
 * and Redis is emptied or loses a key under load. At the end the records, the trade stream and the book must equal those that
 * the naive exchange computes from the stream.
 */

import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { RedisBookCache } from '../../src/adapters/aws/redis-book-cache.ts'
import { hasRedis, type RedisServer, startRedis } from '../redis/redis-server.ts'
import { differences } from '../simulation/expected.ts'
import { CacheState } from '../simulation/memory-book-cache.ts'
import { PublishedState } from '../simulation/memory-publisher.ts'
import { positionOf, type StreamScript, writeScript } from '../simulation/stream-script.ts'
import { type Random, randomOf } from './random.ts'

const KILLS = 12
const PROCESS = join(import.meta.dirname, 'shard-process.mjs')

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))
const exit = (process: ChildProcess): Promise<unknown> =>
  process.exitCode !== null || process.signalCode !== null
    ? Promise.resolve()
    : new Promise((resolve) => process.once('exit', resolve))

/** The stored results, in the form that the simulation checks. */
async function leftBy(cache: RedisServer, lasting: RedisServer, symbols: Iterable<string>) {
  const redis = lasting.connect()
  const published = new PublishedState()
  for (const [key, text] of Object.entries(await redis.hgetall('orders'))) published.orders.set(key, JSON.parse(text))
  for (const [key, text] of Object.entries(await redis.hgetall('trades'))) published.trades.set(key, text)
  for (const [key, text] of Object.entries(await redis.hgetall('marks'))) published.marks.set(key, JSON.parse(text))
  const books = new CacheState()
  const cacheOnRedis = new RedisBookCache(cache.connect())
  for (const symbol of symbols) {
    const stream = await redis.lrange(`stream:${symbol}`, 0, -1)
    published.tradeStream.set(
      symbol,
      stream.map((text) => JSON.parse(text)),
    )
    const [book, view] = [await cacheOnRedis.load(symbol), await cacheOnRedis.view(symbol)]
    if (book !== undefined && !('lost' in book) && view !== undefined) books.books.set(symbol, { ...book, view })
  }
  return { books, published, letters: await redis.scard('letters') }
}

async function writeRecords(script: StreamScript, file: string): Promise<void> {
  const records = script.shards.flatMap((shard) => shard.records).sort((a, b) => (a.position < b.position ? -1 : 1))
  const rows = records.map((record) => ({ ...record, bytes: Buffer.from(record.bytes).toString('base64') }))
  await writeFile(file, JSON.stringify({ records: rows }))
}

async function loseOneKey(cache: RedisServer, random: Random): Promise<void> {
  const redis = cache.connect()
  const keys = (await redis.keys('*')).sort()
  if (keys.length > 0) await redis.del(random.pick(keys))
}

describe.runIf(hasRedis)('a matcher on a real Redis', () => {
  for (const seed of [1, 2]) {
    test(`loses and repeats nothing after ${KILLS} kills, an emptied Redis and lost keys (seed ${seed})`, async () => {
      const random = randomOf(seed)
      const script = writeScript(random, positionOf, 250)
      const folder = await mkdtemp(join(tmpdir(), 'exchange-shard-'))
      const file = join(folder, 'records.json')
      const [cache, lasting] = await Promise.all([startRedis(), startRedis()])
      try {
        await writeRecords(script, file)
        const start = () => spawn('node', [PROCESS, cache.socket, lasting.socket, file], { stdio: 'inherit' })
        let old: ChildProcess | undefined
        for (let kill = 0; kill < KILLS; kill++) {
          const process = start()
          await sleep(150 + random.below(150))
          if (kill % 3 === 2) await cache.connect().flushall()
          if (kill % 3 === 1) await loseOneKey(cache, random)
          // Every second time the process keeps running for a while beside the next one, and may finish its work.
          if (kill % 2 === 0) process.kill('SIGKILL')
          old?.kill('SIGKILL')
          old = process
        }
        old?.kill('SIGKILL')
        await exit(start())
        const { books, published, letters } = await leftBy(cache, lasting, script.instruments.keys())
        expect(await differences(script, books, published)).toEqual([])
        expect(letters).toBe(script.deadLetters)
      } finally {
        await Promise.all([cache.stop(), lasting.stop()])
        await rm(folder, { recursive: true, force: true })
      }
    })
  }
})
