/**
 * Orders and trades of one machine in LMDB, with the position they stand at, all in one transaction.
 * It may lag behind the order log, which is the truth; it never holds half a batch.
 *
 *   orders   [account, receivedAtMs, firstEvent, symbol] → record   listed by account, appended in time
 *   ids      account/orderId → the key in orders
 *   trades   [symbol, tradeNumber] → record
 *   meta     position, and the last event stored of each symbol
 *
 * New orders and trades land at the end of their account or symbol, which keeps the pages that a
 * transaction touches few.
 */

import { type Database, open, type RootDatabase } from 'lmdb'
import { type Commit, type CommitStore, StaleCommit } from '../../ports/commit-store.ts'
import { BadCursor, type OrderQuery, type OrderReader, type Page } from '../../ports/order-reader.ts'
import { BEGINNING, type Position } from '../../ports/order-stream.ts'
import { OperationalFailure } from '../../protocol/failure.ts'
import { isOpen, type OrderRecord, type TradeRecord } from '../../protocol/records.ts'

type OrderKey = [account: string, receivedAtMs: number, firstEvent: number, symbol: string]
type TradeKey = [symbol: string, tradeNumber: number]

const POSITION = 'position'
const lastEventKey = (symbol: string): string => `lastEvent/${symbol}`
const orderKeyOf = (order: OrderRecord): OrderKey => [order.account, order.receivedAtMs, order.firstEvent, order.symbol]
const idOf = (account: string, orderId: string): string => `${account}/${orderId}`
/** Rows a filtered listing looks at before it answers with what it has and a cursor. */
const ROWS_LOOKED_AT_MAX = 20_000

/** Rows that make a transaction large. */
const ROWS_FOR_THREAD = 1_500

export class RecordStore implements CommitStore, OrderReader {
  private readonly root: RootDatabase
  private readonly orders: Database<OrderRecord, OrderKey>
  private readonly ids: Database<OrderKey, string>
  private readonly trades: Database<TradeRecord, TradeKey>
  private readonly meta: Database<string | number, string>
  private applied: Position
  /** The last event stored of each symbol: an order that began after it is new. */
  private readonly lastEvents = new Map<string, number>()

  constructor(path: string) {
    this.root = open({ path, noSubdir: true, maxDbs: 8 })
    const shared = (name: string) => ({ sharedStructuresKey: Symbol.for(`structures-${name}`) })
    this.orders = this.root.openDB({ name: 'orders', ...shared('orders') })
    this.ids = this.root.openDB({ name: 'ids' })
    this.trades = this.root.openDB({ name: 'trades', ...shared('trades') })
    this.meta = this.root.openDB({ name: 'meta' })
    this.applied = (this.meta.get(POSITION) as Position | undefined) ?? BEGINNING
  }

  async appliedPosition(): Promise<Position> {
    return this.applied
  }

  async commit(batch: Commit): Promise<void> {
    if (this.applied !== batch.from) {
      throw new StaleCommit(`the store is at ${this.applied}, the batch began at ${batch.from}`)
    }
    const lastEvents = new Map<string, number>()
    await this.write(() => {
      for (const order of batch.orders) {
        const key = orderKeyOf(order)
        this.orders.put(key, order)
        if (order.firstEvent > this.lastEvent(order.symbol)) this.ids.put(idOf(order.account, order.orderId), key)
        if (order.lastEvent > (lastEvents.get(order.symbol) ?? 0)) lastEvents.set(order.symbol, order.lastEvent)
      }
      for (const trade of batch.trades) this.trades.put([trade.symbol, trade.tradeNumber], trade)
      for (const [symbol, lastEvent] of lastEvents) this.meta.put(lastEventKey(symbol), lastEvent)
      this.meta.put(POSITION, batch.to)
    }, batch.orders.length + batch.trades.length)
    this.applied = batch.to
    for (const [symbol, lastEvent] of lastEvents) this.lastEvents.set(symbol, lastEvent)
  }

