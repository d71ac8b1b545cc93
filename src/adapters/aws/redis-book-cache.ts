/**
 * The book cache on Redis. The keys of a symbol have one hash tag:
 *
 *   {SYMBOL}:head               hash: position, version, format, base (its position), pieces, chunks; or: replacing
 *   {SYMBOL}:base:VERSION       list: the base in pieces
 *   {SYMBOL}:records:VERSION    list: a chunk of stream records for each commit since
 *   {SYMBOL}:view               the state shown to the world (redis-view.ts)
 *
 * Under a version nothing is ever changed, only appended. So a book is read in pages, and what was replaced meanwhile
 * is noticed by what is missing. If a part is missing under an unchanged version, the book is lost. Nothing that is in
 * use expires: only a base expires that was never put in its place.
 *
 * `format` is the version of the rules at the last write, and so that of everything under the version. A book of
 * newer rules is refused before anything of it is read.
 */

import { createHash, randomUUID } from 'node:crypto'
import type { Redis } from 'ioredis'
import type {
  BookBase,
  BookCache,
  BookDelta,
  CachedBook,
  CachedRecords,
  CacheVersion,
  LostBook,
} from '../../ports/book-cache.ts'
import { BEGINNING } from '../../ports/order-stream.ts'
import type { BookState } from '../../protocol/book-state.ts'
import { OperationalFailure } from '../../protocol/failure.ts'
import { checkVersion, UnknownVersion } from '../../protocol/versions.ts'
import { packChunk, unpackChunks } from './redis-chunks.ts'
import { type ConnectionState, connectionState, redisFailure } from './redis-faults.ts'
import { COMMIT, PLACE, REPLACE } from './redis-scripts.ts'
import { packView, unpackView } from './redis-view.ts'

const PIECE_BYTES = 256 * 1024
/** Values of a list in one answer: 4 MB of a base, at most 16 MB of records. */
const PAGE = 16
/** Much longer than a function may run. */
const STAGED_SECONDS = 600
const LOADS_MAX = 5
const KEYS_PER_SCAN = 1_000

/** What a connection must do; a cluster's does it too. */
export type RedisConnection = Pick<
  Redis,
  'evalsha' | 'eval' | 'hgetall' | 'getBuffer' | 'exists' | 'lrangeBuffer' | 'rpush' | 'expire' | 'scan' | 'on'
>

export class RedisBookCache implements BookCache {
  private readonly redis: RedisConnection
  private readonly report: (failure: OperationalFailure) => void
  private readonly connection: ConnectionState

  /** `report` gets each failure, and each book that was found lost. */
  constructor(redis: RedisConnection, report: (failure: OperationalFailure) => void = () => {}) {
    this.redis = redis
    this.report = report
    this.connection = connectionState(redis)
  }

  load(symbol: string): Promise<CachedBook | LostBook | undefined> {
    return this.told(symbol, async () => {
      for (let i = 0; i < LOADS_MAX; i++) {
        const book = await this.read(symbol)
        if (book === undefined || !('lost' in book)) return book
        // Under one version nothing is deleted. Under another one the book was replaced while it was read.
        const { version } = await this.redis.hgetall(keysOf(symbol).head)
        if (version !== book.cacheVersion.version) continue
        this.report(lostFailure(symbol, 'keys of it are gone from Redis, or do not fit together'))
        return book
      }
      throw new Error(`replaced ${LOADS_MAX} times while it was read`)
    })
  }

  loadAfter(symbol: string, known: CacheVersion): Promise<CachedRecords | undefined> {
    const key = keysOf(symbol)
    const list = key.records(known.version)
    return this.told(symbol, async () => {
      // Most often a few chunks are missing. They come with the head, in one round trip.
      const [head, first] = await Promise.all([
        this.redis.hgetall(key.head),
        this.redis.lrangeBuffer(list, known.commits, known.commits + PAGE - 1),
      ])
      if (head.version !== known.version) return undefined
      checkVersion(`the cached book of ${symbol}`, Number(head.format))
      const commits = Number(head.chunks)
      const chunks = await this.list(list, known.commits, commits, first)
      const records = chunks && unpackChunks(chunks, known.position, head.position)
      if (records === undefined) return undefined
      const cacheVersion = { position: head.position, version: head.version, commits }
      return { cacheVersion, format: Number(head.format), records }
    })
  }

  commit(
    symbol: string,
    from: CacheVersion | undefined,
    delta: BookDelta,
    format: number,
  ): Promise<CacheVersion | undefined> {
    const { position } = delta.records[delta.records.length - 1]
    const version = from?.version ?? randomUUID()
    const key = keysOf(symbol)
    const chunk = packChunk(from?.position ?? BEGINNING, delta.records)
    return this.told(symbol, async () => {
      const keys = [key.head, key.records(version), key.view, key.base(version)]
      const values = [...words(from), position, version, format, chunk, packView(delta.view, format)]
      const commits = Number(await this.run(COMMIT, keys, values))
      return commits === 0 ? undefined : { position, version, commits }
    })
  }

