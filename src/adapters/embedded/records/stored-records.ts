/**
 * The read side of the closed orders and trades of one machine in LMDB. Any thread of the process may open it; the
 * write side is record-store.ts.
 *
 *   orders   [account, receivedAtMs, firstEvent, symbol] → record   listed by account, appended in time
 *   ids, idRuns, hashes   account/orderId → the key in orders; see stored-ids.ts
 *   trades   [symbol, number of the first] → up to TRADES_PER_ROW records, by number; see stored-trades.ts
 *   fills, candles, folds   made from the trades; see stored-fills.ts, stored-candles.ts and trade-folds.ts
 *   meta     the position, and the version of the records (protocol/versions.ts)
 *   fence    the position as the version of a row; record-store.ts explains it
 */

import { type Database, open, type RootDatabase } from 'lmdb'
import {
  endOf,
  isListedBy,
  type OrderQuery,
  type OrderReader,
  type Page,
  startOf,
} from '../../../ports/order-reader.ts'
import { ENTRIES_PER_STEP, finish, type Paced } from '../../../ports/paced.ts'
import { encodeSortKey, type OrderSortKey } from '../../../protocol/order/order-sort-key.ts'
import type { OrderRecord, TradeRecord } from '../../../protocol/records.ts'
import { PRIVATE_FILE } from '../data-directory.ts'
import type { IdLayer } from './known-ids.ts'
import { type PrivateLink, privateLink } from './private-link.ts'
import { allocateReaderTable } from './reader-table.ts'
import { type CandleKey, type CandleRow, StoredCandles } from './stored-candles.ts'
import { type FillRow, type FillRowKey, StoredFills } from './stored-fills.ts'
import { type OrderKey, StoredIds } from './stored-ids.ts'
import { StoredTrades, type TradeKey } from './stored-trades.ts'
import { checkFolds, type FoldTables, foldedUpTo, isAnyBehind } from './trade-folds.ts'

/** Rows that one filtered page looks at: 40 to 100 ms. Then it returns the rows found and a cursor. */
const ROWS_LOOKED_AT_MAX = 20_000

/**
 * LMDB commits before it syncs. After a crash it would use the last commit if the machine has not started again
 * since. A volume may lose writes without that, so LMDB uses the last commit that was synced. The order log contains
 * the rest.
 */
const SAFE_RESTORE = { safeRestore: true }

/**
 * LMDB's thread writes a batch once its last put is known. By default it begins after 1,000 puts, and then takes the
 * processor and a lock from the thread that still adds to the batch: 5.4 to 6.9 ms of that thread for 3,000 orders
 * instead of 4.8.
 */
const WHOLE_BATCHES = { batchStartThreshold: Number.MAX_SAFE_INTEGER }

export type Access = 'write' | 'read' | 'untouched'

export class StoredRecords implements OrderReader {
  protected readonly root: RootDatabase
  protected readonly orders: Database<OrderRecord, OrderKey>
  protected readonly ids: StoredIds
  protected readonly tradeRows: Database<TradeRecord[], TradeKey>
  readonly trades: StoredTrades
  readonly fillsOfAccounts: StoredFills
  readonly candles: StoredCandles
  protected readonly foldTables: FoldTables
  private readonly foldRows: readonly (Database | undefined)[]
  protected readonly meta: Database<string, string>

  private readonly link: PrivateLink | undefined

  /**
   * To read, no other process may write to the file. `untouched` writes nothing beside it either. Throws errors of
   * the file system and of LMDB.
   */
  constructor(path: string, access: Access = 'write', onLayer?: (layer: IdLayer) => void) {
    this.link = access === 'untouched' ? privateLink(path) : undefined
    const opened = this.link?.path ?? path
    if (this.link !== undefined) allocateReaderTable(opened)
    // The types of LMDB know neither the mode of the file nor the options of SAFE_RESTORE and WHOLE_BATCHES.
    const options = {
      noSubdir: true,
      maxDbs: 16,
      permissionsMode: PRIVATE_FILE,
      readOnly: access !== 'write',
      // A file that is larger than memory is read page by page. Reading ahead would displace the pages in use.
      noReadAhead: true,
      ...SAFE_RESTORE,
      ...WHOLE_BATCHES,
    }
    this.root = open({ path: opened, ...options })
    const shared = (name: string) => ({ sharedStructuresKey: Symbol.for(`structures-${name}`) })
    this.orders = this.root.openDB({ name: 'orders', ...shared('orders') })
    this.ids = new StoredIds(this.root, onLayer)
    this.tradeRows = this.root.openDB({ name: 'trades', ...shared('trades') })
    this.trades = new StoredTrades(this.tradeRows)
    this.meta = this.root.openDB({ name: 'meta' })
    const rows = this.root.openDB<FillRow, FillRowKey>({ name: 'fills' })
    this.fillsOfAccounts = new StoredFills(rows, this.trades)
    const candles = this.root.openDB<CandleRow, CandleKey>({ name: 'candles' })
    this.candles = new StoredCandles(candles)
    const folds = this.root.openDB<number, string>({ name: 'folds' })
    this.foldTables = { folds, fillRows: rows, candles: this.candles, trades: this.trades }
    this.foldRows = [rows, candles, folds] as (Database | undefined)[]
    checkFolds(path, this.foldTables)
  }

