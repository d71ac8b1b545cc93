/**
 * `npm run bench -- redis`: commands per second from the stream to a book committed in a real Redis, compared with a
 * script that matches each order in Redis. Rounds are interleaved in one run, and medians are printed. From JSON: the
 * work of the matcher's function without the publication. From commands: the same without decoding.
 */

import { RedisBookCache } from '../src/adapters/aws/redis-book-cache.ts'
import type { CacheVersion } from '../src/ports/book-cache.ts'
import type { Mark } from '../src/ports/publisher.ts'
import type { ShardRecord } from '../src/ports/record-stream.ts'
import type { ReadRecord } from '../src/shard/record-lines.ts'
import { createShardMatcher } from '../src/shard/shard-matcher.ts'
import { SymbolReplica } from '../src/shard/symbol-replica.ts'
import { type RedisServer, startRedis } from '../test/redis/redis-server.ts'
import { LuaMatcher } from './redis/lua-matcher.ts'
import { countOf, RecordWriter, type RedisWorkload, workload } from './redis/streams.ts'

export interface RedisBenchOptions {
  readonly rounds: number
  /** Timed commands a round. */
  readonly commands: number
  readonly batches?: readonly number[]
  readonly symbols?: readonly number[]
  readonly books?: readonly RedisWorkload['book'][]
}

export interface RedisRow {
  readonly book: 'shallow' | 'deep'
  readonly symbols: number
  readonly batch: number
  readonly luaPerSecond: number
  readonly fromJsonPerSecond: number
  readonly fromCommandsPerSecond: number
  readonly fromJsonRatio: number
  readonly fromCommandsRatio: number
  /** Bytes that Redis receives and sends per command. */
  readonly redisBytesPerCommand: number
}

const BOOKS = ['shallow', 'deep'] as const
const BATCHES = [100, 1_000, 10_000]
const SYMBOLS = [1, 16]
const PREFILL_BATCH = 1_000_000
const DECODED_AT_ONCE = 50_000
const COMMITS_IN_FLIGHT = 4
const NO_ORDERS: ReadonlyMap<string, number> = new Map()
/** The books of a round are referenced until the next has its own, so that none starts cold (bench/engine/compare.ts). */
const held = new Map<string, unknown>()

export async function benchRedis(options: RedisBenchOptions): Promise<RedisRow[]> {
  const rows: RedisRow[] = []
  const server = await startRedis()
  try {
    for (const book of options.books ?? BOOKS) {
      for (const symbols of options.symbols ?? SYMBOLS) {
        const load = workload(book, symbols, options.commands)
        rows.push(...(await compare(server, load, options)))
      }
    }
  } finally {
    await server.stop()
  }
  return rows
}

async function compare(server: RedisServer, load: RedisWorkload, options: RedisBenchOptions): Promise<RedisRow[]> {
  const batches = options.batches ?? BATCHES
  const lua: number[] = []
  const json = new Map<number, number[]>(batches.map((batch) => [batch, []]))
  const commands = new Map<number, number[]>(batches.map((batch) => [batch, []]))
  const bytes = new Map<number, number>()
  for (let round = 0; round <= options.rounds; round++) {
    // Round 0 warms up.
    const keep = (list: number[] | undefined, speed: number) => round > 0 && list?.push(speed)
    keep(lua, await runLua(server, load))
    for (const batch of batches) {
      const result = await runMatcher(server, load, batch)
      keep(json.get(batch), result.perSecond)
      bytes.set(batch, result.bytesPerCommand)
      keep(commands.get(batch), await runReplicas(server, load, batch))
    }
  }
  return batches.map((batch) => {
    const [perSecond, fromJson, fromCommands] = [lua, json.get(batch), commands.get(batch)].map((list) =>
      median(list ?? []),
    )
    return {
      book: load.book,
      symbols: load.symbols,
      batch,
      luaPerSecond: perSecond,
      fromJsonPerSecond: fromJson,
      fromCommandsPerSecond: fromCommands,
      fromJsonRatio: round1(fromJson / perSecond),
      fromCommandsRatio: round1(fromCommands / perSecond),
      redisBytesPerCommand: bytes.get(batch) ?? 0,
    }
  })
}

async function runLua(server: RedisServer, { prefill, timed, instruments }: RedisWorkload): Promise<number> {
  const writer = new RecordWriter(instruments)
  const redis = server.connect()
  await redis.flushall()
  const matcher = new LuaMatcher(redis)
  await matcher.prepare()
  await matcher.run(writer.commands(prefill))
  const part = writer.commands(timed.slice(0, Math.ceil(timed.length / 4)))
  const perSecond = await timePerSecond(part.length, () => matcher.run(part))
  redis.disconnect()
  return perSecond
}

/** The production matcher of a shard, with a publisher in memory that takes no time. */
const unread = (): never => {
  throw new Error('the stream must not be read')
}