  rebase(
    symbol: string,
    from: CacheVersion | undefined,
    base: BookBase,
    format: number,
  ): Promise<CacheVersion | undefined> {
    const cacheVersion = { position: base.position, version: randomUUID(), commits: 0 }
    const { version } = cacheVersion
    const key = keysOf(symbol)
    return this.told(symbol, async () => {
      const old = from === undefined ? await this.leftOver(symbol) : [key.base(from.version), key.records(from.version)]
      const cleared = [key.head, ...old]
      if ((await this.run(REPLACE, cleared, [...words(from), version])) !== 1) return undefined
      const pieces = await this.stage(key.base(version), base.bytes)
      const keys = [key.head, key.view, key.base(version)]
      const values = [version, base.position, format, pieces, packView(base.view, format)]
      return (await this.run(PLACE, keys, values)) === 1 ? cacheVersion : undefined
    })
  }

  view(symbol: string): Promise<BookState | undefined> {
    const key = keysOf(symbol)
    return this.told(symbol, async () => {
      const bytes = await this.redis.getBuffer(key.view)
      if (bytes !== null) return unpackView(symbol, bytes)
      if ((await this.redis.exists(key.head)) === 0) return undefined
      throw lostFailure(symbol, 'its view is gone from Redis until the next commit')
    })
  }

  private async read(symbol: string): Promise<CachedBook | LostBook | undefined> {
    const key = keysOf(symbol)
    const head = await this.redis.hgetall(key.head)
    if (head.position === undefined) return undefined
    const format = Number(head.format)
    checkVersion(`the cached book of ${symbol}`, format)
    const commits = Number(head.chunks)
    const cacheVersion = { position: head.position, version: head.version, commits }
    const pieces = await this.list(key.base(cacheVersion.version), 0, Number(head.pieces ?? 0))
    const chunks = await this.list(key.records(cacheVersion.version), 0, commits)
    const records = chunks && unpackChunks(chunks, head.base ?? BEGINNING, cacheVersion.position)
    if (pieces === undefined || records === undefined) return { lost: true, cacheVersion }
    return { cacheVersion, format, base: pieces.length === 0 ? undefined : Buffer.concat(pieces), records }
  }

  /** The values from `start` up to `end`, or undefined if there are fewer. `values`: the first of them. */
  private async list(key: string, start: number, end: number, values: Buffer[] = []): Promise<Buffer[] | undefined> {
    if (end < start) return undefined
    while (values.length < end - start) {
      const next = start + values.length
      const page = await this.redis.lrangeBuffer(key, next, Math.min(end, next + PAGE) - 1)
      if (page.length === 0) return undefined
      values.push(...page)
    }
    return values.slice(0, end - start)
  }

  /** Keys of books that have no head, because it is gone or because a replacement did not end. */
  private async leftOver(symbol: string): Promise<string[]> {
    const { head, view } = keysOf(symbol)
    const left: string[] = []
    let cursor = '0'
    do {
      const [next, keys] = await this.redis.scan(cursor, 'MATCH', `{${symbol}}:*`, 'COUNT', KEYS_PER_SCAN)
      for (const key of keys) if (key !== head && key !== view) left.push(key)
      cursor = next
    } while (cursor !== '0')
    return left
  }

  /** Uploads a base in pieces and returns how many. The key expires until the base is put in its place. */
  private async stage(key: string, bytes: Uint8Array): Promise<number> {
    const pieces = Math.ceil(bytes.length / PIECE_BYTES)
    const sent: Promise<unknown>[] = []
    for (let i = 0; i < pieces; i++) {
      const piece = bytes.subarray(i * PIECE_BYTES, (i + 1) * PIECE_BYTES)
      // A view of the same memory; one connection keeps them in order.
      sent.push(this.redis.rpush(key, Buffer.from(piece.buffer, piece.byteOffset, piece.length)))
      if (i === 0) sent.push(this.redis.expire(key, STAGED_SECONDS))
    }
    await Promise.all(sent)
    return pieces
  }

  private async run(script: string, keys: string[], values: (string | number | Buffer)[]): Promise<unknown> {
    try {
      return await this.redis.evalsha(digestOf(script), keys.length, ...keys, ...values)
    } catch (cause) {
      if (!(cause instanceof Error && cause.message.startsWith('NOSCRIPT'))) throw cause
      return this.redis.eval(script, keys.length, ...keys, ...values)
    }
  }

  /** Names what Redis or the connection did wrong. A book of a newer program is no fault of Redis. */
  private async told<T>(symbol: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work()
    } catch (cause) {
      if (cause instanceof UnknownVersion) throw cause
      const failure =
        cause instanceof OperationalFailure
          ? cause
          : redisFailure(`the book of ${symbol}`, cause, this.connection.broken)
      this.report(failure)
      throw failure
    }
  }
}

function lostFailure(symbol: string, why: string): OperationalFailure {
  const message = `the book of ${symbol}: ${why}`
  return new OperationalFailure('unavailable', message, { retryable: true, fault: 'cache_lost' })
}

function keysOf(symbol: string) {
  const tag = `{${symbol}}`
  return {
    head: `${tag}:head`,
    view: `${tag}:view`,
    base: (version: string) => `${tag}:base:${version}`,
    records: (version: string) => `${tag}:records:${version}`,
  }
}

const words = (cacheVersion: CacheVersion | undefined): [string, string] => [
  cacheVersion?.position ?? '',
  cacheVersion?.version ?? '',
]

const digests = new Map<string, string>()

function digestOf(script: string): string {
  let digest = digests.get(script)
  if (digest === undefined) {
    digest = createHash('sha1').update(script).digest('hex')
    digests.set(script, digest)
  }
  return digest
}