  /** Uses a layer of the writer's filter of ids. */
  share(layer: IdLayer): void {
    this.ids.share(layer)
  }

  /** The last trade that the candles of a symbol contain; undefined: they are being made from stored trades. */
  foldedUpTo(symbol: string): number | undefined {
    return foldedUpTo(symbol, this.foldTables)
  }

  /** Whether the fills of some stored trades are still being listed. */
  get isCatchingUp(): boolean {
    return isAnyBehind(this.foldTables)
  }

  /** The next read sees every commit that has ended. */
  refresh(): void {
    this.root.resetReadTxn()
  }

  async get(account: string, orderId: string): Promise<OrderRecord | undefined> {
    return this.find(account, orderId)
  }

  /** Like {@link get}, but synchronous. */
  find(account: string, orderId: string): OrderRecord | undefined {
    const key = this.ids.find(account, orderId)
    return key === undefined ? undefined : this.orders.get(key)
  }

  async fills(order: OrderRecord): Promise<TradeRecord[]> {
    return order.fills.map((tradeNumber) => this.trades.find(order.symbol, tradeNumber) as TradeRecord)
  }

  async list(account: string, query: OrderQuery): Promise<Page<OrderRecord>> {
    return finish(this.page(account, query))
  }

  /**
   * Like {@link list}, in steps. Each step seeks the key where the last one ended, so that no transaction stays open
   * between two steps. An open one would keep LMDB from using freed pages again.
   */
  *page(account: string, query: OrderQuery): Paced<Page<OrderRecord>> {
    const start = startOf(query)
    const rows: OrderRecord[] = []
    let last: OrderKey | undefined = start && [account, ...start]
    for (let lookedAt = 0; lookedAt < ROWS_LOOKED_AT_MAX; ) {
      const from = lookedAt
      for (const { key, value } of this.ordersAfter(account, last, query, ENTRIES_PER_STEP)) {
        if (rows.length === query.limit) return { rows, next: cursorOf(last as OrderKey) }
        lookedAt++
        last = key
        if (isListedBy(value, query)) rows.push(value)
      }
      if (lookedAt - from < ENTRIES_PER_STEP) return { rows }
      yield
    }
    return { rows, next: cursorOf(last as OrderKey) }
  }

  /** Orders of an account after a key, in the direction of the query and within its time range. */
  private *ordersAfter(account: string, after: OrderKey | undefined, query: OrderQuery, limit: number) {
    const isAscending = query.sort === 'asc'
    const edge = (key: OrderSortKey | undefined, isNewest: boolean): OrderKey =>
      (key === undefined ? [account, ...(isNewest ? [Number.MAX_VALUE] : [])] : [account, ...key]) as OrderKey
    const start = after ?? edge(undefined, !isAscending)
    // A range includes its start.
    const range = { start, end: edge(endOf(query), isAscending), reverse: !isAscending, limit: limit + 1 }
    let count = 0
    let isFirst = true
    for (const row of this.orders.getRange(range)) {
      const isStart = isFirst && after !== undefined && cursorOf(row.key) === cursorOf(after)
      isFirst = false
      if (isStart) continue
      if (count++ === limit) return
      yield row
    }
  }

  findTrade(symbol: string, tradeNumber: number): TradeRecord | undefined {
    return this.trades.find(symbol, tradeNumber)
  }

  get hasOrders(): boolean {
    for (const _ of this.orders.getKeys({ limit: 1 })) return true
    return false
  }

  /** Reads every row of trades. */
  count(): { orders: number; trades: number } {
    let trades = 0
    for (const { value } of this.tradeRows.getRange()) trades += value.length
    return { orders: this.orders.getCount(), trades }
  }

  /** Reads the first and the last row of each table, or all rows, so that LMDB meets any damage there. */
  check(all: boolean): void {
    for (const table of [this.orders, ...this.ids.tables, this.tradeRows, this.meta, ...this.foldRows] as Database<
      unknown,
      string
    >[]) {
      for (const reverse of all ? [false] : [false, true]) {
        for (const _ of table?.getRange(all ? {} : { limit: 1, reverse }) ?? []);
      }
    }
  }

  async close(): Promise<void> {
    await this.root.flushed
    await this.root.close()
    this.link?.remove()
  }
}

/** The position of an order in its account's list, as a cursor that a client sends back. */
const cursorOf = ([, receivedAtMs, firstEvent, symbol]: OrderKey): string =>
  encodeSortKey([receivedAtMs, firstEvent, symbol])