async function runMatcher(server: RedisServer, load: RedisWorkload, batch: number) {
  const redis = server.connect()
  await redis.flushall()
  const marks = new Map<string, Mark>()
  const matcher = createShardMatcher({
    cache: new RedisBookCache(redis),
    publisher: {
      mark: async (symbol) => marks.get(symbol),
      entered: async () => undefined,
      publish: async ({ symbol, mark }) => void marks.set(symbol, mark),
    },
    snapshots: () => ({ save: async () => {}, latest: async () => undefined }),
    stream: { read: unread, follow: unread, parentsOf: unread },
    deadLetters: {
      keep: async () => {
        throw new Error('there must be no dead letter')
      },
    },
  })
  held.set('matcher', matcher)
  const writer = new RecordWriter(load.instruments)
  const process = async (batches: ReturnType<RecordWriter['batches']>) => {
    for (const records of batches) {
      const { failures } = await matcher.processBatch(records)
      if (failures.length > 0) throw failures[0].cause
    }
  }
  await process(writer.batches(load.prefill, PREFILL_BATCH))
  const batches = writer.batches(load.timed, batch)
  const before = await traffic(server)
  const count = countOf(load.timed)
  const perSecond = await timePerSecond(count, () => process(batches))
  const bytesPerCommand = Math.round(((await traffic(server)) - before) / count)
  redis.disconnect()
  return { perSecond, bytesPerCommand }
}

/** Applies and commits commands that are already decoded. As many commits are in flight as pipelines of the script. */
async function runReplicas(server: RedisServer, load: RedisWorkload, batch: number): Promise<number> {
  const redis = server.connect()
  await redis.flushall()
  const cache = new RedisBookCache(redis)
  const books = new Map([...load.instruments.keys()].map((symbol) => [symbol, new PipelinedBook(symbol, cache)]))
  held.set('books', books)
  const writer = new RecordWriter(load.instruments)
  const decode = (batches: ReturnType<RecordWriter['batches']>) =>
    batches.map((records) =>
      [...new Set(records.map((record) => record.symbol))].map((symbol) => {
        const raw = records.filter((record) => record.symbol === symbol)
        return { book: books.get(symbol) as PipelinedBook, raw, reads: raw.map((record) => writer.read(record)) }
      }),
    )
  const process = async (batches: ReturnType<typeof decode>) => {
    const inFlight: Promise<unknown>[] = []
    for (const parts of batches) {
      if (inFlight.length === COMMITS_IN_FLIGHT) await inFlight.shift()
      inFlight.push(Promise.all(parts.map(({ book, raw, reads }) => book.take(raw, reads))))
    }
    await Promise.all(inFlight)
  }
  await process(decode(writer.batches(load.prefill, PREFILL_BATCH)))
  const batches = writer.batches(load.timed, batch)
  // The commands are decoded part by part, outside of the measured time.
  const step = Math.max(1, Math.round(DECODED_AT_ONCE / batch))
  let elapsedMs = 0
  for (let from = 0; from < batches.length; from += step) {
    const decoded = decode(batches.slice(from, from + step))
    // Moves the decoded commands to the old generation now. Copying them must not count as time of the matcher.
    globalThis.gc?.()
    globalThis.gc?.()
    const start = performance.now()
    await process(decoded)
    elapsedMs += performance.now() - start
  }
  redis.disconnect()
  return Math.round((countOf(load.timed) * 1_000) / elapsedMs)
}

/** A replica that continues while a commit is in flight. The position after the commit is known in advance. */
class PipelinedBook {
  private readonly symbol: string
  private readonly cache: RedisBookCache
  private readonly replica: SymbolReplica
  private cacheVersion: CacheVersion | undefined

  constructor(symbol: string, cache: RedisBookCache) {
    this.symbol = symbol
    this.cache = cache
    this.replica = SymbolReplica.empty(symbol)
  }

  async take(records: readonly ShardRecord[], reads: readonly ReadRecord[]): Promise<void> {
    for (const read of reads) this.replica.apply(read, NO_ORDERS)
    this.replica.forgetPublished()
    const delta = { records, view: this.replica.view() }
    const commit = this.cache.commit(this.symbol, this.cacheVersion, delta, this.replica.version)
    if (this.cacheVersion === undefined) this.cacheVersion = await commit
    else this.cacheVersion = { ...this.cacheVersion, position: this.replica.position }
    if ((await commit) === undefined) throw new Error('a commit was refused')
  }
}

async function timePerSecond(count: number, work: () => Promise<void>): Promise<number> {
  const start = performance.now()
  await work()
  return Math.round((count * 1_000) / (performance.now() - start))
}

/** Bytes that Redis has received and sent so far. */
async function traffic(server: RedisServer): Promise<number> {
  const redis = server.connect()
  const stats = await redis.info('stats')
  redis.disconnect()
  const read = (name: string): number => Number(new RegExp(`${name}:(\\d+)`).exec(stats)?.[1] ?? 0)
  return read('total_net_input_bytes') + read('total_net_output_bytes')
}

function median(values: number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
}

const round1 = (ratio: number): number => Math.round(ratio * 10) / 10