  /**
   * One transaction. A small one is quickest on this thread; a large one is left to LMDB's own, which
   * doubles the work but lets matching go on. The records are encoded here and now in either case.
   */
  private async write(put: () => void, rows: number): Promise<void> {
    try {
      if (rows < ROWS_FOR_THREAD) this.root.transactionSync(put)
      else await this.root.batch(put)
    } catch (cause) {
      const reason = await (cause as { commitError?: Promise<never> })?.commitError?.catch((reason) => reason)
      const message = `the records could not be stored: ${reason?.message ?? (cause as Error)?.message ?? cause}`
      throw new OperationalFailure('storage_failed', message, { retryable: true, cause: reason ?? cause })
    }
  }

  async flushed(): Promise<void> {
    await this.root.flushed
  }

  async get(account: string, orderId: string): Promise<OrderRecord | undefined> {
    return this.find(account, orderId)
  }

  /** Like {@link get}, at once. */
  find(account: string, orderId: string): OrderRecord | undefined {
    const key = this.ids.get(idOf(account, orderId))
    return key === undefined ? undefined : this.orders.get(key)
  }

  /** Whether the account has used the id. */
  knows(account: string, orderId: string): boolean {
    return this.ids.doesExist(idOf(account, orderId))
  }

  async fills(order: OrderRecord): Promise<TradeRecord[]> {
    return order.fills.map((tradeNumber) => this.trades.get([order.symbol, tradeNumber]) as TradeRecord)
  }

  async list(account: string, query: OrderQuery): Promise<Page<OrderRecord>> {
    const rows: OrderRecord[] = []
    const start = query.cursor === undefined ? [account, Number.MAX_VALUE] : decodeCursor(account, query.cursor)
    let seen = 0
    let last: OrderKey | undefined
    const range = this.orders.getRange({
      start: start as OrderKey,
      end: [account] as unknown as OrderKey,
      reverse: true,
    })
    for (const { key, value } of range) {
      if (seen === 0 && query.cursor !== undefined && encodeCursor(key) === query.cursor) continue
      if (rows.length === query.limit || seen === ROWS_LOOKED_AT_MAX) {
        return { rows, next: encodeCursor(last as OrderKey) }
      }
      seen++
      last = key
      if (matches(value, query)) rows.push(value)
    }
    return { rows }
  }

  /** Trades with a number below `before`, newest first. */
  async listTrades(symbol: string, limit: number, before = Number.MAX_SAFE_INTEGER): Promise<TradeRecord[]> {
    const range = this.trades.getRange({
      start: [symbol, before - 0.5] as TradeKey,
      end: [symbol, 0],
      reverse: true,
      limit,
    })
    return [...range].map(({ value }) => value)
  }

  findTrade(symbol: string, tradeNumber: number): TradeRecord | undefined {
    return this.trades.get([symbol, tradeNumber])
  }

  count(): { orders: number; trades: number } {
    return { orders: this.orders.getCount(), trades: this.trades.getCount() }
  }

  /** Every trade of a symbol, oldest first. */
  *allTrades(symbol: string): Generator<TradeRecord> {
    for (const { value } of this.trades.getRange({ start: [symbol, 0], end: [symbol, Number.MAX_SAFE_INTEGER] }))
      yield value
  }

  async close(): Promise<void> {
    await this.root.flushed
    await this.root.close()
  }

  private lastEvent(symbol: string): number {
    let last = this.lastEvents.get(symbol)
    if (last === undefined) {
      last = (this.meta.get(lastEventKey(symbol)) as number | undefined) ?? 0
      this.lastEvents.set(symbol, last)
    }
    return last
  }
}

function matches(order: OrderRecord, query: OrderQuery): boolean {
  if (query.symbol !== undefined && order.symbol !== query.symbol) return false
  if (query.status === undefined) return true
  return query.status === 'OPEN' ? isOpen(order.status) : order.status === query.status
}

/** The place of an order in its account's list, as a word a client hands back. */
function encodeCursor([, receivedAtMs, firstEvent, symbol]: OrderKey): string {
  return Buffer.from(JSON.stringify([receivedAtMs, firstEvent, symbol])).toString('base64url')
}

function decodeCursor(account: string, cursor: string): OrderKey {
  try {
    const [receivedAtMs, firstEvent, symbol] = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'))
    if (typeof receivedAtMs === 'number' && typeof firstEvent === 'number' && typeof symbol === 'string') {
      return [account, receivedAtMs, firstEvent, symbol]
    }
  } catch {
    // Not a cursor of ours: said below.
  }
  throw new BadCursor('not a cursor of this list')
}
