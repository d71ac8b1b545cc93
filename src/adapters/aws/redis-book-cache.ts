/**
 * The book cache on Redis. Of each symbol, under one hash tag:
 *
 *   {SYMBOL}:head               hash: position, version, format, base (its position), pieces, chunks
 *   {SYMBOL}:base:VERSION       list: the base in pieces
 *   {SYMBOL}:records:VERSION    list: a chunk of stream records for each commit since
 *   {SYMBOL}:view               the state shown to the world (redis-view.ts)
 *
 * Under a version nothing is ever changed, only appended; so a book is read in pages, and what was
 * replaced or lost meanwhile is noticed by what is missing. Nothing that is in use expires: only a base
 * does that nobody has put in its place.
 *
 * `format` is the version of the rules at the last write, and so that of everything under the version. A book of
 * newer rules is refused before anything of it is read.
 */

import { createHash, randomUUID } from 'node:crypto'
import type { Redis } from 'ioredis'
import type { BookBase, BookCache, BookDelta, CachedBook, CacheVersion } from '../../ports/book-cache.ts'
import { BEGINNING } from '../../ports/order-stream.ts'
import type { BookState } from '../../protocol/book-state.ts'
import { OperationalFailure } from '../../protocol/failure.ts'
import { checkVersion, UnknownVersion } from '../../protocol/versions.ts'
import { packChunk, unpackChunks } from './redis-chunks.ts'
import { COMMIT, REBASE } from './redis-scripts.ts'
import { packView, unpackView } from './redis-view.ts'

const PIECE_BYTES = 256 * 1024
/** Values of a list in one answer: 4 MB of a base, at most 16 MB of records. */
const PAGE = 16
const STAGED_SECONDS = 3_600
const LOADS_MAX = 5

/** What a connection must do; a cluster's does it too. */
export type RedisConnection = Pick<
  Redis,
  'evalsha' | 'eval' | 'hgetall' | 'getBuffer' | 'lrangeBuffer' | 'rpush' | 'expire'
>

export class RedisBookCache implements BookCache {
  private readonly redis: RedisConnection

  constructor(redis: RedisConnection) {
    this.redis = redis
  }

  load(symbol: string): Promise<CachedBook | undefined> {
    return told(symbol, async () => {
      for (let i = 0; i < LOADS_MAX; i++) {
        const book = await this.tryLoad(symbol)
        if (book !== 'torn') return book
      }
      throw new Error(`replaced ${LOADS_MAX} times while it was read`)
    })
  }

  commit(
    symbol: string,
    from: CacheVersion | undefined,
    delta: BookDelta,
    format: number,
  ): Promise<CacheVersion | undefined> {
    const cacheVersion = {
      position: delta.records[delta.records.length - 1].position,
      version: from?.version ?? randomUUID(),
    }
    const key = keysOf(symbol)
    const chunk = packChunk(from?.position ?? BEGINNING, delta.records)
    return told(symbol, async () => {
      const keys = [key.head, key.records(cacheVersion.version), key.view]
      const values = [...words(from), ...words(cacheVersion), format, chunk, packView(delta.view)]
      return (await this.run(COMMIT, keys, values)) === 1 ? cacheVersion : undefined
    })
  }

  rebase(
    symbol: string,
    from: CacheVersion | undefined,
    base: BookBase,
    format: number,
  ): Promise<CacheVersion | undefined> {
    const cacheVersion = { position: base.position, version: randomUUID() }
    const key = keysOf(symbol)
    return told(symbol, async () => {
      const staged = key.base(cacheVersion.version)
      const pieces = Math.ceil(base.bytes.length / PIECE_BYTES)
      const sent: Promise<unknown>[] = []
      for (let i = 0; i < pieces; i++) {
        const piece = base.bytes.subarray(i * PIECE_BYTES, (i + 1) * PIECE_BYTES)
        // A view of the same memory; one connection keeps them in order.
        sent.push(this.redis.rpush(staged, Buffer.from(piece.buffer, piece.byteOffset, piece.length)))
        if (i === 0) sent.push(this.redis.expire(staged, STAGED_SECONDS))
      }
      await Promise.all(sent)
      const old = from?.version ?? ''
      const keys = [key.head, key.view, staged, key.base(old), key.records(old)]
      const values = [...words(from), ...words(cacheVersion), format, pieces, packView(base.view)]
      return (await this.run(REBASE, keys, values)) === 1 ? cacheVersion : undefined
    })
  }

  view(symbol: string): Promise<BookState | undefined> {
    return told(symbol, async () => {
      const bytes = await this.redis.getBuffer(keysOf(symbol).view)
      return bytes === null ? undefined : unpackView(symbol, bytes)
    })
  }

  private async tryLoad(symbol: string): Promise<CachedBook | undefined | 'torn'> {
    const key = keysOf(symbol)
    const head = await this.redis.hgetall(key.head)
    if (head.position === undefined) return undefined
    checkVersion(`the cached book of ${symbol}`, Number(head.format))
    const cacheVersion = { position: head.position, version: head.version }
    const pieces = await this.list(key.base(cacheVersion.version), Number(head.pieces ?? 0))
    const chunks = await this.list(key.records(cacheVersion.version), Number(head.chunks))
    if (pieces === undefined || chunks === undefined) return 'torn'
    const records = unpackChunks(chunks, head.base ?? BEGINNING, cacheVersion.position)
    if (records === undefined) return 'torn'
    return {
      cacheVersion,
      format: Number(head.format),
      base: pieces.length === 0 ? undefined : Buffer.concat(pieces),
      records,
    }
  }

  /** The first `count` values, or undefined if there are fewer. */
  private async list(key: string, count: number): Promise<Buffer[] | undefined> {
    const values: Buffer[] = []
    while (values.length < count) {
      const last = Math.min(count, values.length + PAGE) - 1
      const page = await this.redis.lrangeBuffer(key, values.length, last)
      if (page.length === 0) return undefined
      values.push(...page)
    }
    return values
  }

  private async run(script: string, keys: string[], values: (string | number | Buffer)[]): Promise<unknown> {
    try {
      return await this.redis.evalsha(digestOf(script), keys.length, ...keys, ...values)
    } catch (cause) {
      if (!(cause instanceof Error && cause.message.startsWith('NOSCRIPT'))) throw cause
      return this.redis.eval(script, keys.length, ...keys, ...values)
    }
  }
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

/**
 * Whatever Redis or the way to it did wrong: the matcher must ask again before it believes anything. A book of a
 * newer program is no fault of Redis.
 */
async function told<T>(symbol: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (cause) {
    if (cause instanceof UnknownVersion) throw cause
    const reason = cause instanceof Error ? cause.message : cause
    throw new OperationalFailure('unavailable', `the book of ${symbol}: ${reason}`, { retryable: true, cause })
  }
}
