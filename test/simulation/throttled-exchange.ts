/**
 * The production matcher and reader on a throttled shard, in virtual time: the event source mapping polls the shard
 * once a second, and at once while it is behind. It shares the limits of the shard with the reader. Services answer
 * after a delay. A test stops the timers with vi.useFakeTimers.
 */

import { delay } from '../../src/adapters/aws/backoff.ts'
import { KinesisReader } from '../../src/adapters/aws/kinesis-reader.ts'
import { SymbolMatcher } from '../../src/matcher/symbol-matcher.ts'
import type { ShardRecord } from '../../src/ports/record-stream.ts'
import type { Snapshot } from '../../src/ports/snapshot-store.ts'
import type { Instrument } from '../../src/protocol/instrument/instrument.ts'
import { readRecord } from '../../src/shard/record-lines.ts'
import { createShardMatcher } from '../../src/shard/shard-matcher.ts'
import { CacheState, memoryBookCache } from './memory-book-cache.ts'
import { memoryCursors, memoryKeptRecords, memoryStates, ParkedState } from './memory-parking.ts'
import { memoryPublisher, PublishedState } from './memory-publisher.ts'
import { SHARD_ID, type StreamShape, ThrottledShard } from './throttled-shard.ts'

const POLL_MS = 1_000
const BATCH = 1_000
const BATCH_BYTES = 4_500_000
const RETRY_MS = 100
const RETRY_MAX_MS = 2_000
const INVOCATION_MS = 60_000
const PUBLISH_MS = 20
const OBJECT_MS = 50

export class ThrottledExchange {
  readonly shard: ThrottledShard
  readonly cache = new CacheState()
  readonly published = new PublishedState()
  readonly parked = new ParkedState()
  readonly counts: Record<string, number> = {}
  /** Records before this index are done. */
  done = 0
  invocations = 0
  longestMs = 0
  private readonly snapshots = new Map<string, Snapshot[]>()
  private readonly matcher
  private buffer: ShardRecord[] = []
  private stopped = false
  private running: Promise<void> | undefined

  constructor(shape: StreamShape) {
    this.shard = new ThrottledShard(shape)
    const publisher = memoryPublisher(this.published)
    const afterMs = (delayMs: number) => () => delay(delayMs)
    this.matcher = createShardMatcher({
      cache: memoryBookCache(this.cache),
      publisher: {
        ...publisher,
        publish: async (publication) => {
          await delay(PUBLISH_MS)
          await publisher.publish(publication)
        },
      },
      snapshots: (symbol) => ({
        save: async (snapshot) => {
          await delay(OBJECT_MS)
          // The newest is enough, and a copy: the cache has the same bytes.
          this.snapshots.set(symbol, [...(this.snapshots.get(symbol) ?? []).slice(-3), snapshot])
        },
        latest: async (position) =>
          (this.snapshots.get(symbol) ?? []).filter((snapshot) => snapshot.position <= position).at(-1),
      }),
      stream: new KinesisReader(this.shard.client(), 'orders'),
      deadLetters: { keep: async () => {} },
      parking: {
        states: memoryStates(this.parked, this.published),
        kept: memoryKeptRecords(this.parked, afterMs(OBJECT_MS / 2)),
      },
      gaps: { cursors: memoryCursors(this.parked), isInOrder: true },
      metrics: {
        add: (name, value) => {
          this.counts[name] = (this.counts[name] ?? 0) + value
        },
      },
    })
  }

  start(): void {
    this.running = this.deliver()
  }

  async stop(): Promise<void> {
    this.stopped = true
    await this.running
  }

  /** How far the last record that is done is behind the stream. */
  get lagMs(): number {
    const next = this.done < this.shard.length ? this.shard.at(this.done).timestampMs : Date.now()
    return Date.now() - next
  }

  /** Whether every book is where its mark is, and nothing waits. */
  get isHealthy(): boolean {
    return this.published.states.size === 0 && this.lagMs < 2 * POLL_MS
  }

