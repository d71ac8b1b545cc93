/**
 * Closed orders and trades of one machine in LMDB, with the applied position, all in one transaction. The store may
 * lag behind the order log, from which recovery completes it. It never contains half a batch.
 *
 *   orders   [account, receivedAtMs, firstEvent, symbol] → record   listed by account, appended in time
 *   ids      account/orderId → the key in orders
 *   trades   [symbol, number of the first] → up to TRADES_PER_ROW records, by number
 *   meta     the position, and the version of the records (protocol/versions.ts)
 *
 * New orders and trades are at or near the end of their account or symbol, so that a transaction touches few pages.
 */

import { type Database, open, type RootDatabase } from 'lmdb'
import { type Commit, type CommitStore, StaleCommit } from '../../ports/commit-store.ts'
import { BadCursor, isListedBy, type OrderQuery, type OrderReader, type Page } from '../../ports/order-reader.ts'
import { BEGINNING, type Position } from '../../ports/order-stream.ts'
import { OperationalFailure } from '../../protocol/failure.ts'
import { decodeSortKey, encodeSortKey } from '../../protocol/order/order-sort-key.ts'
import type { OrderRecord, TradeRecord } from '../../protocol/records.ts'
import { checkVersion, RULES_OLDEST } from '../../protocol/versions.ts'

type OrderKey = [account: string, receivedAtMs: number, firstEvent: number, symbol: string]
type TradeKey = [symbol: string, firstNumber: number]

const POSITION = 'position'
const VERSION = 'version'
const orderKeyOf = (order: OrderRecord): OrderKey => [order.account, order.receivedAtMs, order.firstEvent, order.symbol]
const idOf = (account: string, orderId: string): string => `${account}/${orderId}`
/** Rows that one filtered page reads. Then it returns the rows found and a cursor. */
const ROWS_LOOKED_AT_MAX = 20_000
/** Storing a row for each trade would cost more than matching it. Reading one trade of a larger row costs little. */
const TRADES_PER_ROW = 64
/** Number of records from which a transaction counts as large. */
const RECORDS_FOR_THREAD = 1_500

export class RecordStore implements CommitStore, OrderReader {
  private readonly root: RootDatabase
  private readonly orders: Database<OrderRecord, OrderKey>
  private readonly ids: Database<OrderKey, string>
  private readonly trades: Database<TradeRecord[], TradeKey>
  private readonly meta: Database<string, string>
  private applied: Position
  private version: number

  /** Throws UnknownVersion if a newer program wrote the records. */
  constructor(path: string) {
    this.root = open({ path, noSubdir: true, maxDbs: 8 })
    const shared = (name: string) => ({ sharedStructuresKey: Symbol.for(`structures-${name}`) })
    this.orders = this.root.openDB({ name: 'orders', ...shared('orders') })
    this.ids = this.root.openDB({ name: 'ids' })
    this.trades = this.root.openDB({ name: 'trades', ...shared('trades') })
    this.meta = this.root.openDB({ name: 'meta' })
    this.applied = this.meta.get(POSITION) ?? BEGINNING
    this.version = Number(this.meta.get(VERSION) ?? RULES_OLDEST)
    checkVersion(`the file of records ${path}`, this.version)
  }

  /** The rules in force at the last commit. */
  get formatVersion(): number {
    return this.version
  }

  async appliedPosition(): Promise<Position> {
    return this.applied
  }

  async commit(batch: Commit): Promise<void> {
    if (this.applied !== batch.from) {
      throw new StaleCommit(`the store is at ${this.applied}, the batch starts at ${batch.from}`)
    }
    const rows = rowsOf(batch.trades)
    await this.write(() => {
      for (const order of batch.orders) {
        const key = orderKeyOf(order)
        this.orders.put(key, order)
        this.ids.put(idOf(order.account, order.orderId), key)
      }
      for (const row of rows) this.trades.put([row[0].symbol, row[0].tradeNumber], row)
      this.meta.put(POSITION, batch.to)
      if (batch.rules !== this.version) this.meta.put(VERSION, String(batch.rules))
    }, batch.orders.length + batch.trades.length)
    this.applied = batch.to
    this.version = batch.rules
  }

  /**
   * Commits in one transaction. A small one is fastest on this thread. LMDB's own thread writes a large one, which
   * doubles the work but lets matching continue. The records are encoded here in both cases.
   */
  private async write(put: () => void, records: number): Promise<void> {
    try {
      if (records < RECORDS_FOR_THREAD) this.root.transactionSync(put)
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

  /** Like {@link get}, but synchronous. */
  find(account: string, orderId: string): OrderRecord | undefined {
    const key = this.ids.get(idOf(account, orderId))
    return key === undefined ? undefined : this.orders.get(key)
  }

  async fills(order: OrderRecord): Promise<TradeRecord[]> {
    return order.fills.map((tradeNumber) => this.findTrade(order.symbol, tradeNumber) as TradeRecord)
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
      if (isListedBy(value, query)) rows.push(value)
    }
    return { rows }
  }

  /** Trades with a number below `before`, newest first. */
  async listTrades(symbol: string, limit: number, before = Number.MAX_SAFE_INTEGER): Promise<TradeRecord[]> {
    const trades: TradeRecord[] = []
    for (const row of this.rowsBefore(symbol, before)) {
      for (const trade of row.reverse()) {
        if (trade.tradeNumber >= before) continue
        if (trades.length === limit) return trades
        trades.push(trade)
      }
    }
    return trades
  }

  findTrade(symbol: string, tradeNumber: number): TradeRecord | undefined {
    const [row] = this.rowsBefore(symbol, tradeNumber + 1)
    return row?.find((trade) => trade.tradeNumber === tradeNumber)
  }

  /** Reads every row of trades. */
  count(): { orders: number; trades: number } {
    let trades = 0
    for (const { value } of this.trades.getRange()) trades += value.length
    return { orders: this.orders.getCount(), trades }
  }

  /** Every trade of a symbol, oldest first. */
  *allTrades(symbol: string): Generator<TradeRecord> {
    const range = this.trades.getRange({ start: [symbol, 0], end: [symbol, Number.MAX_SAFE_INTEGER] })
    for (const { value } of range) yield* value
  }

  /** Rows of trades that start below a number, newest first. */
  private rowsBefore(symbol: string, before: number): Iterable<TradeRecord[]> {
    // A range includes its start and excludes its end.
    const start = [symbol, before - 0.5] as TradeKey
    return this.trades.getRange({ start, end: [symbol, 0], reverse: true }).map(({ value }) => value)
  }

  async close(): Promise<void> {
    await this.root.flushed
    await this.root.close()
  }
}

/** Trades as rows. Each row has one symbol, in the order of trade numbers. */
function rowsOf(trades: readonly TradeRecord[]): TradeRecord[][] {
  const rows: TradeRecord[][] = []
  const open = new Map<string, TradeRecord[]>()
  for (const trade of trades) {
    let row = open.get(trade.symbol)
    if (row === undefined || row.length === TRADES_PER_ROW) {
      row = []
      open.set(trade.symbol, row)
      rows.push(row)
    }
    row.push(trade)
  }
  return rows
}

/** The position of an order in its account's list, as a cursor that a client sends back. */
const encodeCursor = ([, receivedAtMs, firstEvent, symbol]: OrderKey): string =>
  encodeSortKey([receivedAtMs, firstEvent, symbol])

function decodeCursor(account: string, cursor: string): OrderKey {
  const place = decodeSortKey(cursor)
  if (place === undefined) throw new BadCursor('the cursor is not one of this list')
  return [account, ...place]
}
