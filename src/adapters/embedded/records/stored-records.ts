/**
 * The read side of the closed orders and trades of one machine in LMDB. Any thread of the process may open it; the
 * write side is record-store.ts.
 *
 *   orders   [account, receivedAtMs, firstEvent, symbol] → record   listed by account, appended in time
 *   ids, idRuns, hashes   account/orderId → the key in orders; see stored-ids.ts
 *   trades   [symbol, number of the first] → up to TRADES_PER_ROW records, by number
 *   meta     the position, and the version of the records (protocol/versions.ts)
 *   fence    the position as the version of a row; record-store.ts explains it
 */

import { type Database, open, type RootDatabase } from 'lmdb'
import { isListedBy, type OrderQuery, type OrderReader, type Page, startOf } from '../../../ports/order-reader.ts'
import { ENTRIES_PER_STEP, finish, type Paced } from '../../../ports/paced.ts'
import { encodeSortKey } from '../../../protocol/order/order-sort-key.ts'
import type { OrderRecord, TradeRecord } from '../../../protocol/records.ts'
import { PRIVATE_FILE } from '../data-directory.ts'
import type { IdLayer } from './known-ids.ts'
import { type PrivateLink, privateLink } from './private-link.ts'
import { allocateReaderTable } from './reader-table.ts'
import { type OrderKey, StoredIds } from './stored-ids.ts'

type TradeKey = [symbol: string, firstNumber: number]

/** Rows that one filtered page looks at: 40 to 100 ms. Then it returns the rows found and a cursor. */
const ROWS_LOOKED_AT_MAX = 20_000

/**
 * LMDB commits before it syncs. After a crash it would use the last commit if the machine has not started again
 * since. A volume may lose writes without that, so LMDB uses the last commit that was synced. The order log contains
 * the rest.
 */
const SAFE_RESTORE = { safeRestore: true }

export type Access = 'write' | 'read' | 'untouched'

export class StoredRecords implements OrderReader {
  protected readonly root: RootDatabase
  protected readonly orders: Database<OrderRecord, OrderKey>
  protected readonly ids: StoredIds
  protected readonly trades: Database<TradeRecord[], TradeKey>
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
    // The types of LMDB know neither the mode of the file nor the option of SAFE_RESTORE.
    const options = {
      noSubdir: true,
      maxDbs: 8,
      permissionsMode: PRIVATE_FILE,
      readOnly: access !== 'write',
      // A file that is larger than memory is read page by page. Reading ahead would displace the pages in use.
      noReadAhead: true,
      ...SAFE_RESTORE,
    }
    this.root = open({ path: opened, ...options })
    const shared = (name: string) => ({ sharedStructuresKey: Symbol.for(`structures-${name}`) })
    this.orders = this.root.openDB({ name: 'orders', ...shared('orders') })
    this.ids = new StoredIds(this.root, onLayer)
    this.trades = this.root.openDB({ name: 'trades', ...shared('trades') })
    this.meta = this.root.openDB({ name: 'meta' })
  }

  /** Uses a layer of the writer's filter of ids. */
  share(layer: IdLayer): void {
    this.ids.share(layer)
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
    return order.fills.map((tradeNumber) => this.findTrade(order.symbol, tradeNumber) as TradeRecord)
  }

  async list(account: string, query: OrderQuery): Promise<Page<OrderRecord>> {
    return finish(this.page(account, query))
  }

  /**
   * Like {@link list}, in steps. Each step seeks the key where the last one ended, so that no transaction stays open
   * between two steps. An open one would keep LMDB from using freed pages again.
   */
  *page(account: string, query: OrderQuery): Paced<Page<OrderRecord>> {
    const before = startOf(query)
    const rows: OrderRecord[] = []
    let last: OrderKey | undefined = before && [account, ...before]
    for (let lookedAt = 0; lookedAt < ROWS_LOOKED_AT_MAX; ) {
      const from = lookedAt
      for (const { key, value } of this.ordersBefore(account, last, ENTRIES_PER_STEP)) {
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

  /** Orders of an account, the newest first, that are older than a key. */
  private *ordersBefore(account: string, before: OrderKey | undefined, limit: number) {
    const start = before ?? ([account, Number.MAX_VALUE] as unknown as OrderKey)
    const end = [account] as unknown as OrderKey
    // A range includes its start.
    const range = this.orders.getRange({ start, end, reverse: true, limit: limit + 1 })
    let count = 0
    let isFirst = true
    for (const row of range) {
      const isStart = isFirst && before !== undefined && cursorOf(row.key) === cursorOf(before)
      isFirst = false
      if (isStart) continue
      if (count++ === limit) return
      yield row
    }
  }

  /** Trades with a number below `before`, newest first. */
  listTrades(symbol: string, limit: number, before = Number.MAX_SAFE_INTEGER): TradeRecord[] {
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

  /** Reads the first and the last row of each table, or all rows, so that LMDB meets any damage there. */
  check(all: boolean): void {
    for (const table of [this.orders, ...this.ids.tables, this.trades, this.meta] as Database<unknown, string>[]) {
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
