/** A shard's matcher on ports in memory that fail only if the test makes them fail. For tests of a single case. */

import type { DeadLetter } from '../../src/ports/dead-letters.ts'
import type { ShardRecord } from '../../src/ports/record-stream.ts'
import type { Snapshot } from '../../src/ports/snapshot-store.ts'
import { createShardMatcher, type ShardMatcherOptions } from '../../src/shard/shard-matcher.ts'
import { CacheState, memoryBookCache } from './memory-book-cache.ts'
import { memoryCursors, memoryKeptRecords, memoryStates, ParkedState } from './memory-parking.ts'
import { memoryPublisher, PublishedState } from './memory-publisher.ts'
import { memoryStream } from './memory-stream.ts'

export const SHARD = 'shard'
const START_MS = 1_700_000_000_000

/** Sequence numbers of 56 digits. Neighbours differ in the last digit. */
export const positionOf = (n: number): string => String(10n ** 55n + BigInt(n)).padStart(64, '0')

export class ShardWorld {
  readonly cacheState = new CacheState()
  readonly published = new PublishedState()
  readonly parked = new ParkedState()
  readonly letters: DeadLetter[] = []
  readonly snapshots: Snapshot[] = []
  readonly counts: Record<string, number> = {}
  /** The records of the stream. */
  readonly records: ShardRecord[] = []
  readonly cache = memoryBookCache(this.cacheState)
  readonly publisher = memoryPublisher(this.published)

  /** A new process: it has nothing in memory. */
  start(changes: Partial<ShardMatcherOptions> = {}) {
    return createShardMatcher({
      cache: this.cache,
      publisher: this.publisher,
      snapshots: (symbol) => ({
        save: async (snapshot) => void this.snapshots.push(snapshot),
        latest: async (position) =>
          this.snapshots.filter((s) => s.position <= position && this.symbolAt(s.position) === symbol).at(-1),
      }),
      stream: memoryStream(() => [{ name: SHARD, records: this.records }]),
      deadLetters: { keep: async (letters) => void this.letters.push(...letters) },
      metrics: {
        add: (name, value) => {
          this.counts[name] = (this.counts[name] ?? 0) + value
        },
      },
      ...changes,
    })
  }

  /** A new process that parks symbols and compares batches with the stream. */
  startFull(changes: Partial<ShardMatcherOptions> = {}) {
    const states = memoryStates(this.parked, this.published)
    return this.start({
      parking: { states, kept: memoryKeptRecords(this.parked) },
      gaps: { cursors: memoryCursors(this.parked), isInOrder: true },
      ...changes,
    })
  }

  /** Appends a record with these lines to the stream. The first record of a symbol also defines its instrument. */
  append(lines: readonly (object | string)[], afterMs = 0, symbol = 'BTCUSD'): ShardRecord {
    const define = { kind: 'DefineInstrument', symbol, base: 'A', quote: 'B', tickSize: '0.01', lotSize: '0.1' }
    const isFirst = this.records.every((record) => record.symbol !== symbol)
    const text = (isFirst ? [define, ...lines] : lines)
      .map((line) => (typeof line === 'string' ? line : JSON.stringify(line)))
      .join('\n')
    const timestampMs = (this.records.at(-1)?.timestampMs ?? START_MS) + afterMs
    const record = { symbol, position: positionOf(this.records.length + 1), timestampMs, bytes: Buffer.from(text) }
    this.records.push(record)
    return record
  }

  order(id: string, account = 'ann') {
    return this.published.orders.get(`${account}/${id}`)
  }

  private symbolAt(position: string): string | undefined {
    return this.records.find((record) => record.position === position)?.symbol
  }
}

/** A limit order of `ann` to buy. `more` changes its fields. */
export const place = (orderId: string, more: object = {}) => ({
  kind: 'PlaceOrder',
  symbol: 'BTCUSD',
  account: 'ann',
  orderId,
  side: 'BUY',
  type: 'LIMIT',
  timeInForce: 'GTC',
  quantity: '1',
  price: '100',
  ...more,
})