  /** What a matcher without any faults makes of the records that are done, compared with what is published. */
  differences(): string[] {
    const matchers = new Map<string, { matcher: SymbolMatcher; instruments: Map<string, Instrument> }>()
    for (let i = 0; i < this.done; i++) {
      const record = this.shard.at(i)
      const { symbol } = record
      const of = matchers.get(symbol) ?? { matcher: new SymbolMatcher(symbol), instruments: new Map() }
      matchers.set(symbol, of)
      for (const command of readRecord(symbol, record, of.instruments, []).commands) {
        of.matcher.apply(command, record.timestampMs, { take: () => {} })
      }
    }
    const wrong = [...matchers].filter(([symbol, { matcher }]) => {
      const mark = this.published.marks.get(symbol)
      return mark?.eventNumber !== matcher.eventNumber || mark.tradeNumber !== matcher.tradeNumber
    })
    return [...this.published.faults, ...wrong.map(([symbol]) => `${symbol} differs`)]
  }

  private async deliver(): Promise<void> {
    let failures = 0
    while (!this.stopped) {
      if (this.buffer.length < BATCH) await this.poll()
      const batch = this.nextBatch()
      if (batch.length === 0) {
        await delay(POLL_MS)
        continue
      }
      const startMs = Date.now()
      this.invocations++
      const deadlineMs = startMs + INVOCATION_MS
      const { firstFailure } = await this.matcher.processBatch(batch, { shardId: SHARD_ID, deadlineMs })
      this.longestMs = Math.max(this.longestMs, Date.now() - startMs)
      const failed = batch.findIndex(({ position }) => position === firstFailure)
      const count = failed < 0 ? batch.length : failed
      this.done += count
      this.buffer.splice(0, count)
      failures = failed < 0 ? 0 : failures + 1
      if (failures > 0) await delay(Math.min(RETRY_MAX_MS, RETRY_MS * 2 ** Math.min(failures, 10)))
      else if (this.lagMs < POLL_MS) await delay(Math.max(0, startMs + POLL_MS - Date.now()))
    }
  }

  /** Refused: it asks again later, as the mapping does. */
  private async poll(): Promise<void> {
    try {
      this.buffer.push(...this.shard.read(this.done + this.buffer.length, BATCH))
    } catch {
      if (this.buffer.length === 0) await delay(POLL_MS / 2)
    }
  }

  private nextBatch(): ShardRecord[] {
    let bytes = 0
    const end = this.buffer.findIndex((record) => {
      bytes += record.bytes.length
      return bytes > BATCH_BYTES
    })
    return this.buffer.slice(0, Math.min(BATCH, end < 0 ? this.buffer.length : Math.max(1, end)))
  }
}

const TERMS = { base: 'A', quote: 'B', tickSize: '0.01', lotSize: '0.1' }

/**
 * `perSecond` records a second of `bytes` each, with one order, spread over `symbols`. Buyers and sellers alternate. A
 * symbol without orders gets the time once a minute.
 */
export function steadyStream(symbols: number, perSecond: number, bytes: number): StreamShape {
  const padding = ' '.repeat(Math.max(0, bytes - 200))
  const intervalMs = 1_000 / perSecond
  const minute = Math.round(60_000 / intervalMs)
  return {
    startMs: Date.now(),
    intervalMs,
    record(index) {
      const isQuiet = index % minute === minute - 1
      const number = index % symbols
      const symbol = isQuiet ? 'QUIET' : `S${number}`
      const define = { kind: 'DefineInstrument', symbol, ...TERMS }
      const order = {
        kind: 'PlaceOrder',
        symbol,
        account: 'ann',
        orderId: `o${index}`,
        side: Math.floor(index / symbols) % 2 === 0 ? 'BUY' : 'SELL',
        type: 'LIMIT',
        timeInForce: 'GTC',
        quantity: '1',
        price: String(90 + ((index * 7) % 21)),
      }
      const isFirst = isQuiet ? index === minute - 1 : index < symbols
      const lines = isQuiet ? [{ kind: 'AdvanceTime', symbol }] : [order]
      const text = [...(isFirst ? [define] : []), ...lines].map((line) => `${JSON.stringify(line)}\n`).join('')
      return { symbol, bytes: Buffer.from(padding.length === 0 ? text : text.replace(/\n$/, `${padding}\n`)) }
    },
  }
}
