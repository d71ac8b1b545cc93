/**
 * The ports of an exchange in memory, for tests: durable as long as the object exists, with a clock that tests
 * advance, and with failures on demand. They pass the same contract suites as the real ports.
 */

import { type Commit, type CommitStore, StaleCommit } from '../../src/ports/commit-store.ts'
import { comesBefore, isListedBy, type OrderQuery, type Page, startOf } from '../../src/ports/order-reader.ts'
import {
  BEGINNING,
  type OrderStream,
  type Position,
  type StreamRecord,
  StreamTruncated,
} from '../../src/ports/order-stream.ts'
import type { Snapshot, SnapshotStore } from '../../src/ports/snapshot-store.ts'
import type { Command } from '../../src/protocol/command/commands.ts'
import { encodeSortKey, sortKeyOf } from '../../src/protocol/order/order-sort-key.ts'
import type { OrderRecord, TradeRecord } from '../../src/protocol/records.ts'

const padded = (n: number): Position => String(n).padStart(16, '0')

export class MemoryStream implements OrderStream {
  readonly records: StreamRecord[]
  nowMs = 1_000
  /** Called with each record before its append resolves. */
  onRecord: (record: StreamRecord) => void = () => {}
  /** An append waits for this before it is durable. If it rejects, the append fails. */
  disk: Promise<void> = Promise.resolve()
  private last: Promise<unknown> = Promise.resolve()

  constructor(records: StreamRecord[] = []) {
    this.records = records
  }

  append(_: Uint8Array, commands: readonly Command[]): Promise<number> {
    const { disk, last } = this
    const appended = (async () => {
      await last.catch(() => {})
      await disk
      const before = this.records.at(-1)
      const timestampMs = Math.max(before?.timestampMs ?? 0, this.nowMs)
      const record = { position: padded(Number(before?.position ?? 0) + commands.length), timestampMs, commands }
      this.records.push(record)
      this.onRecord(record)
      return timestampMs
    })()
    this.last = appended
    return appended
  }

  async *read(after: Position): AsyncGenerator<readonly StreamRecord[]> {
    if (after > (this.records.at(-1)?.position ?? BEGINNING)) throw new StreamTruncated('it ends earlier')
    for (const record of this.records) if (record.position > after) yield [record]
  }
}

export class MemoryStore implements CommitStore {
  readonly orders = new Map<string, OrderRecord>()
  readonly trades = new Map<string, TradeRecord>()
  position = BEGINNING
  commits = 0
  /** A commit waits for this. If it rejects, the commit fails. */
  disk: Promise<void> = Promise.resolve()

  async appliedPosition(): Promise<Position> {
    return this.position
  }

  async commit(batch: Commit): Promise<void> {
    const taken = structuredClone(batch)
    await this.disk
    if (taken.from !== this.position) throw new StaleCommit(`at ${this.position}, not ${taken.from}`)
    for (const order of taken.orders) this.orders.set(`${order.account}/${order.orderId}`, order)
    for (const trade of taken.trades) this.trades.set(`${trade.symbol}/${trade.tradeNumber}`, trade)
    this.position = taken.to
    this.commits++
  }

  find(account: string, orderId: string): OrderRecord | undefined {
    return this.orders.get(`${account}/${orderId}`)
  }

  findTrade(symbol: string, tradeNumber: number): TradeRecord | undefined {
    return this.trades.get(`${symbol}/${tradeNumber}`)
  }

  count(): { orders: number; trades: number } {
    return { orders: this.orders.size, trades: this.trades.size }
  }

  async list(account: string, query: OrderQuery): Promise<Page<OrderRecord>> {
    const start = startOf(query)
    const all = [...this.orders.values()]
      .filter((order) => order.account === account && isListedBy(order, query))
      .filter((order) => start === undefined || comesBefore(start, sortKeyOf(order), query.sort))
      .sort((a, b) => (comesBefore(sortKeyOf(a), sortKeyOf(b), query.sort) ? -1 : 1))
    const rows = all.slice(0, query.limit)
    return all.length > rows.length ? { rows, next: encodeSortKey(sortKeyOf(rows[rows.length - 1])) } : { rows }
  }

  async flushed(): Promise<void> {}
}

export class MemorySnapshots implements SnapshotStore {
  readonly kept = new Map<Position, Uint8Array>()
  disk: Promise<void> = Promise.resolve()

  async save({ position, bytes }: Snapshot): Promise<void> {
    await this.disk
    this.kept.set(position, bytes)
  }

  async latest(position: Position): Promise<Snapshot | undefined> {
    const newest = [...this.kept.keys()]
      .filter((kept) => kept <= position)
      .sort()
      .at(-1)
    return newest === undefined ? undefined : { position: newest, bytes: this.kept.get(newest) as Uint8Array }
  }
}

interface Timer {
  readonly atMs: number
  readonly call: () => void
}

/** A clock that tests advance. It then calls the timers that are due. */
export class ManualClock {
  nowMs = 1_000
  private timers: Timer[] = []

  readonly later = (delayMs: number, call: () => void): (() => void) => {
    const timer = { atMs: this.nowMs + delayMs, call }
    this.timers.push(timer)
    return () => {
      this.timers = this.timers.filter((other) => other !== timer)
    }
  }

  /** Advances the time, and runs everything that results from it. */
  async advance(ms: number): Promise<void> {
    const untilMs = this.nowMs + ms
    for (;;) {
      const [next] = this.timers.filter(({ atMs }) => atMs <= untilMs).sort((a, b) => a.atMs - b.atMs)
      if (next === undefined) break
      this.timers = this.timers.filter((other) => other !== next)
      this.nowMs = Math.max(this.nowMs, next.atMs)
      next.call()
      await settled()
    }
    this.nowMs = untilMs
  }

  get pending(): number {
    return this.timers.length
  }
}

/** Runs the promises that are ready. */
export const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
